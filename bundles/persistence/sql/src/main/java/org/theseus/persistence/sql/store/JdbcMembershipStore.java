package org.theseus.persistence.sql.store;

import java.util.List;
import java.util.Optional;
import org.theseus.persistence.api.LocalMembership;
import org.theseus.persistence.api.MembershipStore;
import org.theseus.persistence.sql.query.RoomQueries;
import org.theseus.persistence.sql.store.Session.Row;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.UserId;

/** Memberships in a table. */
final class JdbcMembershipStore implements MembershipStore {
  private final Session session;
  private final References references;

  JdbcMembershipStore(Session session, References references) {
    this.session = session;
    this.references = references;
  }

  @Override
  public void put(LocalMembership membership) {
    session.update(
        RoomQueries.PUT_MEMBERSHIP,
        membership.user().value(),
        references.room(membership.roomId()),
        membership.membership(),
        references.event(membership.eventId()));
  }

  @Override
  public Optional<LocalMembership> find(UserId user, RoomId roomId) {
    return session.find(
        RoomQueries.FIND_MEMBERSHIP, membershipIn(roomId), roomId.value(), user.value());
  }

  @Override
  public List<LocalMembership> of(RoomId roomId) {
    return session.list(RoomQueries.MEMBERSHIPS_OF, membershipIn(roomId), roomId.value());
  }

  @Override
  public List<LocalMembership> of(UserId user) {
    return session.list(
        RoomQueries.MEMBERSHIPS_OF_USER,
        row ->
            new LocalMembership(
                user, RoomId.of(row.getString(1)), row.getString(2), EventId.of(row.getString(3))),
        user.value());
  }

  private static Row<LocalMembership> membershipIn(RoomId roomId) {
    return row ->
        new LocalMembership(
            UserId.of(row.getString(1)), roomId, row.getString(2), EventId.of(row.getString(3)));
  }
}
