package org.theseus.transport.core;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Gate;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.Exchange;
import org.theseus.transport.api.PeerListener;
import org.theseus.transport.api.RequestFilter;

/**
 * Brings requests to endpoints, and lets them wait while what they need is away. When this router
 * stops, those that are not inside an endpoint are given back to the listener.
 */
final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final Duration DRAIN = Duration.ofSeconds(5);

  /** Between two looks after endpoints that take long. */
  private static final Duration ROUND = Duration.ofSeconds(1);

  private static final int MAX_AT_WORK = 256;

  /** Only their heads take up room; keys may take nine seconds to come. */
  private static final int MAX_LOOKING = 1_024;

  /** As they come; parsed they take several times as much. */
  private static final long MAX_BODY_BYTES_AT_WORK = 64L << 20;

  private final RouteTable routes = new RouteTable();
  private final AtomicReference<Services> services = new AtomicReference<>(Services.NONE);
  private final List<PeerListener> peerListeners = new CopyOnWriteArrayList<>();
  private final Admission admission = new Admission(MAX_AT_WORK, MAX_BODY_BYTES_AT_WORK);
  private final Admission lookUps = new Admission(MAX_LOOKING, 0);
  private final Filters filters;
  private final Gate gate = new Gate();
  private final Patience patience = new Patience(DRAIN, System::nanoTime);
  private final Set<InboundCall> live = ConcurrentHashMap.newKeySet();
  private final Tally tally = new Tally();
  private final Executor pool;
  private final ParkingLot.Timer timer;
  private final LongSupplier nanoTime;
  private final LongSupplier nowTs;
  private final WaitingRoom waiting;
  private volatile boolean stopping;

  /**
   * Makes a dispatcher.
   *
   * @param pool runs endpoints and reads bodies
   * @param timer ends waits
   * @param nanoTime the clock of {@link Exchange#arrivedNanos}
   * @param nowTs the time, in milliseconds since the epoch
   */
  Dispatcher(Executor pool, ParkingLot.Timer timer, LongSupplier nanoTime, LongSupplier nowTs) {
    this.pool = pool;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.nowTs = nowTs;
    this.waiting = new WaitingRoom(pool, timer, nanoTime);
    this.filters = new Filters(timer);
    goRound();
  }

  /** Looks after endpoints that take long, on the timer's thread: they may have all of the pool. */
  @SuppressWarnings("FutureReturnValueIgnored") // it is over when this stops
  private void goRound() {
    timer.after(
        ROUND.toNanos(),
        () -> {
          live.forEach(InboundCall::lookAfter);
          if (!stopping) {
            goRound();
          }
        });
  }

  void handle(Exchange exchange) {
    if (!gate.enter()) {
      tally.handedBack();
      exchange.handBack();
      return;
    }
    try {
      RequestTarget target = RequestTarget.parse(exchange.target());
      RouteTable.Lookup found = routes.find(exchange.method(), target.segments());
      if (found.route().isPresent()) {
        InboundCall call = new InboundCall(this, exchange, target, found.route().get());
        live.add(call);
        call.start();
      } else {
        refuse(exchange, unrecognized(found.methods()));
      }
    } catch (MatrixException malformed) {
      refuse(exchange, Answer.error(malformed.error()));
    }
  }

  /** Changes what is there, and lets go on whoever waited for it. */
  void services(UnaryOperator<Services> change) {
    services.updateAndGet(change);
    waiting.wakeAll();
  }

  /** Notes what a bundle names in its manifest, in place of what it named before. */
  void declare(Object owner, Set<RouteKey> named, Set<String> filterNames) {
    routes.declare(owner, named);
    filters.declare(owner, filterNames);
    waiting.wakeAll();
  }

  /** Forgets what a bundle named that is gone. */
  void withdraw(Object owner) {
    routes.withdraw(owner);
    filters.withdraw(owner);
    waiting.wakeAll();
  }

  /** Adds a filter, and lets go on whoever waited for it. */
  void add(BoundFilter filter) {
    filters.add(filter);
    waiting.wakeAll();
  }

  /** Opens the way to an endpoint. */
  void add(BoundEndpoint endpoint) {
    patience.renew();
    routes.add(endpoint);
    waiting.wakeAll();
  }

  /**
   * Closes the way to an endpoint and waits for the calls inside it: for all that go in a row no
   * longer than for one.
   */
  void remove(Endpoint endpoint) {
    routes.remove(endpoint).ifPresent(bound -> drain(bound.gate(), bound.key()));
  }

  /** Removes a filter and waits for the calls inside it, as for those inside endpoints. */
  void remove(RequestFilter filter) {
    filters.remove(filter).ifPresent(bound -> drain(bound.gate(), filter));
  }

  /** Hands back what is not inside an endpoint, and finishes what is, within five seconds. */
  void stop() {
    gate.close();
    stopping = true;
    waiting.close().forEach(InboundCall::handBack);
    // Whoever came before the flag is among these, whoever comes after it sees it.
    live.forEach(InboundCall::handBack);
    waiting.letBodiesGo();
    int left = gate.drain(DRAIN);
    if (left > 0) {
      LOG.warn("stopping with {} requests unanswered", left);
    }
    live.forEach(InboundCall::abandon);
  }

  RouteTable routes() {
    return routes;
  }

  Services services() {
    return services.get();
  }

  Filters filters() {
    return filters;
  }

  Tally tally() {
    return tally;
  }

  /** Tells how things stand. */
  JsonObject report() {
    return tally
        .report(waiting, lookUps.all().requests(), admission.all())
        .with("filters_away", String.join(" ", filters.panel().away()));
  }

  List<PeerListener> peerListeners() {
    return peerListeners;
  }

  Admission admission() {
    return admission;
  }

  /** Lets calls in that wait for keys: their senders are not known yet, so they work on nothing. */
  Admission lookUps() {
    return lookUps;
  }

  Gate gate() {
    return gate;
  }

  boolean isStopping() {
    return stopping;
  }

  WaitingRoom waiting() {
    return waiting;
  }

  Executor pool() {
    return pool;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  long nowTs() {
    return nowTs.getAsLong();
  }

  /** Tells who listens that a server was heard from; what they throw is theirs. */
  void heardFrom(ServerName origin) {
    for (PeerListener listener : peerListeners) {
      try {
        listener.heardFrom(origin);
      } catch (RuntimeException failed) {
        LOG.warn("a peer listener failed", failed);
      }
    }
  }

  /** Forgets a call that was answered, handed back or dropped. */
  void ended(InboundCall call) {
    live.remove(call);
  }

  private void drain(Gate going, Object what) {
    Duration limit = patience.begin();
    try {
      int left = going.drain(limit);
      if (left > 0) {
        LOG.warn("{} went with {} calls inside", what, left);
      }
    } finally {
      patience.end();
    }
  }

  private void refuse(Exchange exchange, Answer answer) {
    try {
      exchange.respond(answer);
    } finally {
      gate.leave();
    }
  }

  private static Answer unrecognized(Set<String> methods) {
    if (methods.isEmpty()) {
      return Answer.error(
          new MatrixError(404, MatrixError.UNRECOGNIZED, "there is no such endpoint"));
    }
    MatrixError error =
        new MatrixError(405, MatrixError.UNRECOGNIZED, "the endpoint knows no such method");
    return new Answer(405, Map.of("Allow", String.join(", ", methods)), Body.json(error.toJson()));
  }
}
