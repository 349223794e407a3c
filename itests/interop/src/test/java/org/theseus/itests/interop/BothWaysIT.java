package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;

/** What users do in rooms, each in rooms of both servers and of every version both speak. */
@ExtendWith(Interop.class)
class BothWaysIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int MESSAGES = 20;
  private static final String TOPIC = "m.room.topic";
  private static final String LEVELS = "m.room.power_levels";
  private static final JsonNumber HUNDRED = JsonNumber.of(100);
  private static final String NAMED = "{displayName} | {0} | {1}";

  private final Pair pair;

  BothWaysIT(Pair pair) {
    this.pair = pair;
  }

  static Stream<Arguments> rooms() {
    return Stream.of("10", "11", "12")
        .flatMap(
            version ->
                Stream.of(Direction.values()).map(direction -> Arguments.of(version, direction)));
  }

  @DisplayName("a join")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void aJoin(String version, Direction direction) throws Exception {
    Room room = Room.create(pair, direction, version, true);
    String before = room.aliceSays("before the join");

    room.bobJoins();

    room.agreed(List.of(before));
    assertThat(membershipOfBob(room)).isEqualTo("join");
  }

  @DisplayName("an invite that is accepted")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void anInviteThatIsAccepted(String version, Direction direction) throws Exception {
    Room room = bobIsInvited(version, direction);

    room.bobJoins();

    room.agreed(List.of());
    assertThat(membershipOfBob(room)).isEqualTo("join");
  }

  @DisplayName("an invite that is rejected")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void anInviteThatIsRejected(String version, Direction direction) throws Exception {
    Room room = bobIsInvited(version, direction);

    room.guest().leave(room.bob(), room.id());

    Await.until(LIMIT, () -> assertThat(membershipOfBob(room)).isEqualTo("leave"));
    assertThat(room.guest().isInvited(room.bob(), room.id())).isFalse();
  }

  private Room bobIsInvited(String version, Direction direction) throws Exception {
    Room room = Room.create(pair, direction, version, false);
    room.host().invite(room.alice(), room.id(), room.bob());
    Await.until(LIMIT, () -> assertThat(room.guest().isInvited(room.bob(), room.id())).isTrue());
    return room;
  }

  @DisplayName("20 messages each way")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void messages(String version, Direction direction) throws Exception {
    Room room = Room.ofBoth(pair, direction, version);

    List<String> sent = new ArrayList<>();
    for (int i = 1; i <= MESSAGES; i++) {
      sent.add(room.aliceSays("alice says " + i));
      sent.add(room.bobSays("bob says " + i));
    }

    room.arrived(LIMIT, sent);
    room.agreed(sent);
  }

  @DisplayName("topic and power levels changed from each side")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void topicAndPowerLevels(String version, Direction direction) throws Exception {
    Room room = Room.ofBoth(pair, direction, version);

    JsonObject levels = levels(room.host(), room.alice(), room);
    JsonObject users = levels.object("users").orElse(JsonObject.EMPTY).with(room.bob(), HUNDRED);
    List<String> ofAlice =
        List.of(
            room.host().set(room.alice(), room.id(), TOPIC, topic("of the host")),
            room.host().set(room.alice(), room.id(), LEVELS, levels.with("users", users)));
    room.arrived(LIMIT, ofAlice);
    room.agreed(ofAlice);
    JsonObject changed = levels(room.guest(), room.bob(), room).with("invite", HUNDRED);
    List<String> ofBob =
        List.of(
            room.guest().set(room.bob(), room.id(), TOPIC, topic("of the guest")),
            room.guest().set(room.bob(), room.id(), LEVELS, changed));

    room.arrived(LIMIT, ofBob);
    room.agreed(ofBob);
    assertThat(room.host().content(room.alice(), room.id(), TOPIC, "").string("topic"))
        .contains("of the guest");
    assertThat(levels(room.host(), room.alice(), room).integer("invite")).contains(100L);
  }

  private static JsonObject levels(Homeserver server, String user, Room room) throws Exception {
    return server.content(user, room.id(), LEVELS, "");
  }

  private static JsonObject topic(String text) {
    return JsonObject.EMPTY.with("topic", text);
  }

  @DisplayName("leaving and joining again")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void leavingAndJoiningAgain(String version, Direction direction) throws Exception {
    Room room = Room.ofBoth(pair, direction, version);

    room.guest().leave(room.bob(), room.id());
    Await.until(LIMIT, () -> assertThat(membershipOfBob(room)).isEqualTo("leave"));
    String meanwhile = room.aliceSays("while bob is away");
    room.bobJoins();
    List<String> again = List.of(room.bobSays("bob is back"), room.aliceSays("welcome"));

    room.arrived(LIMIT, again);
    room.agreed(List.of(meanwhile));
  }

  @DisplayName("redactions from each side")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void redactions(String version, Direction direction) throws Exception {
    Room room = Room.ofBoth(pair, direction, version);
    String aliceRegrets = room.aliceSays("alice regrets");
    String bobRegrets = room.bobSays("bob regrets");
    String aliceMinds = room.bobSays("alice minds");
    String stays = room.aliceSays("stays");
    room.arrived(LIMIT, List.of(aliceRegrets, bobRegrets, aliceMinds, stays));

    List<String> redactions =
        List.of(
            room.host().redact(room.alice(), room.id(), aliceRegrets),
            room.guest().redact(room.bob(), room.id(), bobRegrets),
            room.host().redact(room.alice(), room.id(), aliceMinds));

    room.arrived(LIMIT, redactions);
    room.agreed(redactions);
    Map<String, String> expected =
        Map.of(aliceRegrets, "", bobRegrets, "", aliceMinds, "", stays, "stays");
    Await.until(
        LIMIT,
        () -> {
          assertThat(bodies(room.host(), room.alice(), room)).containsAllEntriesOf(expected);
          assertThat(bodies(room.guest(), room.bob(), room)).containsAllEntriesOf(expected);
        });
  }

  private static Map<String, String> bodies(Homeserver server, String user, Room room)
      throws Exception {
    return server.timeline(user, room.id()).stream()
        .collect(Collectors.toMap(Events::id, Events::body));
  }

  private static String membershipOfBob(Room room) throws Exception {
    return room.host()
        .content(room.alice(), room.id(), "m.room.member", room.bob())
        .string("membership")
        .orElseThrow();
  }
}
