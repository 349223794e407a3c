package org.theseus.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GateTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  private final Gate gate = new Gate();

  @Test
  void whoIsInsideIsWaitedFor() throws Exception {
    assertThat(gate.enter()).isTrue();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> left = other.submit(() -> gate.drain(Duration.ofSeconds(20)));

      assertThat(left.isDone()).isFalse();
      gate.leave();

      assertThat(left.get(20, TimeUnit.SECONDS)).isZero();
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void aDrainEndsInTimeAndTellsWhoIsLeft() {
    gate.enter();
    gate.enter();

    assertThat(gate.drain(SHORT)).isEqualTo(2);
    assertThat(gate.enter()).isFalse();
    assertThat(gate.inside()).isEqualTo(2);
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() {
    gate.enter();
    Thread.currentThread().interrupt();

    assertThat(gate.drain(Duration.ofSeconds(20))).isEqualTo(1);

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void nobodyWorksInsideAfterADrain() throws Exception {
    // given many threads that go in and out
    AtomicInteger working = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(8);
    ExecutorService workers = Executors.newFixedThreadPool(8);
    try {
      for (int i = 0; i < 8; i++) {
        workers.execute(
            () -> {
              started.countDown();
              while (gate.enter()) {
                working.incrementAndGet();
                working.decrementAndGet();
                gate.leave();
              }
            });
      }
      started.await();

      // when it is drained, then nobody is at work, and nobody comes after
      assertThat(gate.drain(Duration.ofSeconds(20))).isZero();
      assertThat(working).hasValue(0);
    } finally {
      workers.shutdownNow();
      assertThat(workers.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(working).hasValue(0);
  }

  @Test
  void waitsDoubleUpToTheirBound() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));

    assertThat(backoff.after(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.after(2)).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.after(6)).isEqualTo(Duration.ofSeconds(32));
    assertThat(backoff.after(7)).isEqualTo(Duration.ofSeconds(60));
    assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(60));
  }
}
