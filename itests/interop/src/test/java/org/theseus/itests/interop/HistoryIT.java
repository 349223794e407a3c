package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.theseus.itests.peer.Server;

/** Events that come late, or from before one came. */
@ExtendWith(Interop.class)
class HistoryIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String VERSION = "12";
  private static final String NAMED = VERSION + ", {0}";
  private static final int LONG_HISTORY = 120;

  @DisplayName("120 events from before a join, when asked for")
  @ParameterizedTest(name = NAMED)
  @EnumSource
  void historyFromBeforeTheJoin(Direction direction, Pair pair) throws Exception {
    Homeserver host = pair.host(direction);
    Homeserver guest = pair.guest(direction);
    String alice = host.user("alice");
    String bob = guest.user("bob");
    String room = host.create(alice, VERSION, true);
    List<String> before = new ArrayList<>();
    for (int i = 1; i <= LONG_HISTORY; i++) {
      before.add(host.say(alice, room, "before the join " + i));
    }

    guest.join(bob, room, host.name());

    new Agreement(host, alice, guest, bob, room).reached(before);
  }

  @DisplayName("a transaction to the guest's server is lost, the next is not")
  @ParameterizedTest(name = NAMED)
  @EnumSource
  void gapIsFilled(Direction direction, Ground shared) throws Exception {
    Ground ground = shared.part("gap-" + direction.name());
    String ourAddress = "127.0.0.1:" + Server.freePort();
    int synapsePort = Server.freePort();
    try (Strait toUs = new Strait(ground.authority(), ourAddress);
        Strait toSynapse = new Strait(ground.authority(), "127.0.0.1:" + synapsePort);
        Pair pair =
            new Pair(
                Ours.create(ground, toUs.name(), ourAddress),
                Synapse.create(ground, toSynapse.name(), synapsePort))) {
      pair.start();
      Strait toGuest = direction == Direction.SYNAPSE_JOINS_THESEUS ? toSynapse : toUs;
      Strait toHost = direction == Direction.SYNAPSE_JOINS_THESEUS ? toUs : toSynapse;
      Homeserver host = pair.host(direction);
      Homeserver guest = pair.guest(direction);
      String alice = host.user("alice");
      String bob = guest.user("bob");
      String room = host.create(alice, VERSION, true);
      guest.join(bob, room, host.name());
      Agreement agreement = new Agreement(host, alice, guest, bob, room);
      String first = host.say(alice, room, "arrives");
      agreement.arrived(LIMIT, List.of(first));

      toGuest.sinkNext();
      String lost = host.say(alice, room, "is lost");
      Await.until(LIMIT, () -> assertThat(toGuest.sunk()).isTrue());
      String next = host.say(alice, room, "tells that something is missing");

      agreement.arrived(LIMIT, List.of(first, lost, next));
      assertThat(toHost.hasPassed("/get_missing_events/")).isTrue();
    }
  }
}
