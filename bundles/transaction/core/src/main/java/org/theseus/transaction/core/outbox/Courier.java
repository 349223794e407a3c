package org.theseus.transaction.core.outbox;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Gate;
import org.theseus.transport.api.FederationClient;

/**
 * Sends to one destination, one transaction at a time, in order. Asleep until woken; everything it
 * knows is in the {@link Ledger}, so that another may go on where it stopped. Guarded by {@code
 * this}.
 */
final class Courier {
  /** What all couriers share. */
  record Office(
      Ledger ledger,
      FederationClient client,
      ThreadPoolExecutor workers,
      ScheduledExecutorService scheduler,
      Gate gate,
      Policy policy,
      Clock clock) {}

  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration BUSY_THERE = Duration.ofSeconds(3);
  private static final Duration STORE_AWAY = Duration.ofSeconds(1);
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int GREETINGS = 8;

  private final ServerName destination;
  private final Office office;
  private boolean running;
  private boolean wokenMeanwhile;
  private boolean failing;
  private int greetings;
  private Optional<String> held = Optional.empty();
  private Optional<ScheduledFuture<?>> alarm = Optional.empty();

  Courier(ServerName destination, Office office, boolean greets) {
    this.destination = destination;
    this.office = office;
    this.greetings = greets ? GREETINGS : 0;
  }

  /**
   * Ends the back-off, if there is one: the destination has shown that it is there. Returns at
   * once.
   */
  void heardFrom() {
    synchronized (this) {
      greetings = 0;
      if (!failing) {
        return;
      }
      failing = false;
    }
    execute(
        () -> {
          if (office.ledger().endBackoff(destination)) {
            wake();
          }
        });
  }

  /** Ends the back-off, and what else may stand against sending. Returns at once. */
  void retry() {
    execute(
        () -> {
          office.ledger().endBackoff(destination);
          wake();
        });
  }

  /** Tells whether a transaction is under way, or about to be. */
  synchronized boolean isSending() {
    return running;
  }

  /** Tells why nothing is sent though nothing failed. */
  synchronized Optional<String> heldBack() {
    return held;
  }

  /** Looks whether there is something to send. Returns at once. */
  synchronized void wake() {
    if (running) {
      wokenMeanwhile = true;
      return;
    }
    alarm.ifPresent(set -> set.cancel(false));
    alarm = Optional.empty();
    running = true;
    held = Optional.empty();
    step();
  }

  private void step() {
    execute(this::sendNext);
  }

  private void execute(Runnable task) {
    try {
      office.workers().execute(task);
    } catch (RejectedExecutionException stopping) {
      LOG.debug("{} is left to whoever comes next", destination);
    }
  }

  private void sendNext() {
    if (!office.gate().enter()) {
      return;
    }
    try {
      Policy.Verdict verdict = office.policy().judge(destination);
      if (!verdict.sends()) {
        holdBack(verdict);
        office.gate().leave();
        return;
      }
      Ledger.Next next = office.ledger().next(destination);
      if (next instanceof Ledger.Next.Send send) {
        send(send.transaction(), send.body());
        return;
      }
      if (next instanceof Ledger.Next.Later later) {
        sleepAfterFailure(later.ts());
      } else if (shallGreet()) {
        greet();
        return;
      } else {
        sleep(Optional.empty());
      }
    } catch (RuntimeException problem) {
      LOG.warn("Sending to {} pauses", destination, problem);
      sleep(in(STORE_AWAY));
    }
    office.gate().leave();
  }

  private synchronized void holdBack(Policy.Verdict verdict) {
    held = Optional.of(verdict.why());
    sleep(in(verdict.pause()));
  }

  private synchronized boolean shallGreet() {
    return greetings > 0;
  }

  private void greet() {
    Ledger.Greeting greeting = office.ledger().greeting();
    put(greeting.txnId(), greeting.body()).whenCompleteAsync(this::greeted, office.workers());
  }

  /** A greeting that failed is repeated a few times, until something is heard from the server. */
  private synchronized void greeted(FederationClient.Response response, Throwable failure) {
    LOG.debug(
        "Greeted {}: {}", destination, failure == null ? response.status() : failure.getMessage());
    boolean heard = failure == null && response.isOk();
    greetings = heard || greetings == 0 ? 0 : greetings - 1;
    if (greetings > 0 && !wokenMeanwhile) {
      sleep(in(office.ledger().backoff().after(GREETINGS - greetings)));
    } else {
      sleep(Optional.empty());
    }
    office.gate().leave();
  }

  private void send(OpenTransaction transaction, JsonObject body) {
    LOG.debug(
        "Sending {} with {} PDUs to {}",
        transaction.txnId(),
        transaction.pdus().size(),
        destination);
    put(transaction.txnId(), body)
        .whenCompleteAsync(
            (response, failure) -> answered(transaction, response, failure), office.workers());
  }

  private CompletionStage<FederationClient.Response> put(String txnId, JsonObject body) {
    return office
        .client()
        .send(
            new FederationClient.Request(
                destination,
                "PUT",
                "/_matrix/federation/v1/send/" + FederationClient.encode(txnId),
                Optional.of(body),
                TIMEOUT,
                FederationClient.SMALL));
  }

  private void answered(
      OpenTransaction transaction, FederationClient.Response response, Throwable failure) {
    try {
      if (failure != null) {
        failed(String.valueOf(failure.getMessage()));
      } else if (response.isOk()) {
        office.ledger().delivered(transaction);
        hasSucceeded();
        logErrors(transaction, response);
        step();
      } else if (response.status() == TOO_MANY_REQUESTS) {
        sleep(in(BUSY_THERE));
      } else {
        failed("answered " + response.status());
      }
    } catch (RuntimeException problem) {
      LOG.warn("Sending to {} pauses", destination, problem);
      sleep(in(STORE_AWAY));
    } finally {
      office.gate().leave();
    }
  }

  private synchronized void hasSucceeded() {
    failing = false;
    greetings = 0;
  }

  private void failed(String problem) {
    long next = office.ledger().failed(destination, problem);
    LOG.debug("{} did not take a transaction: {}", destination, problem);
    sleepAfterFailure(next);
  }

  private synchronized void sleepAfterFailure(long untilTs) {
    failing = true;
    sleep(Optional.of(untilTs));
  }

  /** Ends a step with nothing to do before some time, unless woken meanwhile. */
  private synchronized void sleep(Optional<Long> untilTs) {
    if (wokenMeanwhile && untilTs.isEmpty()) {
      wokenMeanwhile = false;
      step();
      return;
    }
    wokenMeanwhile = false;
    running = false;
    alarm = untilTs.flatMap(this::setAlarm);
  }

  private Optional<ScheduledFuture<?>> setAlarm(long ts) {
    long delay = Math.max(0, ts - office.clock().millis());
    try {
      return Optional.of(office.scheduler().schedule(this::wake, delay, TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException stopping) {
      return Optional.empty();
    }
  }

  private Optional<Long> in(Duration wait) {
    return Optional.of(office.clock().millis() + wait.toMillis());
  }

  private static void logErrors(OpenTransaction transaction, FederationClient.Response response) {
    if (response.body() instanceof JsonObject answer) {
      answer
          .object("pdus")
          .ifPresent(
              pdus ->
                  pdus.members()
                      .forEach(
                          (eventId, result) -> {
                            if (result instanceof JsonObject object && object.has("error")) {
                              LOG.warn(
                                  "{} refused {}: {}",
                                  transaction.destination(),
                                  eventId,
                                  object.string("error").orElse(""));
                            }
                          }));
    }
  }
}
