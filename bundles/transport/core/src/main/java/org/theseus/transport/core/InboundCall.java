package org.theseus.transport.core;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Exchange;

/**
 * The life of one request, while its {@link Journey} goes on: worked on by one thread at a time,
 * parked, handed back, ended. While it is worked on it is inside the dispatcher's gate; whoever
 * takes it to its next stage answers for leaving that.
 */
final class InboundCall implements ParkingLot.Parked {
  private static final Logger LOG = LoggerFactory.getLogger(InboundCall.class);

  /** From the connection's acceptance to the answer's first byte. */
  private static final Duration BUDGET = Duration.ofSeconds(7);

  /** Senders of transactions are patient. */
  private static final Duration SEND_BUDGET = Duration.ofSeconds(25);

  /** Between two calls of what could not do it now. */
  private static final Duration REST = Duration.ofMillis(50);

  private static final RouteKey SEND = RouteKey.of("PUT", "/_matrix/federation/v1/send/{txnId}");

  /** How far it has come, which decides what can be done with it when the router stops. */
  private enum Stage {
    /** Inside the gate, but not inside an endpoint: can be handed back to the listener. */
    WORKING,
    /** Outside the gate: can be handed back too. */
    PARKED,
    /** Inside its endpoint: has to be answered. */
    CALLED,
    /** Answered, handed back or dropped. */
    ENDED
  }

  private final Dispatcher dispatcher;
  private final Exchange exchange;
  private final RouteKey key;
  private final Holding holding;
  private final Journey journey;
  private final Steps steps;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WORKING);
  private final Departure departure;
  private volatile long restedNanos;
  private volatile ParkingLot<InboundCall> lot;
  private volatile long deadlineNanos;

  InboundCall(Dispatcher dispatcher, Exchange exchange, RequestTarget target, RouteKey key) {
    this.dispatcher = dispatcher;
    this.exchange = exchange;
    this.key = key;
    this.holding = new Holding(dispatcher, exchange.remote().getAddress());
    this.journey = new Journey(dispatcher, this, exchange, target, key, holding);
    this.departure = new Departure(exchange, this::dropIfGone);
    this.steps = new Steps(dispatcher.pool(), this::fail);
    this.restedNanos = dispatcher.nanoTime();
    this.lot = dispatcher.waiting().parked();
  }

  @Override
  public Sharer sharer() {
    return holding.who();
  }

  @Override
  public Object line() {
    return journey.line();
  }

  @Override
  public int load() {
    return journey.load();
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public ParkingLot.State state() {
    return dispatcher.nanoTime() - restedNanos < 0 ? ParkingLot.State.AWAY : journey.state();
  }

  @Override
  public void resume() {
    if (reenter()) {
      goOn();
    }
  }

  @Override
  public void expire() {
    if (reenter()) {
      if (lot.equals(dispatcher.waiting().parked())) {
        fail(new TransientException("a part of this server is being replaced"));
      } else if (journey.isAway() && dispatcher.nanoTime() - budgetEnd() < 0) {
        park();
      } else {
        refuseByLimit(journey.load() > 0);
      }
    }
  }

  /** Begins, inside the gate: behind those of the same sharer that wait already. */
  void start() {
    proceed(dispatcher.waiting().queue().holdsAnyOf(sharer()));
  }

  /** Goes on, inside the gate, or parks and leaves it. */
  void goOn() {
    proceed(false);
  }

  private void proceed(boolean behindOthers) {
    if (dispatcher.isStopping()) {
      handBack();
    } else if (behindOthers && !journey.isAway()) {
      parkForRoom();
    } else {
      journey.goOn();
    }
  }

  /**
   * Gives the request back to the listener, unless it is inside its endpoint or has ended. For a
   * router that stops only: what it was admitted with is not given back.
   */
  void handBack() {
    boolean inside = stage.compareAndSet(Stage.WORKING, Stage.ENDED);
    if (inside || stage.compareAndSet(Stage.PARKED, Stage.ENDED)) {
      dispatcher.ended(this);
      dispatcher.tally().handedBack();
      exchange.handBack();
    }
    if (inside) {
      dispatcher.gate().leave();
    }
  }

  /** Ends the request in spite of all, since the router stops. */
  void abandon() {
    handBack();
    fail(new TransientException("the router is being replaced"));
  }

  /** Tells whether it is being worked on: not parked, not inside its endpoint, not ended. */
  boolean isWorking() {
    return stage.get() == Stage.WORKING;
  }

  /** Notes that its endpoint is being asked; false if it has ended, or nobody waits for it. */
  boolean enterEndpoint() {
    if (departure.isNoticed()) {
      fail(new TransientException("the client has gone"));
    }
    return stage.compareAndSet(Stage.WORKING, Stage.CALLED);
  }

  /** Notes that its endpoint could not do it. */
  void leaveEndpoint() {
    stage.compareAndSet(Stage.CALLED, Stage.WORKING);
  }

  /** What was asked could not do it now, and nothing was done: it is asked again soon. */
  void rest() {
    restedNanos = dispatcher.nanoTime() + REST.toNanos();
    dispatcher.waiting().wakeAfter(REST);
    park();
  }

  /** Leaves the gate until what is missing is there; what a read body takes up it keeps. */
  void park() {
    deadlineNanos = budgetEnd();
    leaveGate(dispatcher.waiting().parked());
  }

  /** Leaves the gate until there is room for it. */
  void parkForRoom() {
    long patience = dispatcher.waiting().roomDeadlineNanos();
    deadlineNanos = patience - budgetEnd() < 0 ? patience : budgetEnd();
    leaveGate(dispatcher.waiting().queue());
  }

  private void leaveGate(ParkingLot<InboundCall> next) {
    departure.watch();
    lot = next;
    if (!stage.compareAndSet(Stage.WORKING, Stage.PARKED)) {
      return;
    }
    if (!journey.isRead()) {
      holding.leave();
    }
    switch (next.park(this)) {
      case PARKED -> {
        dispatcher.gate().leave();
        dropIfGone();
        dispatcher.waiting().parked().wake(this);
        dispatcher.waiting().wake();
      }
      case CLOSED -> {
        handBack();
        dispatcher.gate().leave();
      }
      case FULL -> {
        if (reenter()) {
          refuseByLimit(true);
        }
        dispatcher.gate().leave();
      }
    }
  }

  private void refuseByLimit(boolean ownFault) {
    dispatcher.tally().limited();
    fail(Failures.tooMuch(ownFault));
  }

  void fail(Throwable failure) {
    answer(Failures.answer(key, failure));
  }

  /** Answers; the listener writes that whatever becomes of this router. */
  void answer(Answer answer) {
    if (!stage.compareAndSet(Stage.WORKING, Stage.ENDED)
        && !stage.compareAndSet(Stage.CALLED, Stage.ENDED)) {
      return;
    }
    dispatcher.ended(this);
    if (departure.isNoticed()) {
      dispatcher.tally().gone();
    } else {
      dispatcher.tally().answered(key);
    }
    holding.leave();
    try {
      exchange.respond(answer);
    } catch (RuntimeException failed) {
      LOG.warn("{} could not be answered", key, failed);
    } finally {
      dispatcher.gate().leave();
    }
  }

  /** Looks after it if its endpoint takes long; whatever fails ends it. */
  void lookAfter() {
    steps.attempt(journey::lookAfter);
  }

  Departure departure() {
    return departure;
  }

  /** Runs a step on the pool; whatever it throws ends the request. */
  void run(Runnable step) {
    try {
      steps.run(step);
    } catch (RejectedExecutionException stopped) {
      abandon();
    }
  }

  private long budgetEnd() {
    return exchange.arrivedNanos() + (key.equals(SEND) ? SEND_BUDGET : BUDGET).toNanos();
  }

  /** Goes from its parking place into the gate; if that is closed the request is handed back. */
  private boolean reenter() {
    if (!dispatcher.gate().enter()) {
      handBack();
      return false;
    }
    if (stage.compareAndSet(Stage.PARKED, Stage.WORKING)) {
      return true;
    }
    dispatcher.gate().leave();
    return false;
  }

  private void dropIfGone() {
    if (departure.isNoticed()
        && lot.remove(this)
        && stage.compareAndSet(Stage.PARKED, Stage.ENDED)) {
      dispatcher.ended(this);
      dispatcher.tally().gone();
      holding.leave();
    }
  }
}
