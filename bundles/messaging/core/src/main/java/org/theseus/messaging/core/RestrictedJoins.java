package org.theseus.messaging.core;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.pdu.api.RoomReader;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/**
 * Restricted rooms as their resident: who may join for being a member elsewhere, and which of our
 * users vouches for it.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#restricted-rooms">Restricted
 *     rooms</a>
 */
final class RestrictedJoins {
  static final String AUTHORISED = "join_authorised_via_users_server";

  private final RoomGraphs graphs;
  private final RoomReader reader;
  private final OurUsers users;

  RestrictedJoins(RoomGraphs graphs, RoomReader reader, OurUsers users) {
    this.graphs = graphs;
    this.reader = reader;
    this.users = users;
  }

  /**
   * Tells what a user's join has to say.
   *
   * @return the content, naming one of our users where the room is restricted and the user was not
   *     invited
   * @throws MatrixException if the user may not join, or not through us
   */
  JsonObject content(RoomInfo room, UserId user) {
    JsonObject content = JsonObject.EMPTY.with("membership", "join");
    if (!needsVoucher(room, user)) {
      return content;
    }
    requireCondition(room.id(), user);
    return content.with(AUTHORISED, voucher(room).value());
  }

  /** Checks, before we sign a join that one of our users vouches for, that it may be signed. */
  void requireGranted(RoomInfo room, UserId user) {
    if (needsVoucher(room, user)) {
      requireCondition(room.id(), user);
    }
  }

  private boolean needsVoucher(RoomInfo room, UserId user) {
    Optional<Event> member = reader.state(room.id(), StateKey.member(user));
    return version(room).traits().restrictedJoins()
        && member.filter(it -> Members.isJoin(it) || Members.isInvite(it)).isEmpty()
        && reader
            .state(room.id(), StateKey.JOIN_RULES)
            .flatMap(rules -> rules.content().string("join_rule"))
            .filter(rule -> rule.equals("restricted") || rule.equals("knock_restricted"))
            .isPresent();
  }

  private void requireCondition(RoomId room, UserId user) {
    List<RoomId> allowed =
        reader
            .state(room, StateKey.JOIN_RULES)
            .flatMap(rules -> rules.content().array("allow"))
            .map(JsonArray::objects)
            .orElse(List.of())
            .stream()
            .filter(rule -> rule.string("type").filter("m.room_membership"::equals).isPresent())
            .flatMap(rule -> rule.string("room_id").flatMap(RoomId::parse).stream())
            .toList();
    if (allowed.stream().anyMatch(other -> isMember(other, user))) {
      return;
    }
    if (allowed.stream().allMatch(this::isKnown)) {
      throw Refusals.forbidden(user + " is in none of the rooms whose members may join " + room);
    }
    throw new MatrixException(
        400,
        MatrixError.UNABLE_TO_AUTHORISE_JOIN,
        "we are not in all rooms whose members may join " + room);
  }

  private boolean isKnown(RoomId room) {
    return reader.room(room).filter(it -> it.participation() == Participation.JOINED).isPresent();
  }

  private boolean isMember(RoomId room, UserId user) {
    return isKnown(room)
        && reader.state(room, StateKey.member(user)).filter(Members::isJoin).isPresent();
  }

  private UserId voucher(RoomInfo room) {
    RoomVersion version = version(room);
    Function<StateKey, Optional<Event>> state = slot -> reader.state(room.id(), slot);
    long needed =
        state
            .apply(StateKey.POWER_LEVELS)
            .flatMap(levels -> levels.content().integer("invite"))
            .orElse(0L);
    return reader.state(room.id()).stream()
        .filter(event -> event.type().equals(Members.TYPE) && Members.isJoin(event))
        .flatMap(member -> member.stateKey().flatMap(UserId::parse).stream())
        .filter(users::owns)
        .filter(user -> version.powerLevel(user, state) >= needed)
        .findFirst()
        .orElseThrow(
            () ->
                new MatrixException(
                    400,
                    MatrixError.UNABLE_TO_GRANT_JOIN,
                    "none of our users may invite to " + room.id()));
  }

  private RoomVersion version(RoomInfo room) {
    return graphs
        .version(room.version())
        .orElseThrow(() -> Refusals.unsupportedVersion(room.version()));
  }
}
