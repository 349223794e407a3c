package org.theseus.messaging.core;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.OwnKeys;

/**
 * Makes signed events of what {@code make_join} and {@code make_leave} answer. A resident names the
 * event's place in the graph; every other part is ours, so that our signature never stands under
 * anything we did not mean to say.
 */
final class Templates {
  private static final long MAX_DEPTH = (1L << 53) - 1;

  private final RoomGraphs graphs;
  private final OwnKeys keys;
  private final InstantSource clock;

  Templates(RoomGraphs graphs, OwnKeys keys, InstantSource clock) {
    this.graphs = graphs;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * An event of ours and the version it is of.
   *
   * @param event the event, signed
   * @param version its room's version
   */
  record Signed(Event event, RoomVersion version) {}

  /**
   * Verifies a template and signs what comes of it.
   *
   * @param answer what the resident answered
   * @param resident who answered
   * @param room the room that was asked about
   * @param user our user that was asked about
   * @param membership what was asked for
   * @throws MatrixException if the answer is malformed
   */
  Signed sign(JsonObject answer, ServerName resident, RoomId room, UserId user, String membership) {
    // "If not provided, the room version is assumed to be either "1" or "2"."
    String versionId = answer.string("room_version").orElse("1");
    RoomVersion version =
        graphs
            .version(versionId)
            .orElseThrow(() -> Refusals.incompatibleVersion(versionId, "we do not know"));
    JsonObject template =
        answer.object("event").orElseThrow(() -> malformed(resident, "there is no event"));
    // The spec's list of what must be verified before signing.
    require(template, "room_id", room.value(), resident);
    require(template, "sender", user.value(), resident);
    require(template, "state_key", user.value(), resident);
    require(template, "type", Members.TYPE, resident);
    JsonObject said = template.object("content").orElse(JsonObject.EMPTY);
    require(said, "membership", membership, resident);

    JsonArray prevs = references(template, "prev_events", 1, Event.MAX_PREV_EVENTS, resident);
    JsonArray auths = references(template, "auth_events", 0, Event.MAX_AUTH_EVENTS, resident);
    long depth = template.integer("depth").orElse(-1L);
    if (depth < 0) {
      throw malformed(resident, "its depth is no integer from 0");
    }
    JsonObject pdu =
        JsonObject.builder()
            .put("auth_events", auths)
            .put("content", content(said, membership, resident))
            .put("depth", Math.min(depth, MAX_DEPTH))
            .put("origin_server_ts", clock.millis())
            .put("prev_events", prevs)
            .put("room_id", room.value())
            .put("sender", user.value())
            .put("state_key", user.value())
            .put("type", Members.TYPE)
            .build();
    return new Signed(version.hashAndSign(pdu, user.server(), keys.signer()), version);
  }

  /** Makes the leave that refuses an invite when no resident helps: it stands on the invite. */
  Event leaveWithoutResident(Event invite, RoomVersion version, UserId user) {
    JsonArray onInvite =
        version.references(
            List.of(invite.id()), id -> Optional.of(new EventSource.Judged(invite, false)));
    JsonObject pdu =
        JsonObject.builder()
            .put("auth_events", onInvite)
            .put("content", JsonObject.EMPTY.with("membership", "leave"))
            .put("depth", Math.min(invite.depth() + 1, MAX_DEPTH))
            .put("origin_server_ts", clock.millis())
            .put("prev_events", onInvite)
            .put("room_id", invite.roomId().value())
            .put("sender", user.value())
            .put("state_key", user.value())
            .put("type", Members.TYPE)
            .build();
    return version.hashAndSign(pdu, user.server(), keys.signer());
  }

  private static JsonObject content(JsonObject said, String membership, ServerName resident) {
    JsonObject content = JsonObject.EMPTY.with("membership", membership);
    if (!membership.equals("join") || !said.has(RestrictedJoins.AUTHORISED)) {
      return content;
    }
    // "An arbitrary user ID belonging to the resident server": only that server can sign for it.
    String voucher = said.string(RestrictedJoins.AUTHORISED).orElse("");
    if (UserId.parse(voucher).map(UserId::server).filter(resident::equals).isEmpty()) {
      throw malformed(resident, RestrictedJoins.AUTHORISED + " is none of its users");
    }
    return content.with(RestrictedJoins.AUTHORISED, new JsonString(voucher));
  }

  private static JsonArray references(
      JsonObject template, String name, int least, int most, ServerName resident) {
    int count = template.array(name).map(array -> array.elements().size()).orElse(-1);
    if (count < least || count > most) {
      throw malformed(resident, name + " is no array of " + least + " to " + most);
    }
    return template.array(name).orElseThrow();
  }

  private static void require(JsonObject object, String name, String value, ServerName resident) {
    if (!object.string(name).filter(value::equals).isPresent()) {
      throw malformed(resident, name + " is not " + value);
    }
  }

  private static MatrixException malformed(ServerName resident, String what) {
    return Refusals.badAnswer("the template of " + resident + " is malformed: " + what);
  }
}
