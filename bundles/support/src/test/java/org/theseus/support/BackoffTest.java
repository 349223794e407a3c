package org.theseus.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10));

  @Test
  void waitsDoubleUpToTheBound() {
    assertThat(BACKOFF.after(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(BACKOFF.after(4)).isEqualTo(Duration.ofSeconds(8));
    assertThat(BACKOFF.after(1_000_000)).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void scatteredWaitsGrowAndDifferAndStayWithinTheBound() {
    for (int failures = 1; failures < 40; failures++) {
      Set<Duration> waits = new HashSet<>();
      for (int i = 0; i < 200; i++) {
        waits.add(BACKOFF.scattered(failures));
      }
      Duration middle =
          BACKOFF.after(failures).compareTo(Duration.ofMinutes(8)) < 0
              ? BACKOFF.after(failures)
              : Duration.ofMinutes(8);
      assertThat(waits)
          .hasSizeGreaterThan(20)
          .allMatch(wait -> wait.compareTo(middle.multipliedBy(3).dividedBy(4)) >= 0)
          .allMatch(wait -> wait.compareTo(middle.multipliedBy(5).dividedBy(4)) <= 0)
          .allMatch(wait -> wait.compareTo(Duration.ofMinutes(10)) <= 0);
    }
  }
}
