package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.theseus.itests.peer.Server;

/** Events that come late, since what brought them at first was lost on the way. */
@ExtendWith(Interop.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GapIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String VERSION = "12";

  private final Strait toUs;
  private final Strait toSynapse;
  private final Pair pair;

  GapIT(Ground shared) throws Exception {
    Ground ground = shared.part("gap");
    String ourAddress = "127.0.0.1:" + Server.freePort();
    int synapsePort = Server.freePort();
    toUs = new Strait(ground.authority(), ourAddress);
    toSynapse = new Strait(ground.authority(), "127.0.0.1:" + synapsePort);
    pair =
        new Pair(
            Ours.create(ground, toUs.name(), ourAddress),
            Synapse.create(ground, toSynapse.name(), synapsePort));
  }

  @BeforeAll
  void start() throws Exception {
    pair.start();
  }

  @AfterAll
  void stop() {
    try (toUs;
        toSynapse) {
      pair.close();
    }
  }

  @DisplayName("a transaction to the guest's server is lost, the next is not")
  @ParameterizedTest(name = "{displayName} | " + VERSION + " | {0}")
  @EnumSource
  void gapIsFilled(Direction direction) throws Exception {
    Strait toGuest = direction == Direction.SYNAPSE_JOINS_THESEUS ? toSynapse : toUs;
    Strait toHost = direction == Direction.SYNAPSE_JOINS_THESEUS ? toUs : toSynapse;
    Room room = Room.ofBoth(pair, direction, VERSION);
    String first = room.aliceSays("arrives");
    room.arrived(LIMIT, List.of(first));

    toGuest.sinkNext(room.id());
    String lost = room.aliceSays("is lost");
    Await.until(LIMIT, () -> assertThat(toGuest.sunk()).isTrue());
    String next = room.aliceSays("tells that something is missing");

    room.arrived(LIMIT, List.of(first, lost, next));
    assertThat(toHost.hasPassed("/get_missing_events/")).isTrue();
  }
}
