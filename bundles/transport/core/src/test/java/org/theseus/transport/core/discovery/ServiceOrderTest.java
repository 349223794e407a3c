package org.theseus.transport.core.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.theseus.transport.core.discovery.Dns.Service;

class ServiceOrderTest {
  private final Random random = new Random(2782);

  private List<String> order(Service... services) {
    return ServiceOrder.of(List.of(services), random::nextInt).stream()
        .map(Service::target)
        .toList();
  }

  @Test
  void lowerPrioritiesGoFirstWhateverTheirWeights() {
    for (int i = 0; i < 50; i++) {
      assertThat(
              order(
                  new Service(20, 60_000, 1, "last"),
                  new Service(10, 0, 1, "second"),
                  new Service(1, 1, 1, "first")))
          .containsExactly("first", "second", "last");
    }
  }

  @Test
  void withinAPriorityChancesAreAsTheWeights() {
    Map<String, Integer> first = new HashMap<>();
    int rounds = 10_000;
    for (int i = 0; i < rounds; i++) {
      List<String> order =
          order(
              new Service(1, 300, 1, "three"),
              new Service(1, 0, 1, "none"),
              new Service(1, 100, 1, "one"));
      assertThat(order).containsExactlyInAnyOrder("three", "one", "none");
      first.merge(order.get(0), 1, Integer::sum);
    }
    assertThat(first.get("three") / (double) rounds).isCloseTo(0.75, within(0.02));
    assertThat(first.get("one") / (double) rounds).isCloseTo(0.25, within(0.02));
    assertThat(first.get("none")).as("a very small chance").isBetween(1, rounds / 100);
  }

  @Test
  void withoutWeightsAllAreInOrderAndOnce() {
    assertThat(order(new Service(1, 0, 1, "a"), new Service(1, 0, 2, "a")))
        .containsExactly("a", "a");
    assertThat(order()).isEmpty();
  }
}
