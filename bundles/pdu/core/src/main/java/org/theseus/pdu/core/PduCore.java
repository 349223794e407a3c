package org.theseus.pdu.core;

import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.LongSupplier;
import org.theseus.pdu.api.EventListener;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Versions;
import org.theseus.pdu.core.listeners.Listeners;
import org.theseus.pdu.core.local.LocalGraphs;
import org.theseus.pdu.core.missing.Backfill;
import org.theseus.pdu.core.missing.Fetcher;
import org.theseus.pdu.core.missing.Outliers;
import org.theseus.pdu.core.missing.Peers;
import org.theseus.pdu.core.queries.RoomQueries;
import org.theseus.pdu.core.queries.Shown;
import org.theseus.pdu.core.receipt.Journal;
import org.theseus.pdu.core.receipt.StoredQuarantine;
import org.theseus.pdu.core.receipt.Tools;
import org.theseus.pdu.core.receipt.Verifier;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.StateMaps;
import org.theseus.support.Threads;
import org.theseus.transaction.api.Outbox;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;

/** The layer put together. Knows no OSGi. */
public final class PduCore implements AutoCloseable {
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final ThreadPoolExecutor checks = Threads.pool("pdu-core-check", CORES + 2);
  private final ThreadPoolExecutor bulk = Threads.pool("pdu-core-bulk", CORES);
  private final Listeners listeners = new Listeners();
  private final Graph graph;
  private final Journal journal;
  private final StoredQuarantine quarantine;
  private final Tools tools;
  private final LocalGraphs.Parts parts;
  private final RoomQueries queries;

  /**
   * What the layer stands on.
   *
   * @param local our server
   * @param keys our key
   * @param keyRing the keys of others
   * @param client asks other servers
   * @param database the store
   * @param json reads what the store holds
   * @param maps makes states
   * @param versions the room versions
   * @param outbox sends what is logged
   * @param clock milliseconds since the epoch
   */
  public record Base(
      LocalServer local,
      OwnKeys keys,
      KeyRing keyRing,
      FederationClient client,
      Database database,
      JsonReader json,
      StateMaps maps,
      Versions versions,
      Outbox outbox,
      LongSupplier clock) {}

  /**
   * Puts the layer together; {@link #start} begins its work.
   *
   * @param base what it stands on
   */
  public PduCore(Base base) {
    graph =
        Graph.of(
            base.local().name(),
            base.keys(),
            base.database(),
            base.json(),
            base.maps(),
            base.versions(),
            base.outbox(),
            listeners::wake,
            base.clock());
    Verifier verifier = new Verifier(base.keyRing());
    Outliers outliers = new Outliers(base.database(), graph.events(), verifier, bulk);
    Peers peers = new Peers(base.client());
    tools =
        new Tools(graph, base.json(), verifier, new Fetcher(graph, peers, outliers, bulk), checks);
    journal = new Journal(tools);
    quarantine = new StoredQuarantine(graph, journal);
    queries = new RoomQueries(graph);
    parts =
        new LocalGraphs.Parts(
            tools, outliers, new Backfill(graph, peers, outliers, bulk), journal::process);
  }

  /** Goes on with what was left undone. */
  public void start() {
    journal.resume();
    quarantine.releaseIfCodeIsNew();
  }

  /** Waits for the units under way, at most 5 s; the rest stays in the store. */
  @Override
  public void close() {
    journal.close();
    listeners.close();
    graph.workers().close();
    checks.shutdown();
    bulk.shutdown();
  }

  /**
   * What rooms are changed with.
   *
   * @return the parts
   */
  public LocalGraphs.Parts parts() {
    return parts;
  }

  /**
   * What rooms are read from.
   *
   * @return the rooms
   */
  public Graph graph() {
    return graph;
  }

  /**
   * What other servers may ask.
   *
   * @return the queries
   */
  public RoomQueries queries() {
    return queries;
  }

  /**
   * What PDUs are checked with.
   *
   * @return the tools
   */
  public Tools tools() {
    return tools;
  }

  /**
   * What processes PDUs.
   *
   * @return the journal
   */
  public Journal journal() {
    return journal;
  }

  /**
   * Adds a listener, which is told first what it missed.
   *
   * @param listener the listener
   */
  public void add(EventListener listener) {
    listeners.add(listener, graph.database(), new Shown(graph)::timelineEvent);
  }

  /**
   * Removes a listener.
   *
   * @param listener the listener
   */
  public void remove(EventListener listener) {
    listeners.remove(listener);
  }
}
