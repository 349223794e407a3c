package org.theseus.itests.peer.synapse;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The time a modelled server lives in. All durations of the model are Synapse's own; a pace says
 * how long they last on the wall.
 */
public interface Pace {
  /** Tells the modelled time in milliseconds since the epoch. */
  long millis();

  /** Waits for a modelled time, or less if the latch opens before; tells whether it did. */
  boolean await(CountDownLatch latch, Duration modelled) throws InterruptedException;

  /** Tells how long a modelled duration lasts on the wall; at least a millisecond. */
  Duration real(Duration modelled);

  /** Time that passes as it does for the real Synapse. */
  static Pace real() {
    return faster(1);
  }

  /** Time that passes so many times as fast: at 100 a wait of 4 s takes 40 ms. */
  static Pace faster(double factor) {
    long epoch = System.currentTimeMillis();
    long start = System.nanoTime();
    return new Pace() {
      @Override
      public long millis() {
        return epoch + (long) ((System.nanoTime() - start) * factor / 1e6);
      }

      @Override
      public boolean await(CountDownLatch latch, Duration modelled) throws InterruptedException {
        return latch.await(real(modelled).toNanos(), TimeUnit.NANOSECONDS);
      }

      @Override
      public Duration real(Duration modelled) {
        return Duration.ofNanos((long) Math.max(1e6, modelled.toNanos() / factor));
      }
    };
  }
}
