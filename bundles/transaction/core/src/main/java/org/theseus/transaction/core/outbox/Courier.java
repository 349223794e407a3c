package org.theseus.transaction.core.outbox;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Destination;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Gate;
import org.theseus.transaction.core.outbox.FadingEdus.Fading;

/**
 * Sends to one destination, one transaction at a time, in order. Asleep until woken, and then only
 * a few fields; everything that must last is in the {@link Ledger}, so that another may go on where
 * it stopped. Guarded by {@code this}.
 */
final class Courier {
  /** What all couriers share. */
  record Office(
      Ledger ledger,
      Post post,
      Turns turns,
      Executor workers,
      ScheduledExecutorService scheduler,
      Gate gate,
      Policy policy,
      Clock clock) {}

  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int GREETINGS = 8;
  private static final int FEW = 5;

  private final ServerName destination;
  private final Office office;
  private final FadingEdus fading = new FadingEdus();
  private boolean sending;
  private boolean wokenMeanwhile;
  private boolean heardMeanwhile;
  private boolean policyChanged;
  private boolean heedsBackoff = true;
  private boolean proven;
  private boolean onlyGreets;
  private int greetings;
  private int failures;
  private long inVainTs;
  private long notBeforeTs;
  private Optional<String> held = Optional.empty();
  private Optional<ScheduledFuture<?>> alarm = Optional.empty();
  private Optional<Turns.Turn> asked = Optional.empty();

  Courier(ServerName destination, Office office) {
    this.destination = destination;
    this.office = office;
  }

  /**
   * Begins with what the store knows. Returns at once.
   *
   * @param greets whether the server is to hear from us even if nothing is owed to it
   */
  synchronized void start(Destination known, boolean greets) {
    proven = proven || known.lastSuccessTs() > 0;
    greetings = greets ? GREETINGS : 0;
    if (sending) {
      return;
    }
    failures = known.failures();
    onlyGreets = failures == 0 && known.lastMeant() <= known.cursor();
    if (heedsBackoff && known.nextAttemptTs() > office.clock().millis()) {
      rest(new Rest.Until(known.nextAttemptTs()));
    } else {
      begin();
    }
  }

  /** Looks whether there is something to send. Returns at once. */
  synchronized void wake() {
    onlyGreets = false;
    if (sending) {
      wokenMeanwhile = true;
      hurry();
    } else if (notBeforeTs <= office.clock().millis()) {
      begin();
    }
  }

  /** Sends an EDU soon, or never. Returns at once. */
  void send(Fading edu) {
    synchronized (this) {
      if (notBeforeTs > office.clock().millis()) {
        return;
      }
    }
    fading.add(edu);
    wake();
  }

  /**
   * Ends the back-off, if there is one: the destination has shown that it is there. Returns at
   * once.
   */
  synchronized void heardFrom() {
    greetings = 0;
    proven = true;
    if (sending) {
      heardMeanwhile = true;
      hurry();
    } else if (failures > 0 || held.isPresent()) {
      failures = 0;
      goOn();
    } else {
      heedsBackoff = false; // what is not yet read from the store tells of an older failure
    }
  }

  /** Ends what stands against sending. Returns at once. */
  synchronized void retry() {
    if (sending) {
      heardMeanwhile = true;
      hurry();
    } else {
      heedsBackoff = false;
      begin();
    }
  }

  /** Asks the policy again, where it stood against sending. Returns at once. */
  synchronized void reconsider() {
    if (sending) {
      policyChanged = true;
    } else if (held.isPresent()) {
      begin();
    }
  }

  /** Tells whether a transaction is under way, or about to be. */
  synchronized boolean isSending() {
    return sending;
  }

  /** Tells why nothing is sent though nothing failed. */
  synchronized Optional<String> heldBack() {
    return held;
  }

  /** Tries again, but not more than once a second however often the server is heard from. */
  private void goOn() {
    heedsBackoff = false;
    long soon = inVainTs + PAUSE.toMillis();
    if (soon <= office.clock().millis()) {
      begin();
    } else if (notBeforeTs != soon) {
      rest(new Rest.Until(soon));
    }
  }

  private synchronized void alarmed() {
    if (!sending) {
      begin();
    }
  }

  private void begin() {
    alarm.ifPresent(set -> set.cancel(false));
    alarm = Optional.empty();
    held = Optional.empty();
    notBeforeTs = 0;
    sending = true;
    asked = Optional.of(office.turns().ask(lane(), this::go));
  }

  /** Waits no longer among those it is no more one of. */
  private void hurry() {
    asked.ifPresent(waiting -> office.turns().move(waiting, lane()));
  }

  private Turns.Lane lane() {
    if (onlyGreets) {
      return Turns.Lane.GREETED;
    }
    if (failures == 0) {
      return proven ? Turns.Lane.PROVEN : Turns.Lane.DOUBTFUL;
    }
    boolean maySucceed = (proven && failures <= FEW) || heardMeanwhile || !heedsBackoff;
    return maySucceed ? Turns.Lane.DOUBTFUL : Turns.Lane.FAILING;
  }

  private void go(Turns.Turn turn) {
    if (!office.gate().enter()) {
      turn.end();
      return;
    }
    attempt()
        .whenComplete(
            (rest, problem) -> {
              if (problem != null && !office.scheduler().isShutdown()) {
                LOG.warn("Sending to {} pauses", destination, problem);
              }
              turn.end();
              ended(problem == null ? rest : until(PAUSE));
              office.gate().leave();
            });
  }

  private CompletionStage<Rest> attempt() {
    try {
      Policy.Verdict verdict = office.policy().judge(destination);
      if (!verdict.sends()) {
        hold(verdict.why());
        return CompletableFuture.completedFuture(until(verdict.pause()));
      }
      return office
          .ledger()
          .next(destination, heeded(), fading)
          .thenComposeAsync(this::take, office.workers());
    } catch (RuntimeException | Error problem) { // whatever it is, the turn must end
      return CompletableFuture.failedFuture(problem);
    }
  }

  private synchronized void hold(String why) {
    held = Optional.of(why);
    inVainTs = office.clock().millis();
  }

  /** What comes from now on wakes again; what came before is seen. */
  private synchronized boolean heeded() {
    boolean heeds = heedsBackoff && !heardMeanwhile;
    heedsBackoff = true;
    wokenMeanwhile = false;
    heardMeanwhile = false;
    return heeds;
  }

  private CompletionStage<Rest> take(Ledger.Next next) {
    if (next instanceof Ledger.Next.Send send) {
      return send(send);
    }
    if (next instanceof Ledger.Next.Later later) {
      return CompletableFuture.completedFuture(backsOff(later.ts()));
    }
    return shallGreet() ? greet() : CompletableFuture.completedFuture(new Rest.Nothing());
  }

  private synchronized Rest backsOff(long ts) {
    failures = Math.max(1, failures);
    return new Rest.Until(ts);
  }

  private synchronized boolean shallGreet() {
    return greetings > 0;
  }

  /** A greeting that failed is repeated a few times, until something is heard from the server. */
  private CompletionStage<Rest> greet() {
    Ledger.Greeting greeting = office.ledger().greeting();
    return office
        .post()
        .put(destination, greeting.txnId(), greeting.body(), false)
        .thenComposeAsync(
            answer -> {
              LOG.debug("Greeted {}: {}", destination, answer);
              return answer instanceof Answer.Taken
                  ? office.ledger().greeted(destination).thenApply(server -> greeted(true))
                  : CompletableFuture.completedFuture(greeted(false));
            },
            office.workers());
  }

  private synchronized Rest greeted(boolean heard) {
    greetings = heard || greetings == 0 ? 0 : greetings - 1;
    proven = proven || heard;
    return greetings == 0
        ? new Rest.Nothing()
        : new Rest.Alarm(office.ledger().greetAgain(GREETINGS - greetings));
  }

  private CompletionStage<Rest> send(Ledger.Next.Send send) {
    String txnId = send.transaction().txnId();
    int pdus = send.transaction().pdus().size();
    LOG.debug("Sending {} with {} PDUs to {}", txnId, pdus, destination);
    return office
        .post()
        .put(destination, txnId, send.body(), isKnown())
        .thenComposeAsync(answer -> settle(send, answer), office.workers());
  }

  private synchronized boolean isKnown() {
    return proven || failures > 0;
  }

  private CompletionStage<Rest> settle(Ledger.Next.Send send, Answer answer) {
    if (answer instanceof Answer.Taken taken) {
      Refusals.log(destination, send.transaction().pdus(), taken.body());
      return office.ledger().delivered(send.transaction()).thenApply(done -> succeeded());
    }
    if (answer instanceof Answer.Busy busy) {
      return CompletableFuture.completedFuture(until(busy.pause()));
    }
    Answer.Failed failed = (Answer.Failed) answer;
    LOG.debug("{} did not take a transaction: {}", destination, failed.problem());
    int items =
        send.transaction().pdus().size()
            + send.body().array("edus").map(edus -> edus.elements().size()).orElse(0);
    return office.ledger().failed(send.transaction(), items, failed).thenApply(this::failed);
  }

  private synchronized Rest succeeded() {
    failures = 0;
    greetings = 0;
    proven = true;
    return new Rest.Again();
  }

  private synchronized Rest failed(Ledger.Retry retry) {
    fading.clear();
    failures = retry.failures();
    inVainTs = office.clock().millis();
    return new Rest.Until(retry.ts());
  }

  /** Ends an attempt. */
  private synchronized void ended(Rest rest) {
    sending = false;
    asked = Optional.empty();
    boolean heldByWhatWas = policyChanged && held.isPresent();
    boolean heard = heardMeanwhile;
    policyChanged = false;
    heardMeanwhile = false;
    if (heldByWhatWas) {
      begin();
    } else if (heard && failures > 0) {
      failures = 0;
      goOn();
    } else if (rest instanceof Rest.Again || (wokenMeanwhile && !(rest instanceof Rest.Until))) {
      begin();
    } else {
      rest(rest);
    }
  }

  private void rest(Rest rest) {
    if (rest instanceof Rest.Until until) {
      notBeforeTs = until.ts();
      setAlarm(until.ts());
    } else if (rest instanceof Rest.Alarm later) {
      setAlarm(later.ts());
    }
  }

  private void setAlarm(long ts) {
    alarm.ifPresent(set -> set.cancel(false));
    long delay = Math.max(0, ts - office.clock().millis());
    try {
      alarm = Optional.of(office.scheduler().schedule(this::alarmed, delay, TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException stopping) {
      LOG.debug("{} is left to whoever comes next", destination);
    }
  }

  private Rest until(Duration pause) {
    return new Rest.Until(office.clock().millis() + pause.toMillis());
  }
}
