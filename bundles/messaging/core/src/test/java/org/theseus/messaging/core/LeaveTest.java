package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.messaging.core.World.content;
import static org.theseus.messaging.core.World.get;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.transport.api.FederationClient.Request;
import org.theseus.transport.api.FederationClient.Response;

/** Leaving rooms and refusing invites. */
class LeaveTest {
  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private EventId leave() {
    return get(world.core().leave(world.alice, world.room));
  }

  private void inviter(UnaryOperator<JsonObject> template, Response sent) {
    world.peers.answers =
        request -> isMake(request) ? FakePeers.ok(template.apply(template())) : sent;
  }

  private static boolean isMake(Request request) {
    return request.path().contains("/make_leave/");
  }

  private JsonObject template() {
    return JsonObject.builder()
        .put("room_version", "12")
        .put("event", Pdus.member(world.room, world.alice, world.alice, "leave"))
        .build();
  }

  /** The invite is gone for the user, whatever the inviter's server makes of it. */
  private void assertRefusedHere(EventId id) {
    assertThat(world.graphs.done).containsExactly("store leave");
    Event leave = world.graphs.stored.get(0);
    assertThat(leave.id()).isEqualTo(id);
    assertThat(leave.sender()).isEqualTo(world.alice);
    assertThat(leave.stateKey()).contains(world.alice.value());
    assertThat(leave.roomId()).isEqualTo(world.room);
    assertThat(leave.content()).isEqualTo(content("membership", "leave"));
    assertThat(get(world.graphs.verify("12", leave.json()))).isEqualTo(leave);
  }

  @Test
  void givenARoomWeAreInThenTheLeaveIsOurOwn() {
    world.resident();

    leave();

    assertThat(world.graphs.done).containsExactly("send m.room.member");
    assertThat(world.graphs.stored.get(0).content()).isEqualTo(content("membership", "leave"));
    assertThat(world.peers.requests).isEmpty();
  }

  @Test
  void givenAnInviteThenItIsRefusedThroughTheInvitersServer() {
    world.invited();
    inviter(template -> template, FakePeers.ok(JsonObject.EMPTY));

    EventId id = leave();

    assertRefusedHere(id);
    assertThat(world.peers.lines().get(0))
        .startsWith("GET b.example /_matrix/federation/v1/make_leave/");
    assertThat(world.peers.lines().get(1))
        .startsWith("PUT b.example /_matrix/federation/v2/send_leave/");
    assertThat(world.peers.requests.get(1).body()).contains(world.graphs.stored.get(0).json());
  }

  @Test
  void givenTheInvitersServerIsAwayThenTheInviteIsRefusedHere() {
    Event invite = world.invited();
    world.peers.answers =
        request -> {
          throw FakePeers.away();
        };

    assertRefusedHere(leave());
    assertThat(world.graphs.stored.get(0).prevEvents()).containsExactly(invite.id());
  }

  @Test
  void givenTheInvitersServerRefusesThenTheInviteIsRefusedHere() {
    world.invited();
    world.peers.answers = request -> FakePeers.refusal(404, "M_NOT_FOUND");

    assertRefusedHere(leave());
  }

  @Test
  void givenAMalformedTemplateThenItIsNotSigned() {
    world.invited();
    JsonObject join = Pdus.member(world.room, world.alice, world.alice, "join");
    inviter(template -> template.with("event", join), FakePeers.ok(JsonObject.EMPTY));

    assertRefusedHere(leave());

    assertThat(world.peers.requests).hasSize(1);
  }

  @Test
  void givenNobodyKnowsWhatBecameOfTheLeaveThenItIsSentOnceMore() {
    world.invited();
    inviter(template -> template, FakePeers.refusal(503, "M_UNKNOWN"));

    assertRefusedHere(leave());

    assertThat(world.peers.requests).hasSize(3);
    assertThat(world.peers.requests.get(1)).isEqualTo(world.peers.requests.get(2));
  }

  @Test
  void givenTheUserHasLeftThenLeavingAgainIsTheSameLeave() {
    world.resident();
    Event left =
        world.inForce(
            world.us,
            world.alice,
            "m.room.member",
            world.alice.value(),
            content("membership", "leave"));

    assertThat(leave()).isEqualTo(left.id());

    assertThat(world.graphs.done).isEmpty();
  }

  @Test
  void givenAUserWhoWasNeverInTheRoomThenForbidden() {
    world.resident();

    assertThatThrownBy(() -> get(world.core().leave(world.us.user("carol"), world.room)))
        .isInstanceOfSatisfying(
            MatrixException.class, no -> assertThat(no.error().errcode()).isEqualTo("M_FORBIDDEN"));
  }

  @Test
  void givenARoomNobodyKnowsThenNotFound() {
    assertThatThrownBy(this::leave)
        .isInstanceOfSatisfying(
            MatrixException.class, no -> assertThat(no.error().errcode()).isEqualTo("M_NOT_FOUND"));
  }

  @Test
  void givenAMembershipThatIsNoInviteInARoomWeLeftThenForbidden() {
    Event ban =
        world.other.signed(world.version, Pdus.member(world.room, world.bob, world.alice, "ban"));
    world.reader.room(world.room, "12", Participation.LEFT);
    world.reader.member(world.alice, ban);

    assertThatThrownBy(this::leave)
        .isInstanceOfSatisfying(
            MatrixException.class, no -> assertThat(no.error().errcode()).isEqualTo("M_FORBIDDEN"));
    assertThat(world.graphs.done).isEmpty();
  }
}
