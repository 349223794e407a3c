package org.theseus.transaction.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.ServerName;

/**
 * Sends what the store's log holds to the servers it is for: in order, at most one transaction at a
 * time to each, until they answer. Safe for many threads.
 */
@ProviderType
public interface Outbox {
  /** What stands between a server and what it is owed. */
  enum State {
    /** Nothing: it has all, or gets it as soon as it comes. */
    IDLE,
    /** A transaction is under way or about to be. */
    SENDING,
    /** It failed, and is tried again later. */
    WAITING,
    /** It was away for long, and gets a choice of what it missed. */
    CATCHING_UP,
    /** We do not want to send to it now. */
    HELD_BACK
  }

  /**
   * How sending to a server goes. Times are milliseconds since the epoch, 0 for never.
   *
   * @param server its name
   * @param state what stands between it and what it is owed
   * @param owed how many events wait for it
   * @param leftToPeer how many events were not sent to it after it was away or refused them, for it
   *     to fetch
   * @param failures how many attempts have failed since the last success
   * @param nextAttemptTs when it is tried next, 0 if nothing stands against it
   * @param lastSuccessTs when it last answered
   * @param problem what went wrong last, or ""
   */
  record DestinationStatus(
      ServerName server,
      State state,
      long owed,
      long leftToPeer,
      int failures,
      long nextAttemptTs,
      long lastSuccessTs,
      String problem) {}

  /** What became of a transaction. */
  enum Fate {
    /** It may have been sent and was not answered yet. */
    UNDER_WAY,
    /** The peer took it. */
    DELIVERED,
    /** The peer refused what it holds for long; the same went again in smaller ones. */
    REFUSED,
    /** The peer refused what it holds, and it was left at that. */
    GIVEN_UP,
    /** It could not be built again as it was; the same went again in another. */
    SPOILT
  }

  /**
   * A transaction of ours.
   *
   * @param txnId its id
   * @param fate what became of it
   * @param ts when it was made if it is under way, else when it ended; milliseconds since the epoch
   * @param pdus how many PDUs it holds
   */
  record TransactionStatus(String txnId, Fate fate, long ts, int pdus) {}

  /**
   * Tells that the log has grown, after the commit. Returns at once. Nothing is lost if it is not
   * called: the log is looked through at activation.
   *
   * @param destinations for whom
   */
  void wake(Set<ServerName> destinations);

  /**
   * Queues an EDU in the store and sends it with the next transaction. Blocks for a query of the
   * store.
   *
   * @param destinations for whom
   * @param edu the EDU
   */
  void send(Set<ServerName> destinations, Edu edu);

  /**
   * Lists all servers known. Blocks for queries of the store.
   *
   * @return how sending to each goes, by name
   */
  List<DestinationStatus> destinations();

  /**
   * Finds a server. Blocks for a query of the store.
   *
   * @param server its name
   * @return how sending to it goes, or empty if we never had to do with it
   */
  Optional<DestinationStatus> destination(ServerName server);

  /**
   * Ends the back-off of a server, as if it had been heard from, and asks the policy again whether
   * to send to it. Returns at once.
   *
   * @param destination the server
   */
  void retry(ServerName destination);

  /**
   * Lists the transactions for a server as far as they are remembered. Blocks for a query of the
   * store.
   *
   * @param destination the server
   * @param limit the most transactions
   * @return the transactions, the newest first
   */
  List<TransactionStatus> transactions(ServerName destination, int limit);
}
