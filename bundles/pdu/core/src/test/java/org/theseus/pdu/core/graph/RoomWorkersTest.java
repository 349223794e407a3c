package org.theseus.pdu.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.TransientException;

/** The rooms' workers. */
@Timeout(30)
class RoomWorkersTest {
  private static final RoomId ROOM = RoomId.of("!one:a.example");

  @Test
  void doesOnePieceOfARoomAtATimeInOrder() {
    try (RoomWorkers workers = new RoomWorkers()) {
      List<Integer> order = Collections.synchronizedList(new ArrayList<>());
      AtomicInteger inside = new AtomicInteger();
      List<CompletableFuture<Integer>> results = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int piece = i;
        results.add(
            workers
                .submit(
                    ROOM,
                    () -> {
                      order.add(piece);
                      int together = inside.incrementAndGet();
                      inside.decrementAndGet();
                      return together;
                    })
                .toCompletableFuture());
      }

      assertThat(results.stream().map(CompletableFuture::join)).containsOnly(1);
      assertThat(order).isSorted().hasSize(200);
    }
  }

  @Test
  void letsOtherRoomsHaveTheirTurn() throws InterruptedException {
    try (RoomWorkers workers = new RoomWorkers()) {
      CountDownLatch busy = new CountDownLatch(1);
      CompletableFuture<Boolean> stuck =
          workers.submit(ROOM, () -> await(busy)).toCompletableFuture();

      workers.submit(RoomId.of("!two:a.example"), () -> 1).toCompletableFuture().join();

      assertThat(stuck).isNotDone();
      busy.countDown();
      assertThat(stuck.join()).isTrue();
    }
  }

  @Test
  void tellsWhatThePieceThrewAndGoesOn() {
    try (RoomWorkers workers = new RoomWorkers()) {
      CompletableFuture<Object> failed =
          workers
              .submit(
                  ROOM,
                  () -> {
                    throw new IllegalStateException("broken");
                  })
              .toCompletableFuture();

      assertThatThrownBy(failed::join).hasCauseInstanceOf(IllegalStateException.class);
      assertThat(workers.submit(ROOM, () -> 1).toCompletableFuture().join()).isEqualTo(1);
    }
  }

  @Test
  void waitsForThePieceUnderWayOnlyWhenClosed() throws InterruptedException {
    RoomWorkers workers = new RoomWorkers();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Boolean> underWay =
        workers
            .submit(
                ROOM,
                () -> {
                  begun.countDown();
                  return await(goOn);
                })
            .toCompletableFuture();
    CompletableFuture<Integer> queued = workers.submit(ROOM, () -> 1).toCompletableFuture();
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    Thread closing = new Thread(workers::close);
    closing.start();
    while (!workers.submit(ROOM, () -> 1).toCompletableFuture().isCompletedExceptionally()) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    closing.join();

    assertThat(underWay.join()).isTrue();
    assertThatThrownBy(queued::join).hasCauseInstanceOf(TransientException.class);
    assertThatThrownBy(() -> workers.submit(ROOM, () -> 1).toCompletableFuture().join())
        .hasCauseInstanceOf(TransientException.class);
  }

  @Test
  void tellsWhatAPieceAnswersThatOutlastsTheClosing() throws InterruptedException {
    // given a piece under way, and workers that do not wait for it
    RoomWorkers workers = new RoomWorkers(Duration.ZERO);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Boolean> underWay =
        workers
            .submit(
                ROOM,
                () -> {
                  begun.countDown();
                  return await(goOn);
                })
            .toCompletableFuture();
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    // when
    workers.close();
    goOn.countDown();

    // then
    assertThat(underWay).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
