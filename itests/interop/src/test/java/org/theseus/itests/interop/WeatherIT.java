package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that go away, with notice and without. */
@ExtendWith(Interop.class)
class WeatherIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String VERSION = "12";
  private static final String NAMED = VERSION + ", {0}";
  private static final int EVENTS = 30;

  private final Pair pair;

  WeatherIT(Pair pair) {
    this.pair = pair;
  }

  @DisplayName("the guest's server stopped, 30 events, and started")
  @ParameterizedTest(name = NAMED)
  @EnumSource
  void stoppedAndStarted(Direction direction) throws Exception {
    Homeserver host = pair.host(direction);
    Homeserver guest = pair.guest(direction);
    String alice = host.user("alice");
    String bob = guest.user("bob");
    String room = host.create(alice, VERSION, true);
    guest.join(bob, room, host.name());
    Agreement agreement = new Agreement(host, alice, guest, bob, room);
    agreement.reached(List.of(guest.say(bob, room, "bob is here")));

    guest.stop();
    List<String> sent = new ArrayList<>();
    for (int i = 1; i <= EVENTS; i++) {
      sent.add(host.say(alice, room, "while bob's server is away " + i));
    }
    guest.start();

    agreement.arrived(LIMIT, sent);
    agreement.reached(sent);
  }

  @DisplayName("the guest's server killed while both send, and started")
  @ParameterizedTest(name = NAMED)
  @EnumSource
  void killedInTheMiddle(Direction direction) throws Exception {
    Homeserver host = pair.host(direction);
    Homeserver guest = pair.guest(direction);
    String alice = host.user("alice");
    String bob = guest.user("bob");
    String room = host.create(alice, VERSION, true);
    guest.join(bob, room, host.name());

    Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    try (Talk ofAlice = Talk.start(host, alice, room, acknowledged);
        Talk ofBob = Talk.start(guest, bob, room, acknowledged)) {
      ofAlice.awaitMore(EVENTS / 2);
      ofBob.awaitMore(EVENTS / 2);
      guest.kill();
      ofAlice.awaitMore(EVENTS / 2);
      guest.start();
      ofBob.awaitMore(EVENTS / 2);
    }

    Agreement agreement = new Agreement(host, alice, guest, bob, room);
    agreement.arrived(LIMIT, acknowledged);
    agreement.reached(acknowledged);
    assertThat(acknowledged).doesNotHaveDuplicates();
  }
}
