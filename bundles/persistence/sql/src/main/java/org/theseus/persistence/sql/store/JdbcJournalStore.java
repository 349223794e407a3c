package org.theseus.persistence.sql.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.theseus.persistence.api.JournalStore;
import org.theseus.persistence.api.JournaledEdu;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.sql.query.EduQueries;
import org.theseus.persistence.sql.query.InList;
import org.theseus.persistence.sql.query.JournalQueries;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/** The journal in tables. */
final class JdbcJournalStore implements JournalStore {
  private final Session session;
  private final References references;

  JdbcJournalStore(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  @Override
  public boolean add(JournaledPdu pdu) {
    int added =
        session.update(
            JournalQueries.ADD,
            references.room(pdu.roomId()),
            references.event(pdu.eventId()),
            references.server(pdu.origin()),
            pdu.verified(),
            pdu.receivedTs(),
            pdu.attempts(),
            pdu.nextAttemptTs(),
            pdu.quarantined(),
            pdu.problem(),
            pdu.json());
    return added == 1;
  }

  @Override
  public void update(JournaledPdu pdu) {
    session.update(
        JournalQueries.UPDATE,
        pdu.verified(),
        pdu.attempts(),
        pdu.nextAttemptTs(),
        pdu.quarantined(),
        pdu.problem(),
        pdu.roomId().value(),
        pdu.eventId().value());
  }

  @Override
  public void remove(RoomId roomId, EventId eventId) {
    session.update(JournalQueries.REMOVE, roomId.value(), eventId.value());
  }

  @Override
  public void removeAll(RoomId roomId, ServerName origin) {
    session.update(JournalQueries.REMOVE_ALL, roomId.value(), origin.value());
  }

  @Override
  public Set<ServerName> origins(RoomId roomId) {
    return new LinkedHashSet<>(
        session.list(
            JournalQueries.ORIGINS, row -> ServerName.of(row.getString(1)), roomId.value()));
  }

  @Override
  public Optional<JournaledPdu> find(RoomId roomId, EventId eventId) {
    return session.find(
        JournalQueries.FIND, JdbcJournalStore::pdu, roomId.value(), eventId.value());
  }

  @Override
  public List<JournaledPdu> due(RoomId roomId, long nowTs, int limit) {
    return session.list(JournalQueries.DUE, JdbcJournalStore::pdu, roomId.value(), nowTs, limit);
  }

  @Override
  public Set<RoomId> rooms() {
    return new LinkedHashSet<>(
        session.list(JournalQueries.ROOMS, row -> RoomId.of(row.getString(1))));
  }

  @Override
  public Optional<Long> nextDue(RoomId roomId, long afterTs) {
    return session.number(JournalQueries.NEXT_DUE, roomId.value(), afterTs);
  }

  @Override
  public long unverified(ServerName origin) {
    return session.number(JournalQueries.UNVERIFIED, origin.value()).orElseThrow();
  }

  @Override
  public List<JournaledPdu> quarantined(int limit) {
    return session.list(JournalQueries.QUARANTINED, JdbcJournalStore::pdu, limit);
  }

  @Override
  public Optional<JournaledPdu> quarantined(EventId eventId) {
    return session
        .list(JournalQueries.QUARANTINED_EVENT, JdbcJournalStore::pdu, eventId.value())
        .stream()
        .findFirst();
  }

  private static JournaledPdu pdu(ResultSet row) throws SQLException {
    return new JournaledPdu(
        RoomId.of(row.getString(1)),
        EventId.of(row.getString(2)),
        ServerName.of(row.getString(3)),
        row.getBytes(4),
        row.getInt(5) == 1,
        row.getLong(6),
        row.getInt(7),
        row.getLong(8),
        row.getString(9),
        row.getInt(10) == 1);
  }

  @Override
  public long addEdu(JournaledEdu edu) {
    return session
        .number(EduQueries.ADD, references.server(edu.origin()), edu.type(), edu.content())
        .orElseThrow();
  }

  @Override
  public List<JournaledEdu> edus(ServerName origin, Set<String> types, int limit) {
    if (types.isEmpty()) {
      return List.of();
    }
    List<Object> values = ofOrigin(origin, types);
    values.add(limit);
    return session.list(
        InList.of(EduQueries.OF_ORIGIN, types.size()), JdbcJournalStore::edu, values.toArray());
  }

  private static List<Object> ofOrigin(ServerName origin, Set<String> types) {
    List<Object> values = new ArrayList<>();
    values.add(origin.value());
    values.addAll(types);
    return values;
  }

  @Override
  public Set<ServerName> eduOrigins() {
    return new LinkedHashSet<>(
        session.list(EduQueries.ORIGINS, row -> ServerName.of(row.getString(1))));
  }

  @Override
  public long waitingEdus(ServerName origin, Set<String> types) {
    if (types.isEmpty()) {
      return 0;
    }
    return session
        .number(InList.of(EduQueries.WAITING, types.size()), ofOrigin(origin, types).toArray())
        .orElseThrow();
  }

  @Override
  public void updateEdu(JournaledEdu edu) {
    session.update(EduQueries.UPDATE, edu.attempts(), edu.problem(), false, edu.id());
  }

  @Override
  public void quarantineEdu(JournaledEdu edu, int most) {
    session.update(EduQueries.UPDATE, edu.attempts(), edu.problem(), true, edu.id());
    session.update(EduQueries.TRIM_QUARANTINE, most);
  }

  @Override
  public List<JournaledEdu> quarantinedEdus(int limit) {
    return session.list(EduQueries.QUARANTINED, JdbcJournalStore::edu, limit);
  }

  private static JournaledEdu edu(ResultSet row) throws SQLException {
    return new JournaledEdu(
        row.getLong(1),
        ServerName.of(row.getString(2)),
        row.getString(3),
        row.getBytes(4),
        row.getInt(5),
        row.getString(6));
  }

  @Override
  public void removeEdu(long id) {
    session.update(EduQueries.REMOVE, id);
  }
}
