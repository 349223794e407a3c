package org.theseus.itests.peer.synapse;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Waits between attempts, cut short when a destination is back. Guarded by itself. */
final class Sleeper {
  private final Pace pace;
  private final Map<String, Set<CountDownLatch>> sleeping = new HashMap<>();

  Sleeper(Pace pace) {
    this.pace = pace;
  }

  void sleep(String destination, Duration time) throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(1);
    synchronized (this) {
      sleeping.computeIfAbsent(destination, name -> new HashSet<>()).add(latch);
    }
    try {
      pace.await(latch, time);
    } finally {
      synchronized (this) {
        sleeping.getOrDefault(destination, new HashSet<>()).remove(latch);
      }
    }
  }

  synchronized void wake(String destination) {
    Set<CountDownLatch> latches = sleeping.remove(destination);
    if (latches != null) {
      latches.forEach(CountDownLatch::countDown);
    }
  }
}
