package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every module of ours is replaced while Synapse sends, and Synapse does not notice: one room where
 * both talk from before the first swap until after the last.
 */
@ExtendWith(Interop.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SwapsIT {
  private static final Duration LATEST = Duration.ofSeconds(10);
  private static final int EVENTS = 10;
  private static final String VERSION = "12";

  private final Pair pair;

  private Room room;
  private Conversation conversation;
  private int logged;

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

  @BeforeAll
  void bothBeginToTalk() throws Exception {
    room = Room.ofBoth(pair, Direction.THESEUS_JOINS_SYNAPSE, VERSION);
    logged = pair.synapse().log().end();
    conversation = Conversation.start(room);
  }

  @AfterAll
  void bothFallSilent() {
    if (conversation != null) {
      conversation.close();
    }
  }

  @Order(1)
  @ParameterizedTest(name = "swap of {0} | " + VERSION + " | both ways")
  @MethodSource("modules")
  void swappedUnderTraffic(String module) throws Exception {
    conversation.awaitMore(EVENTS);
    String answer = pair.ours().server().swap("org.theseus." + module, 1);
    conversation.awaitMore(EVENTS);

    Duration fromSynapse = conversation.latenessAtGuest();
    Duration toSynapse = conversation.latenessAtHost();
    int since = logged;
    SynapseLog log = pair.synapse().log();
    String us = pair.ours().name();
    logged = log.end();
    List<String> refused = log.refusedSends(us, since);
    System.out.printf(
        "%s; latest event from Synapse %d ms, to Synapse %d ms; attempts repeated: %d%n",
        answer, fromSynapse.toMillis(), toSynapse.toMillis(), log.failedSends(us, since).size());

    assertThat(answer)
        .matches("org\\.theseus\\.%s (\\S+) -> (?!\\1,)\\S+, pause \\d+ ms".formatted(module));
    assertThat(refused).isEmpty();
    assertThat(log.backOffs(us, since)).isEmpty();
    assertThat(pair.synapse().admin().leavesAlone(us)).isFalse();
    assertThat(fromSynapse).isLessThan(LATEST);
    assertThat(toSynapse).isLessThan(LATEST);
    assertThat(conversation.ofBob().refusals()).isEmpty();
  }

  @Order(2)
  @DisplayName("the same everywhere after all swaps | " + VERSION + " | both ways")
  @Test
  void bothAgreeInTheEnd() throws Exception {
    conversation.end();

    room.agreed(conversation.sent());
    assertThat(conversation.sent()).doesNotHaveDuplicates();
  }
}
