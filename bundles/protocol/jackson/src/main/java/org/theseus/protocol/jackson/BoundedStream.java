package org.theseus.protocol.jackson;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.MatrixError;

/**
 * Refuses to go on where a stream is longer than it may be; never asks for more than one byte
 * beyond.
 */
final class BoundedStream extends FilterInputStream {
  private final long max;
  private long left;

  BoundedStream(InputStream in, long max) {
    super(in);
    this.max = max;
    this.left = Math.min(max, Long.MAX_VALUE - 1); // one more is asked for
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int wanted = (int) Math.min(length, left + 1);
    int read = super.read(buffer, offset, wanted);
    if (read > left) {
      throw new JsonException(MatrixError.TOO_LARGE, "longer than " + max + " bytes");
    }
    if (read > 0) {
      left -= read;
    }
    return read;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
