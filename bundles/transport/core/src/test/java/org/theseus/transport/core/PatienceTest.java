package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private long nanos = Long.MAX_VALUE;
  private final Patience patience = new Patience(Duration.ofSeconds(5), () -> nanos);

  @Test
  void whatGoesInARowIsWaitedForOnce() {
    assertThat(waits(3_000)).hasSeconds(5);
    assertThat(waits(2_000)).hasSeconds(2);
    assertThat(waits(0)).isZero();
    pass(900);
    assertThat(waits(0)).as("longer ago than the limit").isZero();
  }

  @Test
  void whatComesOrAPauseEndsTheRow() {
    waits(5_000);
    patience.renew();
    assertThat(waits(5_000)).hasSeconds(5);
    pass(1_001);
    assertThat(waits(0)).hasSeconds(5);
  }

  @Test
  void aWaitIsNoPause() {
    patience.begin();
    pass(4_000);
    assertThat(waits(0)).hasSeconds(1);
  }

  private Duration waits(long millis) {
    Duration limit = patience.begin();
    pass(millis);
    patience.end();
    return limit;
  }

  private void pass(long millis) {
    nanos += Duration.ofMillis(millis).toNanos();
  }
}
