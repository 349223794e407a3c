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
   * Notes how sending goes; {@code cursor} and {@code lastMeant} are not changed by this.
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
   * Closes the open transaction, moves the cursor and drops its EDUs from the queue; does nothing
   * if another or none is open.
   *
   * @param transaction the transaction that was answered
   */
  void close(OpenTransaction transaction);

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
   * @return how many logged events after its cursor are meant for it
   */
  long owed(ServerName destination);
}
