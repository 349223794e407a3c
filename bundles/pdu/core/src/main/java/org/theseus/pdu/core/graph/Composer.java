package org.theseus.pdu.core.graph;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.theseus.pdu.api.Draft;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.transport.api.OwnKeys;

/** Makes events of drafts: gives them their place after others, hashes and signs them. */
public final class Composer {
  /** The most prev_events we give an event of ours; the rest wait for the next one. */
  private static final int MAX_PREV_EVENTS = 10;

  private static final long MAX_DEPTH = (1L << 53) - 1;

  private final ServerName ourselves;
  private final OwnKeys keys;
  private final LongSupplier clock;

  /**
   * Makes a composer.
   *
   * @param ourselves our server
   * @param keys our key
   * @param clock milliseconds since the epoch
   */
  public Composer(ServerName ourselves, OwnKeys keys, LongSupplier clock) {
    this.ourselves = ourselves;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Picks the events that an event of ours is to follow.
   *
   * @param room the room
   * @return its forward extremities, the deepest first if there are too many
   */
  public List<Tip> parents(Room room) {
    return room.tips().values().stream()
        .sorted(Comparator.comparingLong(Tip::depth).reversed().thenComparing(Tip::id))
        .limit(MAX_PREV_EVENTS)
        .toList();
  }

  /**
   * Gives a draft its place.
   *
   * @param version the room's version
   * @param room the room, or empty for the create event of a version that derives the id from it
   * @param draft what is to be said
   * @param parents the events it follows
   * @param state the state before it
   * @param events finds its parents and what is in force
   * @return the event without hashes and signatures
   */
  public JsonObject compose(
      RoomVersion version,
      Optional<RoomId> room,
      Draft draft,
      List<Tip> parents,
      State state,
      EventSource events) {
    Set<StateKey> slots =
        version.authSlots(draft.type(), draft.stateKey(), draft.sender(), draft.content());
    List<EventId> auth = slots.stream().sorted().flatMap(slot -> state.get(slot).stream()).toList();
    List<EventId> prev = parents.stream().map(Tip::id).toList();
    long depth = parents.stream().mapToLong(Tip::depth).max().orElse(0);
    JsonObject.Builder event =
        JsonObject.builder()
            .put("type", draft.type())
            .put("sender", draft.sender().value())
            .put("content", content(version, draft))
            .put("origin_server_ts", clock.getAsLong())
            .put("depth", Math.min(depth, MAX_DEPTH - 1) + 1)
            .put("prev_events", version.references(prev, events))
            .put("auth_events", version.references(auth, events));
    room.ifPresent(id -> event.put("room_id", id.value()));
    draft.stateKey().ifPresent(key -> event.put("state_key", key));
    if (!version.traits().redactsInContent()) {
      draft.redacts().ifPresent(target -> event.put("redacts", target.value()));
    }
    return event.build();
  }

  /**
   * Hashes and signs an event of ours.
   *
   * @param version the room's version
   * @param event the event without hashes and signatures
   * @return the event
   */
  public Event sign(RoomVersion version, JsonObject event) {
    return version.hashAndSign(event, ourselves, keys.signer());
  }

  private static JsonObject content(RoomVersion version, Draft draft) {
    return version.traits().redactsInContent() && draft.redacts().isPresent()
        ? draft.content().with("redacts", new JsonString(draft.redacts().get().value()))
        : draft.content();
  }
}
