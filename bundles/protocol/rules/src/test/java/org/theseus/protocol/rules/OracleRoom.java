package org.theseus.protocol.rules;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.StateKey;

/** A room as the oracle of the auth rules sees it. */
final class OracleRoom {
  private final TestRoom room;
  final int version;

  OracleRoom(TestRoom room) {
    this.room = room;
    this.version = Integer.parseInt(room.rules.id());
  }

  /** Judges by a state, to which version 12 adds the create event. */
  boolean allows(Event event, Map<StateKey, Event> state) {
    return oracle(event, state).allows();
  }

  boolean redactionApplies(Event redaction, Event target, Map<StateKey, Event> state) {
    return version < 3 || oracle(redaction, state).mayRedact(target);
  }

  /** The power level of the sender of an event when looking at its auth_events. */
  BigInteger senderPower(Event event) {
    Map<StateKey, Event> cited = new HashMap<>();
    event.authEvents().forEach(id -> put(cited, room.events.get(id)));
    return oracle(event, cited).senderPower();
  }

  /** Rules 2 and 3 of version 12, and the others by the state that the auth_events make. */
  boolean allowsByAuthEvents(Event event) {
    Set<StateKey> selection = selection(event);
    Map<StateKey, Event> cited = new HashMap<>();
    for (EventId id : event.authEvents()) {
      Event entry = room.events.get(id);
      StateKey slot = entry == null ? null : entry.slot().orElse(null);
      if (slot == null
          || cited.containsKey(slot)
          || !selection.contains(slot)
          || room.rejected.contains(id)
          || !entry.roomId().equals(event.roomId())) {
        return false;
      }
      cited.put(slot, entry);
    }
    boolean createCited = cited.containsKey(new StateKey("m.room.create", ""));
    return (version == 12 || createCited) && oracle(event, cited).allows();
  }

  /** The auth events selection of the server-server API. */
  private Set<StateKey> selection(Event event) {
    JsonObject content = event.content();
    Set<StateKey> selection = new HashSet<>();
    if (version < 12) {
      selection.add(new StateKey("m.room.create", ""));
    }
    selection.add(new StateKey("m.room.power_levels", ""));
    selection.add(new StateKey("m.room.member", event.sender().value()));
    if (event.type().equals("m.room.member")) {
      event.stateKey().ifPresent(key -> selection.add(new StateKey("m.room.member", key)));
      String membership = text(content, "membership");
      if (membership.equals("join") || membership.equals("invite") || membership.equals("knock")) {
        selection.add(new StateKey("m.room.join_rules", ""));
      }
      if (membership.equals("invite")
          && content.members().get("third_party_invite") instanceof JsonObject invite
          && invite.members().get("signed") instanceof JsonObject signed) {
        selection.add(new StateKey("m.room.third_party_invite", text(signed, "token")));
      }
      if (membership.equals("join") && version > 7) {
        selection.add(
            new StateKey("m.room.member", text(content, "join_authorised_via_users_server")));
      }
    }
    return selection;
  }

  private AuthOracle oracle(Event event, Map<StateKey, Event> state) {
    Map<StateKey, Event> seen = new HashMap<>(state);
    if (version == 12) {
      put(seen, room.get("create"));
    }
    return new AuthOracle(version, event, seen, new ThirdPartyInvites(room.ed25519)::isSigned);
  }

  private static void put(Map<StateKey, Event> state, Event event) {
    event.slot().ifPresent(slot -> state.put(slot, event));
  }

  private static String text(JsonObject object, String name) {
    return object.members().get(name) instanceof JsonString text ? text.value() : "";
  }
}
