package org.theseus.persistence.sql.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.sql.query.LogQueries;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/** The log of events to be sent; recipients are sets that many events share. */
final class EventLog {
  private final Session session;
  private final References references;

  EventLog(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  long append(RoomId roomId, EventId eventId, Set<ServerName> recipients) {
    long event = references.event(eventId);
    Optional<Long> logged = session.number(LogQueries.POSITION, event);
    if (logged.isPresent()) {
      return logged.get();
    }
    long room = references.room(roomId);
    long set = recipientSet(recipients);
    long position = references.next(Counters.LOG);
    session.update(LogQueries.ADD, position, room, event, set);
    session.update(LogQueries.MEANT_FOR, position - 1, position, set);
    session.update(LogQueries.MEANT_IN_ROOM, room, position, set);
    return position;
  }

  private long recipientSet(Set<ServerName> recipients) {
    byte[] digest = digest(recipients);
    Optional<Long> known = session.number(LogQueries.FIND_SET, (Object) digest);
    if (known.isPresent()) {
      return known.get();
    }
    long set = session.number(LogQueries.ADD_SET, (Object) digest).orElseThrow();
    for (ServerName recipient : recipients) {
      session.update(LogQueries.ADD_RECIPIENT, set, references.server(recipient));
    }
    return set;
  }

  private static byte[] digest(Set<ServerName> recipients) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (ServerName recipient : new TreeSet<>(recipients)) {
        sha256.update(recipient.value().getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
      }
      return sha256.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Reads room by room: a server's part of the log is found without walking what was meant for
   * others only. Each room's query is bounded by the worst position kept so far.
   */
  List<LoggedEvent> after(ServerName destination, long after, int limit) {
    TreeSet<Long> positions = new TreeSet<>();
    long below = Long.MAX_VALUE;
    for (long room :
        session.list(LogQueries.ROOMS_AFTER, row -> row.getLong(1), destination.value(), after)) {
      positions.addAll(
          session.list(
              LogQueries.POSITIONS,
              row -> row.getLong(1),
              room,
              after,
              below,
              destination.value(),
              limit));
      while (positions.size() > limit) {
        positions.pollLast();
      }
      below = positions.size() < limit || positions.isEmpty() ? below : positions.last();
    }
    return session.listIn(LogQueries.AT, EventLog::event, List.copyOf(positions)).stream()
        .sorted(Comparator.comparingLong(LoggedEvent::position))
        .toList();
  }

  List<LoggedEvent> logged(List<EventId> ids) {
    Map<EventId, LoggedEvent> found = new HashMap<>();
    for (LoggedEvent event :
        session.listIn(LogQueries.LOGGED, EventLog::event, Codes.values(ids))) {
      found.put(event.eventId(), event);
    }
    return ids.stream().map(found::get).filter(Objects::nonNull).toList();
  }

  long owed(ServerName destination, long after) {
    return session
        .number(LogQueries.MEANT_AFTER, after, after, destination.value(), destination.value())
        .orElseThrow();
  }

  static LoggedEvent event(ResultSet row) throws SQLException {
    return new LoggedEvent(
        row.getLong(1), RoomId.of(row.getString(2)), EventId.of(row.getString(3)), row.getBytes(4));
  }
}
