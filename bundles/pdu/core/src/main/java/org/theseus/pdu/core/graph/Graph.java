package org.theseus.pdu.core.graph;

import java.util.function.LongSupplier;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateMaps;
import org.theseus.transaction.api.Outbox;
import org.theseus.transport.api.OwnKeys;

/**
 * The parts that work on rooms, put together.
 *
 * @param ourselves our server
 * @param database the store
 * @param versions the room versions
 * @param events the stored events
 * @param states the stored states
 * @param rooms the stored rooms
 * @param composer makes events of ours
 * @param placer works out what events change
 * @param relapses raises the alarm when state goes back
 * @param ledger commits changes
 * @param workers run the work of rooms
 * @param clock milliseconds since the epoch
 */
public record Graph(
    ServerName ourselves,
    Database database,
    Versions versions,
    Events events,
    States states,
    Rooms rooms,
    Composer composer,
    Placer placer,
    Relapses relapses,
    Ledger ledger,
    RoomWorkers workers,
    LongSupplier clock) {

  /**
   * Puts the parts together.
   *
   * @param ourselves our server
   * @param keys our key
   * @param database the store
   * @param json reads what the store holds
   * @param maps makes states
   * @param versions the room versions
   * @param outbox sends what is logged
   * @param listeners wakes those who are told of events
   * @param clock milliseconds since the epoch
   * @return the parts
   */
  public static Graph of(
      ServerName ourselves,
      OwnKeys keys,
      Database database,
      JsonReader json,
      StateMaps maps,
      Versions versions,
      Outbox outbox,
      Runnable listeners,
      LongSupplier clock) {
    Events events = new Events(database, json);
    States states = new States(database, maps);
    Rooms rooms = new Rooms(database, events, states);
    Relapses relapses = new Relapses(events, states);
    return new Graph(
        ourselves,
        database,
        versions,
        events,
        states,
        rooms,
        new Composer(ourselves, keys, clock),
        new Placer(database, ourselves, events, states),
        relapses,
        new Ledger(database, ourselves, events, states, rooms, relapses, outbox, listeners),
        new RoomWorkers(),
        clock);
  }
}
