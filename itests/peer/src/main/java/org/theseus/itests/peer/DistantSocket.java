package org.theseus.itests.peer;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * A socket to a server that seems far away: what is read after a write comes a round trip later.
 */
final class DistantSocket extends Socket {
  private final Duration roundTrip;
  private volatile boolean turned;

  DistantSocket(Duration roundTrip) {
    this.roundTrip = roundTrip;
  }

  @Override
  public void connect(SocketAddress server, int timeout) throws IOException {
    super.connect(server, timeout);
    Line.pause(roundTrip);
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read() throws IOException {
        arrive();
        return super.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        arrive();
        return super.read(bytes, offset, length);
      }
    };
  }

  private void arrive() throws IOException {
    if (turned) {
      turned = false;
      Line.pause(roundTrip);
    }
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return new FilterOutputStream(super.getOutputStream()) {
      @Override
      public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        turned = true;
        out.write(bytes, offset, length);
      }
    };
  }
}
