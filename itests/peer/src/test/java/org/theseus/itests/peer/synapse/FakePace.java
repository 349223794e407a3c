package org.theseus.itests.peer.synapse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Time that passes only when somebody waits, and then at once. */
class FakePace implements Pace {
  private final List<Duration> waits = new ArrayList<>();
  private Runnable meanwhile = () -> {};
  private long now = 1_000_000;

  @Override
  public long millis() {
    return now;
  }

  @Override
  public boolean await(CountDownLatch latch, Duration modelled) {
    waits.add(modelled);
    meanwhile.run();
    if (latch.getCount() == 0) {
      return true;
    }
    pass(modelled);
    return false;
  }

  @Override
  public Duration real(Duration modelled) {
    return modelled;
  }

  void pass(Duration time) {
    now += time.toMillis();
  }

  /** Has something happen at the beginning of each wait. */
  void meanwhile(Runnable what) {
    meanwhile = what;
  }

  /** The waits there were, in milliseconds. */
  List<Long> waits() {
    return waits.stream().map(Duration::toMillis).toList();
  }
}
