package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.messaging.core.World.get;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.messaging.api.CreateRoom;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.NewRoom;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.UserId;

/** Making rooms. */
class CreateTest {
  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private NewRoom create(String version, boolean isPublic, Optional<String> alias) {
    assertThat(get(world.core().create(new CreateRoom(world.alice, version, isPublic, alias))))
        .isEqualTo(FakeGraphs.MADE);
    return world.graphs.rooms.get(0);
  }

  private void assertRefused(UserId user, String version, String alias, String errcode) {
    CreateRoom room = new CreateRoom(user, version, false, Optional.of(alias));
    assertThatThrownBy(() -> get(world.core().create(room)))
        .isInstanceOfSatisfying(
            MatrixException.class, no -> assertThat(no.error().errcode()).isEqualTo(errcode));
    assertThat(world.graphs.done).isEmpty();
  }

  private static JsonObject content(NewRoom room, String type) {
    return room.events().stream()
        .filter(draft -> draft.type().equals(type))
        .map(Draft::content)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void givenAPrivateRoomThenItsCreatorIsInAndOthersComeByInvite() {
    NewRoom room = create("12", false, Optional.empty());

    assertThat(room.creator()).isEqualTo(world.alice);
    assertThat(room.version()).isEqualTo("12");
    assertThat(room.alias()).isEmpty();
    assertThat(room.events().stream().map(Draft::type))
        .containsExactly(
            "m.room.member",
            "m.room.power_levels",
            "m.room.join_rules",
            "m.room.history_visibility");
    assertThat(room.events()).allMatch(draft -> draft.sender().equals(world.alice));
    assertThat(room.events().get(0).stateKey()).contains(world.alice.value());
    assertThat(room.events().get(0).content()).isEqualTo(World.content("membership", "join"));
    assertThat(content(room, "m.room.join_rules")).isEqualTo(World.content("join_rule", "invite"));
    assertThat(content(room, "m.room.history_visibility"))
        .isEqualTo(World.content("history_visibility", "shared"));
  }

  @Test
  void givenAPublicRoomWithAnAliasThenAnyoneMayJoinByIt() {
    NewRoom room = create("12", true, Optional.of("hall"));

    assertThat(room.alias()).contains(RoomAlias.of("#hall:a.example"));
    assertThat(content(room, "m.room.canonical_alias"))
        .isEqualTo(World.content("alias", "#hall:a.example"));
    assertThat(content(room, "m.room.join_rules")).isEqualTo(World.content("join_rule", "public"));
  }

  @Test
  void givenVersionTwelveThenItsCreatorsStandAboveThePowerLevels() {
    JsonObject levels = content(create("12", false, Optional.empty()), "m.room.power_levels");

    assertThat(levels.object("users")).contains(JsonObject.EMPTY);
    assertThat(levels.object("events").flatMap(events -> events.get("m.room.tombstone")))
        .contains(JsonNumber.of(150));
  }

  @Test
  void givenAnEarlierVersionThenTheCreatorHasTheHighestLevel() {
    JsonObject levels = content(create("11", false, Optional.empty()), "m.room.power_levels");

    assertThat(levels.object("users").flatMap(users -> users.integer("@alice:a.example")))
        .contains(100L);
    assertThat(levels.object("events").flatMap(events -> events.integer("m.room.tombstone")))
        .contains(100L);
  }

  @Test
  void givenAVersionNobodyOffersThenItIsUnsupported() {
    assertRefused(world.alice, "99", "hall", "M_UNSUPPORTED_ROOM_VERSION");
  }

  @Test
  void givenAUserOfAnotherServerThenForbidden() {
    assertRefused(world.bob, "12", "hall", "M_FORBIDDEN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"@Alice:a.example", "@:a.example", "@al ice:a.example", "@\u00e9:a.example"})
  void givenALocalpartThatIsNotMadeTodayThenInvalid(String user) {
    assertRefused(UserId.of(user), "12", "hall", "M_INVALID_PARAM");
  }

  @Test
  void givenAnIdThatIsTooLongThenInvalid() {
    assertRefused(world.us.user("a".repeat(250)), "12", "hall", "M_INVALID_PARAM");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", "a b", "a\u0000b", "a\nb"})
  void givenAnAliasThatIsNotValidThenInvalid(String localpart) {
    assertRefused(world.alice, "12", localpart, "M_INVALID_PARAM");
  }

  @Test
  void givenAnAliasThatIsTooLongThenInvalid() {
    assertRefused(world.alice, "12", "\u20ac".repeat(84), "M_INVALID_PARAM");
  }

  @Test
  void givenAnAliasThatIsTakenThenTheRefusalIsTold() {
    world.graphs.refusals.put("create", new MatrixException(400, "M_ROOM_IN_USE", "taken"));

    assertRefused(world.alice, "12", "hall", "M_ROOM_IN_USE");
  }
}
