package org.theseus.transaction.core.outbox;

import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.OutboxStore;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Backoff;
import org.theseus.support.Gate;
import org.theseus.support.Threads;
import org.theseus.transaction.api.Outbox;
import org.theseus.transaction.core.outbox.FadingEdus.Fading;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.PeerListener;

/** The couriers to all destinations. */
public final class Sending implements Outbox, PeerListener {
  private static final Logger LOG = LoggerFactory.getLogger(Sending.class);
  private static final int WORKERS = 4;
  private static final Duration DRAIN = Duration.ofSeconds(2);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final String GREETED = "transaction.core.greeted";

  private final Database database;
  private final Ledger ledger;
  private final Reports reports;
  private final Clock clock;
  private final Gate gate = new Gate();
  private final ThreadPoolExecutor workers = Threads.pool("theseus-transaction-outbox", WORKERS);
  private final ScheduledThreadPoolExecutor scheduler =
      Threads.scheduler("theseus-transaction-clock");
  private final Courier.Office office;
  private final Map<ServerName, Courier> couriers = new ConcurrentHashMap<>();

  /** What the store knows at the start; who has not answered since then is greeted. */
  private record Known(List<Destination> destinations, long greetedSinceTs) {}

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
    this.clock = clock;
    this.ledger = new Ledger(database, new TransactionBody(origin, json), backoff, clock, workers);
    Turns turns = new Turns(workers, scheduler);
    this.office =
        new Courier.Office(
            ledger, new Post(client), turns, workers, scheduler, gate, policy, clock);
    this.reports = new Reports(database);
  }

  /**
   * Goes on with what the store holds, and speaks once to every server that is owed nothing and has
   * not answered in this run of the container. Returns at once.
   *
   * @param run identifies the run of the container
   */
  public void start(String run) {
    long now = clock.millis();
    database
        .submit(unit -> new Known(unit.outbox().destinations(), greetedSince(unit, run, now)))
        .thenAcceptAsync(this::start, workers)
        .exceptionally(
            problem -> {
              startLater(run, problem);
              return null;
            });
  }

  private void startLater(String run, Throwable problem) {
    if (!scheduler.isShutdown()) {
      LOG.warn("The outbox does not know its destinations yet and looks again", problem);
      ScheduledFuture<?> unused =
          scheduler.schedule(() -> start(run), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static long greetedSince(UnitOfWork unit, String run, long now) {
    String prefix = run + ' ';
    Optional<Long> since =
        unit.settings()
            .get(GREETED)
            .filter(noted -> noted.startsWith(prefix))
            .map(noted -> Long.parseLong(noted.substring(prefix.length())));
    if (since.isEmpty()) {
      unit.settings().put(GREETED, prefix + now);
    }
    return since.orElse(now);
  }

  /** Those who answered last come first. */
  private void start(Known known) {
    known.destinations().stream()
        .sorted(Comparator.comparingLong(Destination::lastSuccessTs).reversed())
        .forEach(
            destination ->
                courier(destination.server())
                    .start(destination, destination.lastSuccessTs() < known.greetedSinceTs()));
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
    EduKind kind = EduKind.of(edu);
    if (kind.fades()) {
      long untilTs = clock.millis() + kind.staleAfter().toMillis();
      Fading fading = new Fading(kind.replaces(), edu.toJson(), untilTs);
      destinations.forEach(destination -> courier(destination).send(fading));
      return;
    }
    byte[] json = edu.toJson().toBytes();
    database.run(
        unit -> {
          destinations.forEach(destination -> queue(unit.outbox(), destination, kind, json));
          return edu;
        });
    wake(destinations);
  }

  private static void queue(OutboxStore store, ServerName destination, EduKind kind, byte[] json) {
    if (kind.replaces().isEmpty()) {
      store.addEdu(destination, json);
    } else {
      store.addEdu(destination, kind.replaces(), json);
    }
  }

  @Override
  public List<DestinationStatus> destinations() {
    return reports.destinations(this::existing);
  }

  @Override
  public Optional<DestinationStatus> destination(ServerName server) {
    return reports.destination(server, existing(server));
  }

  private Optional<Courier> existing(ServerName server) {
    return Optional.ofNullable(couriers.get(server));
  }

  @Override
  public List<TransactionStatus> transactions(ServerName destination, int limit) {
    return reports.transactions(destination, limit);
  }

  @Override
  public void retry(ServerName destination) {
    courier(destination).retry();
  }

  /** Asks the policy again about those it held back. Returns at once. */
  public void reconsider() {
    couriers.values().forEach(Courier::reconsider);
  }

  @Override
  public void heardFrom(ServerName server) {
    Courier known = couriers.get(server);
    if (known != null) {
      known.heardFrom();
      return;
    }
    courier(server).heardFrom();
    ledger
        .remember(server)
        .exceptionally(
            problem -> {
              LOG.debug("{} is not remembered", server, problem);
              return server;
            });
  }

  private Courier courier(ServerName destination) {
    return couriers.computeIfAbsent(destination, name -> new Courier(name, office));
  }
}
