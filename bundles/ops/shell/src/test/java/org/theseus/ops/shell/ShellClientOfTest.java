package org.theseus.ops.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.jackson.JacksonJsonReader;

/** A client of the shell, as the wire is described by the launcher. */
final class ShellClientOfTest implements AutoCloseable {
  private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
  private final BufferedReader frames;

  ShellClientOfTest(Path socket) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
    frames =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
  }

  /** What a command said and how it ended. */
  record Ended(String out, String err, long exit) {}

  Ended words(String... words) throws IOException {
    return request(JsonObject.EMPTY.with("words", JsonArray.ofStrings(List.of(words))).toString());
  }

  Ended line(String line) throws IOException {
    return request(JsonObject.EMPTY.with("line", line).toString());
  }

  Ended request(String request) throws IOException {
    begin(request);
    return end();
  }

  void begin(String request) throws IOException {
    channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  Ended end() throws IOException {
    StringBuilder out = new StringBuilder();
    StringBuilder err = new StringBuilder();
    while (true) {
      JsonObject frame = frame();
      if (frame.has("exit")) {
        return new Ended(out.toString(), err.toString(), frame.integer("exit").orElseThrow());
      }
      out.append(frame.string("out").orElse(""));
      err.append(frame.string("err").orElse(""));
    }
  }

  JsonObject frame() throws IOException {
    String line = frames.readLine();
    if (line == null) {
      throw new IOException("the server ended before its answer did");
    }
    return new JacksonJsonReader().readObject(line.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
