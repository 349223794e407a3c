package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every module of ours is replaced while Synapse sends, and does not notice. */
@ExtendWith(Interop.class)
class SwapsIT {
  private static final Duration LATEST = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int EVENTS = 20;
  private static final String VERSION = "12";

  private final Pair pair;

  SwapsIT(Pair pair) {
    this.pair = pair;
  }

  static Stream<String> modules() {
    return Stream.of(
        "transport.jetty-server",
        "transport.jetty-client",
        "transport.core",
        "transport.keys",
        "transaction.core",
        "pdu.core",
        "messaging.core",
        "persistence.sqlite",
        "protocol.rules",
        "protocol.jackson",
        "protocol.bouncycastle");
  }

  @DisplayName("a module swapped while events go both ways")
  @ParameterizedTest(name = VERSION + ", {0}")
  @MethodSource("modules")
  void swappedUnderTraffic(String module) throws Exception {
    Ours ours = pair.ours();
    Synapse synapse = pair.synapse();
    String alice = synapse.user("alice");
    String bob = ours.user("bob");
    String room = synapse.create(alice, VERSION, true);
    ours.join(bob, room, synapse.name());
    int logged = synapse.log().length();

    Queue<String> sent = new ConcurrentLinkedQueue<>();
    Talk ofAlice = Talk.start(synapse, alice, room, sent);
    Talk ofBob = Talk.start(ours, bob, room, sent);
    try (Lookout onOurs = Lookout.start(ours, bob, room);
        Lookout onSynapse = Lookout.start(synapse, alice, room)) {
      try (ofAlice;
          ofBob) {
        ofAlice.awaitMore(EVENTS);
        ours.server().swap("org.theseus." + module, 1);
        ofAlice.awaitMore(EVENTS);
        ofBob.awaitMore(EVENTS);
      }
      Await.until(
          LIMIT,
          () -> {
            assertThat(onOurs.seen()).containsAll(sent);
            assertThat(onSynapse.seen()).containsAll(sent);
          });
      Duration fromSynapse = onOurs.latest(ofAlice.acknowledged());
      Duration toSynapse = onSynapse.latest(ofBob.acknowledged());
      System.out.printf(
          "%s swapped: latest event from Synapse %d ms, to Synapse %d ms%n",
          module, fromSynapse.toMillis(), toSynapse.toMillis());
      assertThat(fromSynapse).isLessThan(LATEST);
      assertThat(toSynapse).isLessThan(LATEST);
    }

    assertThat(trouble(synapse.log().substring(logged), ours.name())).isEmpty();
    assertThat(ofBob.refusals()).isEmpty();
    new Agreement(synapse, alice, ours, bob, room).reached(sent);
  }

  /** What Synapse has to say against us. */
  private static List<String> trouble(String log, String name) {
    List<String> trouble = new ArrayList<>();
    for (String line : log.split("\n", -1)) {
      boolean aboutUs = line.contains(name);
      boolean backsOff = line.contains("backoff now") || line.contains("Not retrying server");
      if (aboutUs && backsOff) {
        trouble.add(line);
      }
    }
    return trouble;
  }
}
