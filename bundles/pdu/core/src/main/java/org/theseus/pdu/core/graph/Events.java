package org.theseus.pdu.core.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.UserId;
import org.theseus.support.Lru;

/**
 * The stored events, parsed, those used last kept in memory. Blocks for queries of the store; must
 * not be used inside a unit of work. Safe for many threads.
 */
public final class Events implements EventSource {
  private static final int CAPACITY = 10_000;
  private static final int BATCH = 500;

  private final Database database;
  private final JsonReader json;
  private final Lru<EventId, Judged> known = new Lru<>(CAPACITY);

  /**
   * Makes the source.
   *
   * @param database the store
   * @param json reads what it holds
   */
  public Events(Database database, JsonReader json) {
    this.database = database;
    this.json = json;
  }

  @Override
  public Optional<Judged> find(EventId id) {
    return known.get(id).or(() -> database.run(unit -> unit.events().find(id)).map(this::judged));
  }

  /**
   * Looks several events up, in few queries.
   *
   * @param ids their ids
   * @return those that are stored, outliers too
   */
  public Map<EventId, Judged> find(Collection<EventId> ids) {
    Map<EventId, Judged> found = new HashMap<>();
    List<EventId> missing = new ArrayList<>();
    for (EventId id : ids) {
      known.get(id).ifPresentOrElse(event -> found.put(id, event), () -> missing.add(id));
    }
    stored(missing).forEach((id, event) -> found.put(id, judged(event)));
    return found;
  }

  /**
   * Finds the record of an event.
   *
   * @param id its id
   * @return the record, or empty
   */
  public Optional<StoredEvent> stored(EventId id) {
    return database.run(unit -> unit.events().find(id));
  }

  /**
   * Reads the records of several events.
   *
   * @param ids their ids
   * @return those that are stored
   */
  public Map<EventId, StoredEvent> stored(Collection<EventId> ids) {
    List<EventId> wanted = ids.stream().distinct().toList();
    Map<EventId, StoredEvent> found = new HashMap<>();
    for (int from = 0; from < wanted.size(); from += BATCH) {
      List<EventId> batch = wanted.subList(from, Math.min(wanted.size(), from + BATCH));
      found.putAll(database.run(unit -> unit.events().find(batch)));
    }
    return found;
  }

  /**
   * Reads the event of a record.
   *
   * @param stored the record
   * @return the event as signed
   */
  public Event parse(StoredEvent stored) {
    return judged(stored).event();
  }

  /**
   * Keeps an event that has just been committed.
   *
   * @param event the event
   * @param outcome what the checks came to
   */
  public void remember(Event event, StoredEvent.Outcome outcome) {
    known.put(event.id(), new Judged(event, outcome == StoredEvent.Outcome.REJECTED));
  }

  /**
   * Puts events that are not stored yet before those that are.
   *
   * @param more the events, by id
   * @return a source of both
   */
  public EventSource with(Map<EventId, Judged> more) {
    return id -> Optional.ofNullable(more.get(id)).or(() -> find(id));
  }

  private Judged judged(StoredEvent stored) {
    Optional<Judged> cached = known.get(stored.id());
    boolean rejected = stored.outcome() == StoredEvent.Outcome.REJECTED;
    if (cached.isPresent() && cached.get().rejected() == rejected) {
      return cached.get();
    }
    JsonObject object = json.readObject(stored.json());
    Event event =
        new Event(
            stored.id(),
            stored.roomId(),
            UserId.of(stored.sender()),
            stored.type(),
            stored.stateKey(),
            object.object("content").orElse(JsonObject.EMPTY),
            stored.prevEvents(),
            stored.authEvents(),
            stored.depth(),
            stored.originServerTs(),
            stored.redacts(),
            object);
    Judged judged = new Judged(event, rejected);
    known.putIfAbsent(stored.id(), judged);
    return judged;
  }
}
