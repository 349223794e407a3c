package org.theseus.persistence.sql.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.theseus.persistence.api.PendingJoin;
import org.theseus.persistence.api.RoomRecord;
import org.theseus.persistence.api.RoomRecord.Participation;
import org.theseus.persistence.api.RoomStore;
import org.theseus.persistence.sql.query.RoomQueries;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;

/** Rooms in tables. */
final class JdbcRoomStore implements RoomStore {
  private static final int FORWARD = 0;
  private static final int BACKWARD = 1;
  // No server name holds one.
  private static final String SEPARATOR = " ";

  private final Session session;
  private final References references;

  JdbcRoomStore(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  @Override
  public void put(RoomRecord room) {
    session.update(
        RoomQueries.PUT,
        references.room(room.id()),
        room.version(),
        room.participation().name(),
        room.currentState().isPresent() ? room.currentState().getAsLong() : null);
  }

  @Override
  public Optional<RoomRecord> find(RoomId id) {
    return session.find(RoomQueries.FIND, JdbcRoomStore::room, id.value());
  }

  @Override
  public List<RoomRecord> all() {
    return session.list(RoomQueries.ALL, JdbcRoomStore::room);
  }

  private static RoomRecord room(ResultSet row) throws SQLException {
    Long state = Session.nullableLong(row, 4);
    return new RoomRecord(
        RoomId.of(row.getString(1)),
        row.getString(2),
        Participation.valueOf(row.getString(3)),
        state == null ? OptionalLong.empty() : OptionalLong.of(state));
  }

  @Override
  public Set<EventId> forwardExtremities(RoomId id) {
    return extremities(id, FORWARD);
  }

  @Override
  public void setForwardExtremities(RoomId id, Set<EventId> events) {
    setExtremities(id, FORWARD, events);
  }

  @Override
  public Set<EventId> backwardExtremities(RoomId id) {
    return extremities(id, BACKWARD);
  }

  @Override
  public void setBackwardExtremities(RoomId id, Set<EventId> events) {
    setExtremities(id, BACKWARD, events);
  }

  private Set<EventId> extremities(RoomId id, int kind) {
    return new LinkedHashSet<>(
        session.list(
            RoomQueries.EXTREMITIES, row -> EventId.of(row.getString(1)), id.value(), kind));
  }

  private void setExtremities(RoomId id, int kind, Set<EventId> events) {
    long room = references.room(id);
    session.update(RoomQueries.CLEAR_EXTREMITIES, room, kind);
    for (EventId event : events) {
      session.update(RoomQueries.ADD_EXTREMITY, room, kind, references.event(event));
    }
  }

  @Override
  public void putPendingJoin(PendingJoin join) {
    session.update(
        RoomQueries.PUT_JOIN,
        references.room(join.roomId()),
        join.user().value(),
        join.version(),
        references.event(join.eventId()),
        join.servers().stream().map(ServerName::value).collect(Collectors.joining(SEPARATOR)),
        join.event());
  }

  @Override
  public List<PendingJoin> pendingJoins() {
    return session.list(RoomQueries.ALL_JOINS, JdbcRoomStore::join);
  }

  private static PendingJoin join(ResultSet row) throws SQLException {
    return new PendingJoin(
        RoomId.of(row.getString(1)),
        UserId.of(row.getString(2)),
        row.getString(3),
        EventId.of(row.getString(4)),
        row.getBytes(6),
        Stream.of(row.getString(5).split(SEPARATOR))
            .filter(name -> !name.isEmpty())
            .map(ServerName::of)
            .toList());
  }

  @Override
  public void removePendingJoin(PendingJoin join) {
    session.update(RoomQueries.REMOVE_JOIN, join.roomId().value(), join.user().value());
  }
}
