package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that go away, with notice and without. */
@ExtendWith(Interop.class)
class WeatherIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String VERSION = "12";
  private static final String NAMED = "{displayName} | " + VERSION + " | {0}";
  private static final int EVENTS = 30;

  private final Pair pair;

  WeatherIT(Pair pair) {
    this.pair = pair;
  }

  @DisplayName("the guest's server stopped, 30 events, and started")
  @ParameterizedTest(name = NAMED)
  @EnumSource
  void stoppedAndStarted(Direction direction) throws Exception {
    Room room = Room.ofBoth(pair, direction, VERSION);
    room.arrived(LIMIT, List.of(room.bobSays("bob is here")));

    room.guest().stop();
    List<String> sent = aliceSpeaks(room);
    room.guest().start();

    room.arrived(LIMIT, sent);
    room.agreed(sent);
  }

  @DisplayName("given up by Synapse for ten minutes, started | 12 | Theseus joins Synapse")
  @Test
  void ourStartEndsSynapsesBackOff() throws Exception {
    Ours ours = pair.ours();
    Synapse synapse = pair.synapse();
    Room room = Room.ofBoth(pair, Direction.THESEUS_JOINS_SYNAPSE, VERSION);
    int logged = synapse.log().end();

    ours.stop();
    synapse.askForKeys(room.alice(), room.bob());
    assertThat(synapse.log().backOffs(ours.name(), logged)).isNotEmpty();
    assertThat(synapse.admin().leavesAlone(ours.name())).isTrue();
    List<String> sent = aliceSpeaks(room);
    ours.start();

    room.arrived(LIMIT, sent);
    Await.until(LIMIT, () -> assertThat(synapse.admin().leavesAlone(ours.name())).isFalse());
    room.agreed(sent);
  }

  @DisplayName("the guest's server killed while both send, and started")
  @ParameterizedTest(name = NAMED)
  @EnumSource
  void killedInTheMiddle(Direction direction) throws Exception {
    Room room = Room.ofBoth(pair, direction, VERSION);

    try (Conversation conversation = Conversation.start(room)) {
      conversation.awaitMore(EVENTS / 2);
      room.guest().kill();
      conversation.ofAlice().awaitMore(EVENTS / 2);
      room.guest().start();
      conversation.awaitMore(EVENTS / 2);
      conversation.end();

      room.arrived(LIMIT, conversation.sent());
      room.agreed(conversation.sent());
      assertThat(conversation.sent()).doesNotHaveDuplicates();
      assertThat(conversation.ofAlice().refusals()).isEmpty();
    }
  }

  private static List<String> aliceSpeaks(Room room) throws Exception {
    List<String> sent = new ArrayList<>();
    for (int i = 1; i <= EVENTS; i++) {
      sent.add(room.aliceSays("while bob's server is away " + i));
    }
    return sent;
  }
}
