package org.theseus.transaction.core.pull;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.PullStore.Pull;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Gate;
import org.theseus.support.Threads;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.core.intake.InboundTransaction;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.FederationClient.Response;

/**
 * Asks the servers we share rooms with, after a start, for what we missed; each once, a few at a
 * time. Who is still to be asked, and from where on, is in the store. What a peer does not tell, or
 * tells amiss, it sends us itself in time: nothing here is tried twice.
 */
public final class Pulling {
  private static final Logger LOG = LoggerFactory.getLogger(Pulling.class);
  private static final String PATH = "/_matrix/federation/unstable/org.theseus.pull/v1/pull";
  private static final String PULLED = "transaction.core.pulled";
  private static final int AT_ONCE = 8;
  private static final int WORKERS = 2;
  private static final int MAX_PAGES = 200;
  private static final long MAX_ANSWER = 4L << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(2);
  private static final Duration NOT_YET = Duration.ofMillis(500);
  private static final Duration UNSPOKEN = Duration.ofDays(1);

  private final Database database;
  private final FederationClient client;
  private final PduReceiver receiver;
  private final Clock clock;
  private final Arrivals arrivals;
  private final Gate gate = new Gate();
  private final ThreadPoolExecutor workers = Threads.pool("theseus-transaction-pull", WORKERS);
  private final Queue<Pull> waiting = new ConcurrentLinkedQueue<>();

  /** What a server is asked for, and how far that has come. */
  private record Errand(Pull pull, int pages, int pdus) {}

  /** Makes the asker; nobody is asked before {@link #start}. */
  public Pulling(Database database, FederationClient client, PduReceiver receiver, Clock clock) {
    this.database = database;
    this.client = client;
    this.receiver = receiver;
    this.clock = clock;
    this.arrivals = new Arrivals(database, receiver, clock);
  }

  /**
   * Asks every server that is to be asked. Returns at once.
   *
   * @param run identifies the run of the container; a mere replacement of this bundle goes on with
   *     what was begun and begins nothing
   */
  public void start(String run) {
    workers.execute(() -> begin(run));
  }

  private void begin(String run) {
    if (!gate.enter()) {
      return;
    }
    try {
      waiting.addAll(neighbours(pending(run)));
      for (int i = 0; i < AT_ONCE; i++) {
        next();
      }
    } catch (BeingReplacedException notYet) {
      soon(() -> begin(run));
    } catch (RuntimeException problem) {
      LOG.warn("Nobody is asked for what we missed: {}", problem.toString());
    } finally {
      gate.leave();
    }
  }

  /** Waits for pages under way, at most 2 s; whoever comes next goes on behind the last page. */
  public void stop() {
    int cut = gate.drain(DRAIN);
    if (cut > 0) {
      LOG.info("{} servers are asked again by whoever comes next", cut);
    }
    workers.shutdown();
  }

  private List<Pull> pending(String run) {
    return database.run(
        unit -> {
          if (!unit.settings().get(PULLED).orElse("").equals(run)) {
            unit.settings().put(PULLED, run);
            unit.pulls().begin(clock.millis());
          }
          return unit.pulls().pending();
        });
  }

  /** Those of them that share a room with us, in random order. */
  private List<Pull> neighbours(List<Pull> pending) {
    if (pending.isEmpty()) {
      return List.of();
    }
    Set<ServerName> neighbours =
        receiver.neighbours(pending.stream().map(Pull::server).collect(Collectors.toSet()));
    List<Pull> chosen = new ArrayList<>();
    for (Pull pull : pending) {
      if (neighbours.contains(pull.server())) {
        chosen.add(pull);
      } else {
        end(pull.server(), 0);
      }
    }
    Collections.shuffle(chosen);
    return chosen;
  }

  private void next() {
    Pull pull = waiting.poll();
    if (pull != null) {
      ask(new Errand(pull, 0, 0));
    }
  }

  private void ask(Errand errand) {
    if (!gate.enter()) {
      return;
    }
    try {
      send(errand)
          .thenComposeAsync(response -> takeIn(errand, response), workers)
          .handleAsync((more, failure) -> after(errand, more, failure), workers)
          .thenAccept(
              further -> {
                gate.leave();
                further.run();
              });
    } catch (RejectedExecutionException stopping) {
      LOG.debug("{} is asked again by whoever comes next", errand.pull().server());
    }
  }

  private CompletionStage<Response> send(Errand errand) {
    Pull pull = errand.pull();
    String query =
        "?after=" + FederationClient.encode(pull.after()) + "&limit=" + InboundTransaction.MAX_PDUS;
    return client.send(
        FederationClient.Request.get(pull.server(), PATH + query, TIMEOUT, MAX_ANSWER));
  }

  /** Takes a page in; tells what is left to ask for. */
  private CompletionStage<Optional<Errand>> takeIn(Errand errand, Response response) {
    ServerName server = errand.pull().server();
    if (isUnspoken(response)) {
      LOG.debug("{} does not speak org.theseus.pull", server);
      end(server, clock.millis() + UNSPOKEN.toMillis());
      return CompletableFuture.completedFuture(Optional.empty());
    }
    PulledPage page = PulledPage.of(response.objectOrThrow());
    Optional<Pull> next =
        page.next()
            .filter(place -> errand.pages() + 1 < MAX_PAGES)
            .map(place -> new Pull(server, place));
    return arrivals
        .take(
            server,
            page.pdus(),
            unit -> next.ifPresentOrElse(unit.pulls()::goOn, () -> unit.pulls().end(server, 0)))
        .thenApply(
            added -> {
              int pdus = errand.pdus() + added;
              if (next.isEmpty() && pdus > 0) {
                LOG.info("Pulled {} events that we had missed from {}", pdus, server);
              }
              return next.map(pull -> new Errand(pull, errand.pages() + 1, pdus));
            });
  }

  /** Tells what is to be done then; who has to be asked again keeps its place meanwhile. */
  private Runnable after(Errand errand, Optional<Errand> more, Throwable failure) {
    if (failure == null) {
      return more.<Runnable>map(page -> () -> ask(page)).orElse(this::next);
    }
    if (failure.getCause() instanceof BeingReplacedException) {
      return () -> soon(() -> ask(errand));
    }
    LOG.debug("{} did not tell what we missed: {}", errand.pull().server(), failure.toString());
    end(errand.pull().server(), 0);
    return this::next;
  }

  /** Tries again what met something of ours that is not there yet, or is being replaced. */
  private void soon(Runnable task) {
    CompletableFuture.delayedExecutor(NOT_YET.toMillis(), TimeUnit.MILLISECONDS, workers)
        .execute(task);
  }

  private void end(ServerName server, long notBeforeTs) {
    try {
      database.run(
          unit -> {
            unit.pulls().end(server, notBeforeTs);
            return server;
          });
    } catch (RuntimeException storeAway) {
      LOG.debug("{} is asked again after the next start", server, storeAway);
    }
  }

  /** Whether the peer knows no such path; one that knows it answers M_NOT_FOUND at the worst. */
  private static boolean isUnspoken(Response response) {
    return (response.status() == 404 || response.status() == 405)
        && !(response.body() instanceof JsonObject error
            && error.string("errcode").filter(MatrixError.NOT_FOUND::equals).isPresent());
  }
}
