package org.theseus.protocol.rules;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;

/**
 * A redaction algorithm as data: which members it keeps, each version derived from the one before.
 *
 * @param top the members of the event it keeps
 * @param contents what it keeps of the content, by event type; of other types nothing
 */
record Redaction(Set<String> top, Map<String, Keep> contents) {

  /**
   * What is kept of an object.
   *
   * @param all whether everything is
   * @param members otherwise the members that are, each whole or in part
   */
  private record Keep(boolean all, Map<String, Keep> members) {
    static final Keep ALL = new Keep(true, Map.of());
    static final Keep NOTHING = new Keep(false, Map.of());

    static Keep only(String... names) {
      return NOTHING.and(names);
    }

    Keep and(String... names) {
      Keep more = this;
      for (String name : names) {
        more = more.and(name, ALL);
      }
      return more;
    }

    Keep and(String name, Keep part) {
      Map<String, Keep> more = new HashMap<>(members);
      more.put(name, part);
      return new Keep(false, Map.copyOf(more));
    }

    JsonObject of(JsonObject object) {
      if (all) {
        return object;
      }
      Map<String, JsonValue> kept = new LinkedHashMap<>();
      object
          .members()
          .forEach(
              (name, value) ->
                  Optional.ofNullable(members.get(name))
                      .flatMap(part -> part.of(value))
                      .ifPresent(rest -> kept.put(name, rest)));
      return new JsonObject(kept);
    }

    /** What can be kept in part only is an object, or goes. */
    private Optional<JsonValue> of(JsonValue value) {
      if (all) {
        return Optional.of(value);
      }
      return value instanceof JsonObject object ? Optional.of(of(object)) : Optional.empty();
    }
  }

  /** The server must strip off any keys not in the list, and so in the content. */
  static final Redaction V1 =
      new Redaction(
          Set.of(
              "event_id",
              "type",
              "room_id",
              "sender",
              "state_key",
              "content",
              "hashes",
              "signatures",
              "depth",
              "prev_events",
              "prev_state",
              "auth_events",
              "origin",
              "origin_server_ts",
              "membership"),
          Map.of(
              "m.room.member", Keep.only("membership"),
              "m.room.create", Keep.only("creator"),
              "m.room.join_rules", Keep.only("join_rule"),
              "m.room.power_levels",
                  Keep.only(
                      "ban",
                      "events",
                      "events_default",
                      "kick",
                      "redact",
                      "state_default",
                      "users",
                      "users_default"),
              "m.room.aliases", Keep.only("aliases"),
              "m.room.history_visibility", Keep.only("history_visibility")));

  /** m.room.aliases is an event like others. */
  static final Redaction V6 = V1.keeping("m.room.aliases", Keep.NOTHING);

  /** m.room.join_rules also allows allow. */
  static final Redaction V8 = V6.keeping("m.room.join_rules", Keep.only("join_rule", "allow"));

  /** m.room.member also allows join_authorised_via_users_server. */
  static final Redaction V9 =
      V8.keeping("m.room.member", Keep.only("membership", "join_authorised_via_users_server"));

  /**
   * prev_state, origin and membership go. m.room.create allows all keys, m.room.member the signed
   * key of third_party_invite, m.room.power_levels invite, m.room.redaction redacts.
   */
  static final Redaction V11 =
      V9.without("prev_state", "origin", "membership")
          .keeping(
              "m.room.member",
              V9.contents.get("m.room.member").and("third_party_invite", Keep.only("signed")))
          .keeping("m.room.create", Keep.ALL)
          .keeping("m.room.power_levels", V9.contents.get("m.room.power_levels").and("invite"))
          .keeping("m.room.redaction", Keep.only("redacts"));

  /** Redacts an event; a content that is no object becomes an empty one. */
  JsonObject apply(JsonObject event) {
    Keep keep = event.string("type").map(contents::get).orElse(Keep.NOTHING);
    Map<String, JsonValue> kept = new LinkedHashMap<>();
    event
        .members()
        .forEach(
            (name, value) -> {
              if (top.contains(name)) {
                kept.put(name, value);
              }
            });
    kept.put("content", event.object("content").map(keep::of).orElse(JsonObject.EMPTY));
    return new JsonObject(kept);
  }

  private Redaction keeping(String type, Keep keep) {
    Map<String, Keep> changed = new HashMap<>(contents);
    changed.put(type, keep);
    return new Redaction(top, Map.copyOf(changed));
  }

  private Redaction without(String... names) {
    Set<String> fewer = new HashSet<>(top);
    fewer.removeAll(Arrays.asList(names));
    return new Redaction(Set.copyOf(fewer), contents);
  }
}
