package org.theseus.transport.jettyclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadAddressesTest {
  private final InetSocketAddress one = new InetSocketAddress("192.0.2.1", 1);
  private final InetSocketAddress two = new InetSocketAddress("192.0.2.2", 1);
  private final InetSocketAddress three = new InetSocketAddress("192.0.2.3", 1);
  private final List<InetSocketAddress> all = List.of(one, two, three);
  private long nanos = Long.MAX_VALUE - 5;
  private final DeadAddresses dead = new DeadAddresses(() -> nanos);

  private void fails(InetSocketAddress address) {
    dead.fails(address);
  }

  @Test
  void whatFailedLatelyIsTriedLast() {
    assertThat(dead.last(all)).isEqualTo(all);
    fails(one);
    assertThat(dead.last(all)).containsExactly(two, three, one);
    fails(two);
    assertThat(dead.last(all)).containsExactly(three, one, two);
    fails(three);
    assertThat(dead.last(all)).as("none is left out").isEqualTo(all);
  }

  @Test
  void itIsForgottenAfterAWhileOrWhenItWorks() {
    fails(one);
    fails(two);
    dead.works(two);
    assertThat(dead.last(all)).containsExactly(two, three, one);

    nanos += Duration.ofMinutes(5).toNanos();

    assertThat(dead.last(all)).isEqualTo(all);
  }

  @Test
  void noMoreThanAThousandAreRemembered() {
    fails(one);
    for (int port = 2; port < 1_002; port++) {
      fails(new InetSocketAddress("192.0.2.9", port));
    }

    assertThat(dead.last(all)).isEqualTo(all);
  }
}
