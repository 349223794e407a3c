package org.theseus.messaging.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateKey;

/**
 * Checks the state that comes with an invite. Where the room id is the create event's hash that
 * event must be there; the rest may be stripped, as many servers still send it, unless we are
 * strict.
 */
final class InviteState {
  private static final Logger LOG = LoggerFactory.getLogger(InviteState.class);

  /** The most entries that are looked at: each may cost a look for keys. */
  private static final int MAX_ENTRIES = 100;

  private final Residence residence;
  private final boolean strict;

  InviteState(Residence residence, boolean strict) {
    this.residence = residence;
    this.strict = strict;
  }

  /** Completes if the state will do, exceptionally with {@code M_INVALID_PARAM} if not. */
  CompletionStage<Void> check(RoomVersion version, RoomId room, JsonArray state) {
    Residence.require(
        state.elements().size() <= MAX_ENTRIES, "invite_room_state has too many entries");
    List<JsonObject> whole = new ArrayList<>();
    boolean hasCreate = false;
    for (JsonValue entry : state.elements()) {
      boolean isCreate = isCreateOf(version, room, entry);
      hasCreate |= isCreate;
      if (isCreate || isWhole(version, room, entry)) {
        whole.add((JsonObject) entry);
      } else {
        Residence.require(!strict, "invite_room_state holds what is no event of the room");
        LOG.debug("An invite to {} came with stripped state", room);
      }
    }
    Residence.require(
        hasCreate || !(strict || version.traits().roomIdFromCreate()),
        "invite_room_state lacks the room's m.room.create");
    return CompletableFuture.allOf(
        whole.stream()
            .filter(pdu -> strict || isCreateOf(version, room, pdu))
            .map(pdu -> verified(version, pdu))
            .toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Event> verified(RoomVersion version, JsonObject pdu) {
    return residence.verified(version, pdu).toCompletableFuture();
  }

  private static boolean isCreateOf(RoomVersion version, RoomId room, JsonValue entry) {
    return entry instanceof JsonObject pdu
        && pdu.string("type").filter(StateKey.CREATE.type()::equals).isPresent()
        && isWhole(version, room, entry);
  }

  private static boolean isWhole(RoomVersion version, RoomId room, JsonValue entry) {
    try {
      return entry instanceof JsonObject pdu
          && pdu.object("signatures").isPresent()
          && version.parse(pdu).roomId().equals(room);
    } catch (MatrixException stripped) {
      return false;
    }
  }
}
