package org.theseus.transaction.core.outbox;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.Destination;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Backoff;
import org.theseus.support.Gate;
import org.theseus.support.Threads;
import org.theseus.transaction.api.Outbox;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.PeerListener;

/** The couriers to all destinations. */
public final class Sending implements Outbox, PeerListener {
  private static final Logger LOG = LoggerFactory.getLogger(Sending.class);
  private static final int WORKERS = 4;
  private static final Duration DRAIN = Duration.ofSeconds(2);
  private static final String GREETED = "transaction.core.greeted";

  private final Database database;
  private final Ledger ledger;
  private final Reports reports;
  private final Gate gate = new Gate();
  private final ThreadPoolExecutor workers = Threads.pool("theseus-transaction-outbox", WORKERS);
  private final ScheduledThreadPoolExecutor scheduler =
      Threads.scheduler("theseus-transaction-clock");
  private final Courier.Office office;
  private final Map<ServerName, Courier> couriers = new ConcurrentHashMap<>();

  /** Makes the couriers; none goes before {@link #start}. */
  public Sending(
      Database database,
      FederationClient client,
      ServerName origin,
      JsonReader json,
      Backoff backoff,
      Policy policy,
      Clock clock) {
    this.database = database;
    this.ledger = new Ledger(database, new TransactionBody(origin, json), backoff, clock);
    this.office = new Courier.Office(ledger, client, workers, scheduler, gate, policy, clock);
    this.reports = new Reports(database);
  }

  /**
   * Goes on with what the store holds, and speaks once to every server that is owed nothing, if
   * this is a new run of the container. Returns at once.
   *
   * @param run identifies the run of the container; a mere replacement of this bundle greets nobody
   */
  public void start(String run) {
    workers.execute(
        () -> {
          try {
            boolean greets = isNew(run);
            List<Destination> all = database.run(unit -> unit.outbox().destinations());
            all.forEach(
                destination ->
                    couriers
                        .computeIfAbsent(
                            destination.server(), name -> new Courier(name, office, greets))
                        .wake());
          } catch (RuntimeException problem) {
            LOG.warn("The outbox starts without knowing its destinations", problem);
          }
        });
  }

  private boolean isNew(String run) {
    return database.run(
        unit -> {
          boolean isNew = !unit.settings().get(GREETED).orElse("").equals(run);
          unit.settings().put(GREETED, run);
          return isNew;
        });
  }

  /**
   * Waits for answers under way, at most 2 s; what is cut off is sent again, the same bytes, by
   * whoever comes next.
   */
  public void stop() {
    int cut = gate.drain(DRAIN);
    if (cut > 0) {
      LOG.info("{} transactions under way are left to be sent again", cut);
    }
    scheduler.shutdownNow();
    workers.shutdown();
  }

  @Override
  public void wake(Set<ServerName> destinations) {
    destinations.forEach(destination -> courier(destination).wake());
  }

  @Override
  public void send(Set<ServerName> destinations, Edu edu) {
    byte[] json = edu.toJson().toBytes();
    database.run(
        unit -> {
          destinations.forEach(destination -> unit.outbox().addEdu(destination, json));
          return edu;
        });
    wake(destinations);
  }

  @Override
  public List<DestinationStatus> destinations() {
    return reports.destinations(server -> Optional.ofNullable(couriers.get(server)));
  }

  @Override
  public List<TransactionStatus> transactions(ServerName destination, int limit) {
    return reports.transactions(destination, limit);
  }

  @Override
  public void retry(ServerName destination) {
    courier(destination).retry();
  }

  @Override
  public void heardFrom(ServerName server) {
    Courier known = couriers.get(server);
    if (known != null) {
      known.heardFrom();
      return;
    }
    courier(server);
    try {
      workers.execute(() -> remember(server));
    } catch (RejectedExecutionException stopping) {
      LOG.debug("{} will be remembered when it speaks again", server);
    }
  }

  private void remember(ServerName server) {
    try {
      ledger.remember(server);
      if (ledger.endBackoff(server)) {
        courier(server).wake();
      }
    } catch (RuntimeException problem) {
      LOG.debug("{} will be remembered when it speaks again", server, problem);
    }
  }

  private Courier courier(ServerName destination) {
    return couriers.computeIfAbsent(destination, name -> new Courier(name, office, false));
  }
}
