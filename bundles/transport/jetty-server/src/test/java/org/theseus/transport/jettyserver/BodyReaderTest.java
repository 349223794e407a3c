package org.theseus.transport.jettyserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.io.content.AsyncContent;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.MatrixException;
import org.theseus.transport.api.BodyRoom;

/** A body is read no faster than it finds room. */
class BodyReaderTest {
  private final AsyncContent client = new AsyncContent();
  private final BodyReader reader = new BodyReader(client, -1, 100);
  private final Scheduler scheduler = new ScheduledExecutorScheduler("test", true);

  /** Gives room when told to. */
  private static final class Slow implements BodyRoom {
    final List<Long> asked = new ArrayList<>();
    CompletableFuture<Void> next = new CompletableFuture<>();

    @Override
    public CompletionStage<Void> take(long bytes) {
      asked.add(bytes);
      return bytes == 0 ? CompletableFuture.completedFuture(null) : next;
    }

    void grant() {
      CompletableFuture<Void> waiting = next;
      next = new CompletableFuture<>();
      waiting.complete(null);
    }
  }

  @BeforeEach
  void start() throws Exception {
    scheduler.start();
  }

  @AfterEach
  void stop() throws Exception {
    scheduler.stop();
  }

  private void send(String text, boolean last) {
    client.write(last, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), Callback.NOOP);
  }

  private static String text(CompletableFuture<List<byte[]>> body) throws IOException {
    try (InputStream in = BodyReader.stream(body.join())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatFindsNoRoomIsNotReadOn() throws IOException {
    Slow room = new Slow();
    CompletableFuture<List<byte[]>> body = reader.into(room).toCompletableFuture();
    reader.start(Duration.ofSeconds(30), scheduler);

    send("abc", false);
    send("de", true);
    assertThat(room.asked).containsExactly(0L, 3L);
    room.grant();
    assertThat(room.asked).containsExactly(0L, 3L, 2L);
    assertThat(body).isNotDone();
    room.grant();

    assertThat(text(body)).isEqualTo("abcde");
  }

  @Test
  void whoIsRefusedRoomGetsNoBody() {
    Slow room = new Slow();
    CompletableFuture<List<byte[]>> body = reader.into(room).toCompletableFuture();
    reader.start(Duration.ofSeconds(30), scheduler);
    send("abc", true);

    room.next.completeExceptionally(new MatrixException(429, "M_LIMIT_EXCEEDED", "full"));

    assertThat(body).failsWithin(Duration.ZERO).withThrowableThat().withMessageContaining("full");
  }

  @Test
  void theNextRoomIsAskedForWhatHasComeAndForTheRest() throws IOException {
    reader.into(BodyRoom.ANY);
    reader.start(Duration.ofSeconds(30), scheduler);
    send("abc", false);
    Slow next = new Slow();

    CompletableFuture<List<byte[]>> body = reader.into(next).toCompletableFuture();
    send("de", true);
    assertThat(next.asked).containsExactly(3L, 2L);
    assertThat(body).isNotDone();
    next.grant();

    assertThat(text(body)).isEqualTo("abcde");
  }

  @Test
  void whatIsTooLongIsNotEvenAskedFor() {
    Slow room = new Slow();
    CompletableFuture<List<byte[]>> body = reader.into(room).toCompletableFuture();
    reader.start(Duration.ofSeconds(30), scheduler);

    send("x".repeat(101), false);

    assertThat(room.asked).containsExactly(0L);
    assertThat(body)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("M_TOO_LARGE");
  }
}
