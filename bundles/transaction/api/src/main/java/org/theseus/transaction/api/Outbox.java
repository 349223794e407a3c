package org.theseus.transaction.api;

import java.util.List;
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
  /**
   * How sending to a server goes. Times are milliseconds since the epoch, 0 for never.
   *
   * @param server its name
   * @param owed how many events wait for it
   * @param failures how many attempts have failed since the last success
   * @param nextAttemptTs when it is tried next, 0 if nothing stands against it
   * @param lastSuccessTs when it last answered
   * @param problem what went wrong last, or ""
   */
  record DestinationStatus(
      ServerName server,
      long owed,
      int failures,
      long nextAttemptTs,
      long lastSuccessTs,
      String problem) {}

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
   * Lists all servers known. Blocks for a query of the store.
   *
   * @return how sending to each goes, by name
   */
  List<DestinationStatus> destinations();
}
