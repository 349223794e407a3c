package org.theseus.persistence.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/**
 * The log of events to be sent, the destinations as cursors over it, and what is under way to each.
 */
@ProviderType
public interface OutboxStore {
  /**
   * An EDU that waits to be sent. The array is shared and must not be changed.
   *
   * @param id its place in the queue
   * @param json the EDU as a transaction holds it, UTF-8
   */
  record QueuedEdu(long id, byte[] json) {
    /** Checks that there are bytes. */
    public QueuedEdu {
      Objects.requireNonNull(json);
    }
  }

  /** What became of a transaction. */
  enum Outcome {
    /** The peer took it. */
    DELIVERED,
    /** The peer refused what it holds; the same goes again in smaller ones. */
    REFUSED,
    /** The peer refused what it holds, and it is left at that. */
    GIVEN_UP,
    /** It could not be built again as it was; the same goes again in another. */
    SPOILT
  }

  /**
   * A transaction that is no longer under way. Times are milliseconds since the epoch.
   *
   * @param txnId its id
   * @param closedTs when it ended, 0 if that is not known
   * @param pdus how many PDUs it held
   * @param outcome what became of it
   */
  record ClosedTransaction(String txnId, long closedTs, int pdus, Outcome outcome) {
    /** Checks that all parts are there. */
    public ClosedTransaction {
      Objects.requireNonNull(txnId);
      Objects.requireNonNull(outcome);
    }
  }

  /**
   * Logs a stored event for its recipients, once, at the commit that accepts it. Destinations not
   * known before are created with their cursor just before it.
   *
   * @param roomId its room
   * @param eventId its id
   * @param recipients whom it is for; none means it is not logged
   * @return its position in the log, or 0 if it was not logged
   */
  long append(RoomId roomId, EventId eventId, Set<ServerName> recipients);

  /**
   * Reads the log for a destination.
   *
   * @param destination whom for
   * @param after only greater positions
   * @param limit the most events
   * @return the events meant for it, in order
   */
  List<LoggedEvent> after(ServerName destination, long after, int limit);

  /**
   * Reads logged events by id, to build a transaction's body again.
   *
   * @param ids their ids
   * @return the events, in the order of {@code ids}
   */
  List<LoggedEvent> logged(List<EventId> ids);

  /**
   * Finds a destination.
   *
   * @param server its name
   * @return the record, or empty if we never had to do with it
   */
  Optional<Destination> destination(ServerName server);

  /**
   * Lists all destinations.
   *
   * @return the records, by name
   */
  List<Destination> destinations();

  /**
   * Makes a server known that we owe nothing to; does nothing if it is known.
   *
   * @param server its name
   */
  void remember(ServerName server);

  /**
   * Notes how sending goes; {@code cursor}, {@code lastMeant}, {@code catchingUpTo} and {@code
   * leftToPeer} are not changed by this.
   *
   * @param destination the changed record
   */
  void update(Destination destination);

  /**
   * Opens a transaction, before its first attempt.
   *
   * @param transaction the transaction
   * @throws IllegalStateException if one is open for that destination
   */
  void open(OpenTransaction transaction);

  /**
   * Finds the open transaction.
   *
   * @param destination whom for
   * @return the transaction, or empty
   */
  Optional<OpenTransaction> open(ServerName destination);

  /**
   * Closes the open transaction; does nothing if another or none is open. If it was delivered or
   * given up this moves the cursor and drops its EDUs from the queue; the PDUs of one given up are
   * counted as left to the peer.
   *
   * @param transaction the transaction
   * @param outcome what became of it
   * @param ts when, in milliseconds since the epoch
   */
  void close(OpenTransaction transaction, Outcome outcome, long ts);

  /**
   * Lists transactions that are no longer under way, as far as they are remembered.
   *
   * @param destination whom for
   * @param limit the most transactions
   * @return the transactions, the newest first
   */
  List<ClosedTransaction> closed(ServerName destination, int limit);

  /**
   * Tells whether a destination is far behind. Cheap where it is not.
   *
   * @param destination whom for
   * @param events how many are many
   * @return whether it is owed at least so many
   */
  boolean isBehind(ServerName destination, int events);

  /**
   * Chooses what is still sent of all that a destination is owed: of each room the logged events
   * that are not ancestors of others logged for it. All else is counted as left to the peer. Does
   * nothing while an earlier choice is being sent.
   *
   * @param destination whom for
   * @param mostPerRoom the most events of a room, the newest
   */
  void catchUp(ServerName destination, int mostPerRoom);

  /**
   * Reads what is still to be sent of such a choice.
   *
   * @param destination whom for
   * @param limit the most events
   * @return the events, room by room
   */
  List<LoggedEvent> toCatchUp(ServerName destination, int limit);

  /**
   * Tells how far a transaction reached: where a destination that asks for what came after it reads
   * on.
   *
   * @param destination whom it was for
   * @param txnId the id of the open transaction or of a closed one
   * @return its {@code upTo}, or empty if it is unknown or too old
   */
  OptionalLong upTo(ServerName destination, String txnId);

  /**
   * Queues an EDU; makes the destination known.
   *
   * @param destination whom for
   * @param json the EDU as a transaction holds it, UTF-8
   * @return its place in the queue
   */
  long addEdu(ServerName destination, byte[] json);

  /**
   * Queues an EDU in place of an older one, which is dropped; makes the destination known.
   *
   * @param destination whom for
   * @param replaces what the older one was queued with, never ""
   * @param json the EDU as a transaction holds it, UTF-8
   * @return its place in the queue
   */
  long addEdu(ServerName destination, String replaces, byte[] json);

  /**
   * Reads queued EDUs.
   *
   * @param destination whom for
   * @param limit the most EDUs
   * @return the EDUs, in order
   */
  List<QueuedEdu> edus(ServerName destination, int limit);

  /**
   * Counts the events a destination is still owed.
   *
   * @param destination whom for
   * @return how many logged events after its cursor are meant for it and not left out
   */
  long owed(ServerName destination);
}
