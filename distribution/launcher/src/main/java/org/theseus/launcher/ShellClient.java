package org.theseus.launcher;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** A connection to the shell of a running server; see the package's description for the wire. */
public final class ShellClient implements Closeable {
  private final SocketChannel channel;
  private final BufferedReader frames;

  private ShellClient(SocketChannel channel) {
    this.channel = channel;
    this.frames = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  /** Connects to the server that runs in a home. */
  public static ShellClient connect(Home home) throws IOException, Failure {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(home.shellSocket());
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(address);
      return new ShellClient(channel);
    } catch (IOException e) {
      channel.close();
      throw Failure.work("no server answers in " + home.directory() + ": " + e.getMessage());
    }
  }

  /** Has a command of literal words carried out and returns its exit status. */
  public int words(List<String> words, Consumer<String> out, Consumer<String> err)
      throws IOException, Failure {
    JsonArrayBuilder array = Json.createArrayBuilder();
    words.forEach(array::add);
    return request(Json.createObjectBuilder().add("words", array).build(), out, err);
  }

  /** Has a Gogo line carried out and returns its exit status. */
  public int line(String line, Consumer<String> out, Consumer<String> err)
      throws IOException, Failure {
    return request(Json.createObjectBuilder().add("line", line).build(), out, err);
  }

  private int request(JsonObject request, Consumer<String> out, Consumer<String> err)
      throws IOException, Failure {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(request + "\n");
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    String line;
    while ((line = frames.readLine()) != null) {
      JsonObject frame = parse(line);
      if (frame.containsKey("exit")) {
        return frame.getInt("exit");
      }
      out.accept(frame.getString("out", ""));
      err.accept(frame.getString("err", ""));
    }
    throw Failure.work("the server ended before its answer did");
  }

  private static JsonObject parse(String line) throws IOException {
    try (Reader reader = new StringReader(line);
        var json = Json.createReader(reader)) {
      return json.readObject();
    } catch (JsonException e) {
      throw new IOException("not a frame: " + line, e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
