package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.TransientException;

/** The threads that wait. */
@Timeout(30)
class CrewTest {
  private static final RoomId ROOM = RoomId.of("!r");
  private final Crew crew = new Crew();

  @AfterEach
  void close() {
    crew.close();
  }

  private static String awaited(CountDownLatch latch) {
    try {
      latch.await();
      return "done";
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new TransientException("interrupted", stop);
    }
  }

  @Test
  void givenHandshakesOfOneRoomThenTheSecondWaitsForTheFirst() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<String> first = crew.handshake(ROOM, () -> awaited(goOn));
    CompletableFuture<Boolean> second = crew.handshake(ROOM, first::isDone);
    CompletableFuture<String> elsewhere = crew.handshake(RoomId.of("!s"), () -> "at once");

    assertThat(elsewhere.get(10, TimeUnit.SECONDS)).isEqualTo("at once");
    assertThat(second).isNotDone();
    goOn.countDown();

    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("done");
    assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void givenTheFirstFailsThenTheSecondRunsAllTheSame() throws Exception {
    CompletableFuture<String> first =
        crew.handshake(
            ROOM,
            () -> {
              throw new MatrixException(403, "M_FORBIDDEN", "no");
            });
    CompletableFuture<String> second = crew.handshake(ROOM, () -> "second");

    assertThatThrownBy(first::join).hasCauseInstanceOf(MatrixException.class);
    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("second");
  }

  @Test
  void givenItClosesThenWhatRunsAndWhatWaitsIsToldToComeAgain() {
    CountDownLatch never = new CountDownLatch(1);
    CompletableFuture<String> running = crew.handshake(ROOM, () -> awaited(never));
    CompletableFuture<String> waiting = crew.handshake(ROOM, () -> "never");

    crew.close();

    assertThatThrownBy(running::join).hasCauseInstanceOf(TransientException.class);
    assertThatThrownBy(waiting::join).hasCauseInstanceOf(TransientException.class);
    assertThatThrownBy(() -> crew.read(() -> "late").join())
        .hasCauseInstanceOf(TransientException.class);
  }
}
