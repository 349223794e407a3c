package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  private static final JsonNumber HUNDRED = JsonNumber.of(100);
  private static final String NAMED = "{0}, {1}";

  private final Pair pair;

  private Homeserver host;
  private Homeserver guest;
  private String alice;
  private String bob;
  private String room;

  BothWaysIT(Pair pair) {
    this.pair = pair;
  }

  static Stream<Arguments> rooms() {
    return Stream.of("10", "11", "12")
        .flatMap(
            version ->
                Stream.of(Direction.values()).map(direction -> Arguments.of(version, direction)));
  }

  private void givenARoom(String version, Direction direction, boolean open) throws Exception {
    host = pair.host(direction);
    guest = pair.guest(direction);
    alice = host.user("alice");
    bob = guest.user("bob");
    room = host.create(alice, version, open);
  }

  private void givenBothInARoom(String version, Direction direction) throws Exception {
    givenARoom(version, direction, true);
    guest.join(bob, room, host.name());
  }

  private Agreement bothAgree() {
    return new Agreement(host, alice, guest, bob, room);
  }

  @DisplayName("a join")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void aJoin(String version, Direction direction) throws Exception {
    givenARoom(version, direction, true);
    String before = host.say(alice, room, "before the join");

    guest.join(bob, room, host.name());

    bothAgree().reached(List.of(before));
  }

  @DisplayName("an invite that is accepted")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void anInviteThatIsAccepted(String version, Direction direction) throws Exception {
    givenARoom(version, direction, false);

    host.invite(alice, room, bob);
    Await.until(LIMIT, () -> assertThat(guest.isInvited(bob, room)).isTrue());
    guest.join(bob, room, host.name());

    bothAgree().reached(List.of());
    assertThat(membership(host, alice, bob)).isEqualTo("join");
  }

  @DisplayName("an invite that is rejected")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void anInviteThatIsRejected(String version, Direction direction) throws Exception {
    givenARoom(version, direction, false);

    host.invite(alice, room, bob);
    Await.until(LIMIT, () -> assertThat(guest.isInvited(bob, room)).isTrue());
    guest.leave(bob, room);

    Await.until(LIMIT, () -> assertThat(membership(host, alice, bob)).isEqualTo("leave"));
    assertThat(guest.isInvited(bob, room)).isFalse();
  }

  @DisplayName("20 messages each way")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void messages(String version, Direction direction) throws Exception {
    givenBothInARoom(version, direction);

    List<String> sent = new ArrayList<>();
    for (int i = 1; i <= MESSAGES; i++) {
      sent.add(host.say(alice, room, "alice says " + i));
      sent.add(guest.say(bob, room, "bob says " + i));
    }

    bothAgree().reached(sent);
  }

  @DisplayName("topic and power levels changed from each side")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void topicAndPowerLevels(String version, Direction direction) throws Exception {
    givenBothInARoom(version, direction);
    List<String> changes = new ArrayList<>();

    changes.add(host.set(alice, room, "m.room.topic", topic("of the host")));
    JsonObject levels = host.content(alice, room, "m.room.power_levels", "");
    JsonObject users = levels.object("users").orElse(JsonObject.EMPTY);
    changes.add(
        host.set(
            alice, room, "m.room.power_levels", levels.with("users", users.with(bob, HUNDRED))));
    Await.until(LIMIT, () -> assertThat(guest.state(bob, room)).isEqualTo(host.state(alice, room)));
    changes.add(guest.set(bob, room, "m.room.topic", topic("of the guest")));
    changes.add(
        guest.set(
            bob,
            room,
            "m.room.power_levels",
            guest.content(bob, room, "m.room.power_levels", "").with("invite", HUNDRED)));

    bothAgree().reached(changes);
    assertThat(host.content(alice, room, "m.room.topic", "").string("topic"))
        .contains("of the guest");
    assertThat(host.content(alice, room, "m.room.power_levels", "").integer("invite"))
        .contains(100L);
  }

  @DisplayName("leaving and joining again")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void leavingAndJoiningAgain(String version, Direction direction) throws Exception {
    givenBothInARoom(version, direction);

    guest.leave(bob, room);
    Await.until(LIMIT, () -> assertThat(membership(host, alice, bob)).isEqualTo("leave"));
    String meanwhile = host.say(alice, room, "while bob is away");
    guest.join(bob, room, host.name());
    String again = guest.say(bob, room, "bob is back");

    bothAgree().reached(List.of(meanwhile, again));
  }

  @DisplayName("redactions from each side")
  @ParameterizedTest(name = NAMED)
  @MethodSource("rooms")
  void redactions(String version, Direction direction) throws Exception {
    givenBothInARoom(version, direction);
    String ofAlice = host.say(alice, room, "alice regrets");
    String ofBob = guest.say(bob, room, "bob regrets");
    String stays = host.say(alice, room, "stays");
    bothAgree().reached(List.of(ofAlice, ofBob, stays));

    String first = host.redact(alice, room, ofAlice);
    String second = guest.redact(bob, room, ofBob);

    bothAgree().reached(List.of(first, second));
    Await.until(
        LIMIT,
        () -> {
          assertThat(bodies(host, alice, ofAlice, ofBob)).containsOnly("");
          assertThat(bodies(guest, bob, ofAlice, ofBob)).containsOnly("");
        });
    assertThat(bodies(guest, bob, stays)).containsExactly("stays");
  }

  private List<String> bodies(Homeserver server, String user, String... events) throws Exception {
    List<String> wanted = List.of(events);
    return server.timeline(user, room).stream()
        .filter(event -> wanted.contains(Events.id(event)))
        .map(Events::body)
        .toList();
  }

  private String membership(Homeserver server, String asking, String user) throws Exception {
    return server.content(asking, room, "m.room.member", user).string("membership").orElseThrow();
  }

  private static JsonObject topic(String text) {
    return JsonObject.EMPTY.with("topic", text);
  }
}
