package org.theseus.persistence.sql.store;

import static org.theseus.persistence.sql.store.Session.nullableLong;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.theseus.persistence.api.EventStore;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.sql.query.EventQueries;
import org.theseus.persistence.sql.query.KeyQueries;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/** Events in tables. */
final class JdbcEventStore implements EventStore {
  private static final int PREV = 0;
  private static final int AUTH = 1;

  private final Session session;
  private final References references;

  JdbcEventStore(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  @Override
  public OptionalLong put(StoredEvent event, Placement placement) {
    if (event.isOutlier() != (placement == Placement.OUTLIER)) {
      throw new IllegalArgumentException(
          event.id() + (event.isOutlier() ? " has no states" : " has states") + " as " + placement);
    }
    long nid = references.event(event.id());
    List<Optional<Long>> stored =
        session.list(EventQueries.POSITION, row -> Optional.ofNullable(nullableLong(row, 1)), nid);
    if (stored.isEmpty()) {
      OptionalLong position = position(placement);
      add(nid, event, position);
      return position;
    }
    if (stored.get(0).isPresent() || placement == Placement.OUTLIER) {
      return stored.get(0).map(OptionalLong::of).orElse(OptionalLong.empty());
    }
    OptionalLong position = position(placement);
    session.update(
        EventQueries.PLACE,
        Codes.of(event.outcome()),
        event.reason(),
        nullable(position),
        nullable(event.stateBefore()),
        nullable(event.stateAfter()),
        nid);
    return position;
  }

  private OptionalLong position(Placement placement) {
    return switch (placement) {
      case LIVE -> OptionalLong.of(references.next(Counters.LIVE));
      case HISTORY -> OptionalLong.of(-references.next(Counters.HISTORY));
      case OUTLIER -> OptionalLong.empty();
    };
  }

  private void add(long nid, StoredEvent event, OptionalLong position) {
    session.update(
        EventQueries.ADD,
        nid,
        references.room(event.roomId()),
        Codes.of(event.outcome()),
        nullable(position),
        nullable(event.stateBefore()),
        nullable(event.stateAfter()),
        event.redacts().map(references::event).orElse(null),
        event.redactedBy().map(references::event).orElse(null),
        event.depth(),
        event.originServerTs(),
        event.type(),
        event.stateKey().orElse(null),
        event.sender(),
        event.reason(),
        event.json());
    addEdges(nid, PREV, event.prevEvents());
    addEdges(nid, AUTH, event.authEvents());
    signers(event).forEach(server -> session.update(KeyQueries.KEEP, references.server(server)));
  }

  /**
   * The server of the sender and, in room versions 1 and 2, that of the event's id. A third one
   * that has to sign is the sender's of another event, which this one refers to.
   */
  private static Set<ServerName> signers(StoredEvent event) {
    return Stream.of(event.sender(), event.id().value())
        .filter(id -> id.indexOf(':') > 0)
        .flatMap(id -> ServerName.parse(id.substring(id.indexOf(':') + 1)).stream())
        .collect(Collectors.toSet());
  }

  private void addEdges(long nid, int kind, List<EventId> targets) {
    int ordinal = 0;
    for (EventId target : targets) {
      session.update(EventQueries.ADD_EDGE, nid, kind, ordinal++, references.event(target));
    }
  }

  @Override
  public Optional<StoredEvent> find(EventId id) {
    return find(List.of(id)).values().stream().findFirst();
  }

  @Override
  public Map<EventId, StoredEvent> find(Collection<EventId> ids) {
    Map<EventId, StoredEvent> found = new LinkedHashMap<>();
    for (StoredEvent event :
        complete(session.listIn(EventQueries.FIND, JdbcEventStore::head, Codes.values(ids)))) {
      found.put(event.id(), event);
    }
    return found;
  }

  @Override
  public Set<EventId> inGraph(Collection<EventId> ids) {
    return new HashSet<>(
        session.listIn(
            EventQueries.IN_GRAPH, row -> EventId.of(row.getString(1)), Codes.values(ids)));
  }

  @Override
  public void redact(EventId target, EventId redaction) {
    session.update(EventQueries.REDACT, references.event(redaction), target.value());
  }

  @Override
  public List<StoredEvent> redactionsOf(RoomId roomId, EventId target) {
    return complete(
        session.list(
            EventQueries.REDACTIONS_OF, JdbcEventStore::head, target.value(), roomId.value()));
  }

  @Override
  public List<StoredEvent> timeline(RoomId roomId, long before, int limit) {
    List<Head> newestFirst =
        session.list(EventQueries.TIMELINE, JdbcEventStore::head, roomId.value(), before, limit);
    Collections.reverse(newestFirst);
    return complete(newestFirst);
  }

  @Override
  public Optional<StoredEvent> closest(RoomId roomId, long ts, boolean forwards) {
    String query = forwards ? EventQueries.FIRST_FROM : EventQueries.LAST_UP_TO;
    return complete(session.list(query, JdbcEventStore::head, roomId.value(), ts)).stream()
        .findFirst();
  }

  @Override
  public List<StoredEvent> live(long after, int limit) {
    return complete(session.list(EventQueries.LIVE, JdbcEventStore::head, after, limit));
  }

  @Override
  public long lastPosition() {
    return references.last(Counters.LIVE);
  }

  /** An event without what it points at. */
  private record Head(long nid, StoredEvent event) {}

  private record Edge(long event, int kind, EventId target) {}

  private static Head head(ResultSet row) throws SQLException {
    return new Head(
        row.getLong("nid"),
        new StoredEvent(
            EventId.of(row.getString("event_id")),
            RoomId.of(row.getString("room_id")),
            row.getString("type"),
            Optional.ofNullable(row.getString("state_key")),
            row.getString("sender"),
            row.getLong("depth"),
            row.getLong("origin_server_ts"),
            List.of(),
            List.of(),
            row.getBytes("json"),
            Codes.outcome(row.getInt("outcome")),
            row.getString("reason"),
            optional(row, "state_before"),
            optional(row, "state_after"),
            optional(row, "position"),
            Optional.ofNullable(row.getString("redacts")).map(EventId::of),
            Optional.ofNullable(row.getString("redacted_by")).map(EventId::of)));
  }

  private List<StoredEvent> complete(List<Head> heads) {
    Map<Long, List<EventId>> prevs = new HashMap<>();
    Map<Long, List<EventId>> auths = new HashMap<>();
    List<Long> nids = heads.stream().map(Head::nid).toList();
    for (Edge edge : session.listIn(EventQueries.EDGES, JdbcEventStore::edge, nids)) {
      (edge.kind() == PREV ? prevs : auths)
          .computeIfAbsent(edge.event(), nid -> new ArrayList<>())
          .add(edge.target());
    }
    return heads.stream()
        .map(
            head ->
                withEdges(
                    head.event(),
                    prevs.getOrDefault(head.nid(), List.of()),
                    auths.getOrDefault(head.nid(), List.of())))
        .toList();
  }

  private static Edge edge(ResultSet row) throws SQLException {
    return new Edge(row.getLong(1), row.getInt(2), EventId.of(row.getString(3)));
  }

  private static StoredEvent withEdges(
      StoredEvent event, List<EventId> prevs, List<EventId> auths) {
    return new StoredEvent(
        event.id(),
        event.roomId(),
        event.type(),
        event.stateKey(),
        event.sender(),
        event.depth(),
        event.originServerTs(),
        prevs,
        auths,
        event.json(),
        event.outcome(),
        event.reason(),
        event.stateBefore(),
        event.stateAfter(),
        event.position(),
        event.redacts(),
        event.redactedBy());
  }

  private static Long nullable(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  private static OptionalLong optional(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
