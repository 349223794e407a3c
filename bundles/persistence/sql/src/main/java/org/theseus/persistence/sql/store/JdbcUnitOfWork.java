package org.theseus.persistence.sql.store;

import org.theseus.persistence.api.AliasStore;
import org.theseus.persistence.api.EventStore;
import org.theseus.persistence.api.IntakeStore;
import org.theseus.persistence.api.JournalStore;
import org.theseus.persistence.api.KeyStore;
import org.theseus.persistence.api.MembershipStore;
import org.theseus.persistence.api.OutboxStore;
import org.theseus.persistence.api.PullStore;
import org.theseus.persistence.api.RoomStore;
import org.theseus.persistence.api.SettingStore;
import org.theseus.persistence.api.StateStore;
import org.theseus.persistence.api.UnitOfWork;

/** All ports over one session; the same object serves one unit after the other. */
public final class JdbcUnitOfWork implements UnitOfWork {
  private final EventStore events;
  private final RoomStore rooms;
  private final StateStore states;
  private final JournalStore journal;
  private final IntakeStore intake;
  private final OutboxStore outbox;
  private final PullStore pulls;
  private final KeyStore keys;
  private final AliasStore aliases;
  private final MembershipStore memberships;
  private final SettingStore settings;

  /**
   * Makes the ports.
   *
   * @param session the session they share
   */
  public JdbcUnitOfWork(Session session) {
    References references = new References(session);
    events = new JdbcEventStore(session, references);
    rooms = new JdbcRoomStore(session, references);
    states = new JdbcStateStore(session, references);
    journal = new JdbcJournalStore(session, references);
    intake = new JdbcIntakeStore(session, references);
    outbox = new JdbcOutboxStore(session, references);
    pulls = new JdbcPullStore(session, references);
    keys = new JdbcKeyStore(session, references);
    aliases = new JdbcAliasStore(session, references);
    memberships = new JdbcMembershipStore(session, references);
    settings = new JdbcSettingStore(session);
  }

  @Override
  public EventStore events() {
    return events;
  }

  @Override
  public RoomStore rooms() {
    return rooms;
  }

  @Override
  public StateStore states() {
    return states;
  }

  @Override
  public JournalStore journal() {
    return journal;
  }

  @Override
  public IntakeStore intake() {
    return intake;
  }

  @Override
  public OutboxStore outbox() {
    return outbox;
  }

  @Override
  public PullStore pulls() {
    return pulls;
  }

  @Override
  public KeyStore keys() {
    return keys;
  }

  @Override
  public AliasStore aliases() {
    return aliases;
  }

  @Override
  public MembershipStore memberships() {
    return memberships;
  }

  @Override
  public SettingStore settings() {
    return settings;
  }
}
