package org.theseus.ops.shell;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.felix.service.command.CommandProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.support.Awaited;
import org.theseus.support.Gate;
import org.theseus.support.Threads;

/**
 * A client. One thread reads requests, so that it sees the client go; another carries them out, one
 * after the other.
 */
final class Connection implements Runnable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MAX_LINE = 4 << 20;
  private static final int MAX_WAITING = 100;

  private final ByteChannel channel;
  private final Awaited<JsonReader> json;
  private final Gate gate;
  private final Interpreter interpreter;
  private final ExecutorService commands = Threads.pool("shell-command", 1, MAX_WAITING);

  Connection(ByteChannel channel, CommandProcessor processor, Awaited<JsonReader> json, Gate gate) {
    this.channel = channel;
    this.json = json;
    this.gate = gate;
    this.interpreter =
        new Interpreter(
            processor,
            new FrameStream(text -> send("out", new JsonString(text))),
            new FrameStream(text -> send("err", new JsonString(text))));
  }

  @Override
  public void run() {
    try (this) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(8192);
      while (channel.read(buffer) >= 0) {
        for (buffer.flip(); buffer.hasRemaining(); ) {
          byte octet = buffer.get();
          if (octet == '\n') {
            byte[] request = line.toByteArray();
            line.reset();
            commands.execute(() -> carryOut(request));
          } else {
            line.write(octet);
          }
        }
        buffer.clear();
        if (line.size() > MAX_LINE) {
          LOG.warn("A request to the shell is too long");
          return;
        }
      }
    } catch (IOException | RejectedExecutionException gone) {
      LOG.debug("A client of the shell has gone: {}", gone.getMessage());
    }
  }

  private void carryOut(byte[] request) {
    boolean open = gate.enter();
    try {
      int status =
          open ? answer(request) : interpreter.fail(1, "the shell is being replaced; try again");
      send("exit", JsonNumber.of(status));
    } catch (IOException gone) {
      LOG.debug("A client of the shell has gone: {}", gone.getMessage());
    } finally {
      if (open) {
        gate.leave();
      }
    }
  }

  private int answer(byte[] request) throws IOException {
    JsonObject object;
    try {
      object = json.await(PATIENCE).join().readObject(request);
    } catch (JsonException malformed) {
      return interpreter.fail(2, "the request is no JSON object");
    } catch (RuntimeException nobody) {
      return interpreter.fail(1, "nobody reads JSON now; try again");
    }
    Optional<String> line = object.string("line");
    if (line.isPresent()) {
      return interpreter.line(line.get());
    }
    List<JsonValue> words = object.array("words").orElse(JsonArray.EMPTY).elements();
    if (!words.stream().allMatch(JsonString.class::isInstance)) {
      return interpreter.fail(2, "the request's words are not all strings");
    }
    return interpreter.words(words.stream().map(word -> ((JsonString) word).value()).toList());
  }

  private synchronized void send(String name, JsonValue value) throws IOException {
    byte[] frame = JsonObject.EMPTY.with(name, value).toBytes();
    ByteBuffer bytes = ByteBuffer.allocate(frame.length + 1).put(frame).put((byte) '\n').flip();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Ends the command in progress and the connection. */
  @Override
  public void close() {
    interpreter.close();
    commands.shutdownNow();
    try {
      channel.close();
    } catch (IOException alreadyGone) {
      LOG.debug("A client of the shell had gone: {}", alreadyGone.getMessage());
    }
  }
}
