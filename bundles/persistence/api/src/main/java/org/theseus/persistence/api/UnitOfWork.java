package org.theseus.persistence.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * All ports, over one transaction of the database. Used by the thread that runs the unit, while it
 * runs.
 */
@ProviderType
public interface UnitOfWork {
  /**
   * Events and where they stand in their rooms.
   *
   * @return the port
   */
  EventStore events();

  /**
   * Rooms, their extremities and joins under way.
   *
   * @return the port
   */
  RoomStore rooms();

  /**
   * States of rooms.
   *
   * @return the port
   */
  StateStore states();

  /**
   * What was received and is still to be processed.
   *
   * @return the port
   */
  JournalStore journal();

  /**
   * Transactions that were answered.
   *
   * @return the port
   */
  IntakeStore intake();

  /**
   * What is to be sent, and to whom.
   *
   * @return the port
   */
  OutboxStore outbox();

  /**
   * How far others' transactions have come, and whom to ask for what came after.
   *
   * @return the port
   */
  PullStore pulls();

  /**
   * Published signing keys.
   *
   * @return the port
   */
  KeyStore keys();

  /**
   * Aliases of rooms.
   *
   * @return the port
   */
  AliasStore aliases();

  /**
   * Memberships of our own users.
   *
   * @return the port
   */
  MembershipStore memberships();

  /**
   * Small facts with a name: how far a listener has come, the epoch of the home.
   *
   * @return the port
   */
  SettingStore settings();
}
