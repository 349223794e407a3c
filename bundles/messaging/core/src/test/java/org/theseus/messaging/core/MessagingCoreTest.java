package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.messaging.core.World.content;
import static org.theseus.messaging.core.World.get;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.messaging.api.Messaging.AliasTarget;
import org.theseus.messaging.api.RoomEvent;
import org.theseus.messaging.api.RoomSummary;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.transport.api.InboundRequest;

/** Sending, reading, aliases. */
class MessagingCoreTest {
  private static final RoomAlias HALL = RoomAlias.of("#hall:a.example");
  private final World world = new World().resident();

  @AfterEach
  void close() {
    world.close();
  }

  private void assertRefused(Supplier<CompletionStage<?>> call, String errcode) {
    assertThatThrownBy(() -> get(call.get()))
        .isInstanceOfSatisfying(
            MatrixException.class, no -> assertThat(no.error().errcode()).isEqualTo(errcode));
    assertThat(world.graphs.done).isEmpty();
  }

  @Test
  void givenAMessageThenItIsSent() {
    JsonObject text = content("body", "hi");

    EventId id =
        get(world.core().send(world.alice, world.room, "m.room.message", Optional.empty(), text));

    assertThat(world.graphs.stored.get(0).id()).isEqualTo(id);
    assertThat(world.graphs.stored.get(0).content()).isEqualTo(text);
    assertThat(world.graphs.stored.get(0).isState()).isFalse();
  }

  @Test
  void givenAUserOfAnotherServerThenNothingIsDoneInTheirName() {
    var core = world.core();
    assertRefused(
        () -> core.send(world.bob, world.room, "t", Optional.empty(), JsonObject.EMPTY),
        "M_FORBIDDEN");
    assertRefused(() -> core.join(world.bob, world.room, List.of()), "M_FORBIDDEN");
    assertRefused(() -> core.join(world.bob, HALL, List.of()), "M_FORBIDDEN");
    assertRefused(() -> core.invite(world.bob, world.room, world.alice), "M_FORBIDDEN");
    assertRefused(() -> core.leave(world.bob, world.room), "M_FORBIDDEN");
    assertRefused(() -> core.redact(world.bob, world.room, world.create.id()), "M_FORBIDDEN");
    assertThat(world.peers.requests).isEmpty();
  }

  @Test
  void givenARedactionThenItNamesItsEvent() {
    get(world.core().redact(world.alice, world.room, world.create.id()));

    assertThat(world.graphs.done).containsExactly("send m.room.redaction " + world.create.id());
  }

  @Test
  void givenARedactionOfWhatIsNotInTheRoomThenNotFound() {
    RoomId lobby = world.lobby(world.alice);
    Event elsewhere = world.reader.state(lobby).get(0);

    assertRefused(
        () -> world.core().redact(world.alice, world.room, EventId.of("$none")), "M_NOT_FOUND");
    assertRefused(
        () -> world.core().redact(world.alice, world.room, elsewhere.id()), "M_NOT_FOUND");
  }

  @Test
  void givenTheStateThenItIsInOrder() {
    world.inForce(world.us, world.alice, "m.room.name", "", content("name", "Hall"));

    List<RoomEvent> state = get(world.core().state(world.room));

    assertThat(state.stream().map(RoomEvent::type))
        .containsExactly("m.room.create", "m.room.join_rules", "m.room.member", "m.room.name");
    assertThat(state.get(3).content()).isEqualTo(content("name", "Hall"));
    assertThat(state.get(3).sender()).isEqualTo(world.alice);
  }

  @Test
  void givenRoomsThenTheyAreSummedUp() {
    world.inForce(world.us, world.alice, "m.room.name", "", content("name", "Hall"));
    world.inForce(
        world.other, world.bob, "m.room.member", world.bob.value(), content("membership", "ban"));
    RoomId outside = RoomId.of("!outside");
    world.reader.room(outside, "11", Participation.OUTSIDE);

    assertThat(get(world.core().rooms()))
        .containsExactlyInAnyOrder(
            new RoomSummary(world.room, "12", "joined", Optional.of("Hall"), 1),
            new RoomSummary(outside, "11", "outside", Optional.empty(), 0));
  }

  @Test
  void givenARoomNobodyKnowsThenNotFound() {
    RoomId nowhere = RoomId.of("!nowhere");
    assertRefused(() -> world.core().state(nowhere), "M_NOT_FOUND");
    assertRefused(() -> world.core().timeline(nowhere, 10), "M_NOT_FOUND");
    assertThat(get(world.core().timeline(world.room, 2))).hasSize(2);
  }

  @Test
  void givenAUserOfOursThenItsMembershipsAreTold() {
    assertThat(get(world.core().memberships(world.alice)))
        .extracting(it -> it.content().string("membership").orElseThrow())
        .containsExactly("join");
    assertRefused(() -> world.core().memberships(world.bob), "M_FORBIDDEN");
  }

  @Test
  void givenAnAliasOfOursThenItIsFoundInTheStore() {
    world.aliases.add(HALL, world.room);

    assertThat(get(world.core().resolve(HALL)))
        .isEqualTo(new AliasTarget(world.room, List.of(world.us.name())));
    assertRefused(() -> world.core().resolve(RoomAlias.of("#no:a.example")), "M_NOT_FOUND");
    assertThat(world.peers.requests).isEmpty();
  }

  @Test
  void givenAnAliasOfAnotherServerThenThatServerIsAsked() {
    world.peers.answers =
        request -> FakePeers.ok(content("room_id", "!r").with("servers", JsonArray.EMPTY));

    assertThat(get(world.core().resolve(RoomAlias.of("#x:b.example"))))
        .isEqualTo(new AliasTarget(RoomId.of("!r"), List.of(world.other.name())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "room", "#room:b.example"})
  void givenAnAnswerThatNamesNoRoomThenItIsMalformed(String roomId) {
    world.peers.answers = request -> FakePeers.ok(content("room_id", roomId));

    assertRefused(() -> world.core().resolve(RoomAlias.of("#x:b.example")), "M_BAD_JSON");
  }

  private InboundRequest query(Map<String, List<String>> parameters) {
    return World.request(world.other.name(), Map.of(), parameters, Optional.<JsonValue>empty());
  }

  private DirectoryEndpoint directory() {
    return new DirectoryEndpoint(world.aliases, world.reader, world.us::name);
  }

  @Test
  void givenAQueryForAnAliasOfOursThenItsRoomAndServersAreTold() {
    world.aliases.add(HALL, world.room);
    world.inForce(
        world.other, world.bob, "m.room.member", world.bob.value(), content("membership", "join"));

    assertThat(World.granted(directory(), query(Map.of("room_alias", List.of(HALL.value())))))
        .isEqualTo(
            JsonObject.builder()
                .put("room_id", world.room.value())
                .put("servers", JsonArray.ofStrings(List.of("a.example", "b.example")))
                .build());
  }

  @Test
  void givenAQueryThatCannotBeAnsweredThenItsError() {
    world.aliases.add(RoomAlias.of("#hall:b.example"), world.room);
    assertDirectory(Map.of(), 400, "M_MISSING_PARAM");
    assertDirectory(Map.of("room_alias", List.of("hall")), 400, "M_INVALID_PARAM");
    assertDirectory(Map.of("room_alias", List.of("")), 400, "M_INVALID_PARAM");
    assertDirectory(Map.of("room_alias", List.of("#no:a.example")), 404, "M_NOT_FOUND");
    assertDirectory(Map.of("room_alias", List.of("#hall:b.example")), 404, "M_NOT_FOUND");
  }

  private void assertDirectory(Map<String, List<String>> parameters, int status, String errcode) {
    MatrixError error = World.refused(directory(), query(parameters));
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.errcode()).isEqualTo(errcode);
  }
}
