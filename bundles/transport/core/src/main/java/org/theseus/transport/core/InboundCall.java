package org.theseus.transport.core;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Exchange;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/**
 * One request on its way: its keys found, admitted, read, authenticated, handed to its endpoint,
 * answered. It is worked on by one thread at a time. While it is worked on it is inside the
 * dispatcher's gate; whoever takes it to its next stage answers for leaving that.
 */
final class InboundCall implements ParkingLot.Parked {
  private static final Logger LOG = LoggerFactory.getLogger(InboundCall.class);

  /** From the connection's acceptance to the answer's first byte. */
  private static final Duration BUDGET = Duration.ofSeconds(7);

  /** Senders of transactions are patient. */
  private static final Duration SEND_BUDGET = Duration.ofSeconds(25);

  /** Between two calls of an endpoint behind which something is away. */
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
  private final RequestTarget target;
  private final RouteKey key;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WORKING);
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile boolean gone;
  private volatile long restedNanos;
  private volatile Optional<Route> admitted = Optional.empty();
  private volatile boolean looking;
  private volatile Optional<RequestReader.Keys> keys = Optional.empty();
  private volatile Optional<KeyRing> stoppedRing = Optional.empty();
  private volatile Optional<ServerName> origin = Optional.empty();
  private volatile Optional<JsonValue> body = Optional.empty();

  InboundCall(Dispatcher dispatcher, Exchange exchange, RequestTarget target, RouteKey key) {
    this.dispatcher = dispatcher;
    this.exchange = exchange;
    this.target = target;
    this.key = key;
    this.restedNanos = dispatcher.nanoTime();
  }

  @Override
  public InetAddress client() {
    return exchange.remote().getAddress();
  }

  @Override
  public long deadlineNanos() {
    return exchange.arrivedNanos() + (key.equals(SEND) ? SEND_BUDGET : BUDGET).toNanos();
  }

  @Override
  public boolean isReady() {
    if (dispatcher.nanoTime() - restedNanos < 0) {
      return false;
    }
    Optional<Route> route = dispatcher.routes().endpoint(key).map(BoundEndpoint::route);
    return route.isPresent()
        && (isRead()
            || (isThere(dispatcher.services(), route.get())
                && (needsKeys(route.get())
                    ? dispatcher.lookUps().hasRoom(client(), 0)
                    : dispatcher.admission().hasRoom(client(), bodyBytes(route.get())))));
  }

  @Override
  public void resume() {
    if (reenter()) {
      if (isRead()) {
        run(this::call);
      } else {
        start();
      }
    }
  }

  @Override
  public void expire() {
    if (reenter()) {
      fail(new TransientException("a part of this server is being replaced"));
    }
  }

  /** Begins, inside the gate, or parks and leaves it. */
  void start() {
    if (dispatcher.isStopping()) {
      handBack();
      return;
    }
    Optional<Route> route = dispatcher.routes().endpoint(key).map(BoundEndpoint::route);
    if (route.isEmpty() || !isThere(dispatcher.services(), route.get())) {
      park();
    } else if (needsKeys(route.get())) {
      if (dispatcher.lookUps().enter(client(), 0)) {
        looking = true;
        run(() -> lookUp(route.get()));
      } else {
        park();
      }
    } else if (dispatcher.admission().enter(client(), bodyBytes(route.get()))) {
      admitted = route;
      run(() -> authenticate(route.get()));
    } else {
      park();
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

  private boolean isThere(Services services, Route route) {
    return isPlain(route) || (services.areComplete() && !services.keyRing().equals(stoppedRing));
  }

  /** Neither signature nor body: nothing is needed but the endpoint. */
  private static boolean isPlain(Route route) {
    return !route.signed() && route.maxBodyBytes() == 0;
  }

  private boolean needsKeys(Route route) {
    return route.signed() && keys.isEmpty();
  }

  private long bodyBytes(Route route) {
    List<String> length = exchange.headers("Content-Length");
    try {
      return length.isEmpty()
          ? route.maxBodyBytes()
          : Math.min(route.maxBodyBytes(), Long.parseUnsignedLong(length.get(0)));
    } catch (NumberFormatException odd) {
      return route.maxBodyBytes();
    }
  }

  private void lookUp(Route route) {
    Services services = dispatcher.services();
    if (!isThere(services, route)) {
      park();
      return;
    }
    reader(services)
        .keys(exchange)
        .whenComplete(
            (found, failure) -> run(() -> lookedUp(services, found, Failures.unwrap(failure))));
  }

  private void lookedUp(Services services, RequestReader.Keys found, Throwable failure) {
    if (!isWorking()) {
      return;
    }
    if (failure == null) {
      keys = Optional.of(found);
      leaveLookUps();
      start();
    } else if (failure instanceof TransientException) {
      // The key ring is going: whoever comes after it is asked anew.
      stoppedRing = services.keyRing();
      park();
    } else {
      fail(failure);
    }
  }

  private RequestReader reader(Services services) {
    return new RequestReader(services, dispatcher.pool(), dispatcher::nowTs);
  }

  private void authenticate(Route route) {
    Services services = dispatcher.services();
    if (isPlain(route)) {
      call();
      return;
    }
    if (!isThere(services, route)) {
      park();
      return;
    }
    reader(services)
        .read(exchange, route, keys, this::isWorking)
        .whenComplete((read, failure) -> run(() -> authenticated(read, Failures.unwrap(failure))));
  }

  private void authenticated(RequestReader.Read read, Throwable failure) {
    if (!isWorking()) {
      return;
    }
    if (failure == null) {
      origin = read.origin();
      body = read.body();
      origin.ifPresent(dispatcher::heardFrom);
      call();
    } else {
      fail(failure);
    }
  }

  private void call() {
    if (dispatcher.isStopping()) {
      handBack();
      return;
    }
    Optional<BoundEndpoint> there =
        dispatcher.routes().endpoint(key).filter(bound -> bound.gate().enter());
    if (there.isEmpty()) {
      park();
      return;
    }
    BoundEndpoint bound = there.get();
    if (!stage.compareAndSet(Stage.WORKING, Stage.CALLED)) {
      bound.gate().leave();
      return;
    }
    ask(bound)
        .whenComplete(
            (answer, failure) -> {
              bound.gate().leave();
              Throwable cause = Failures.unwrap(failure);
              if (cause instanceof TransientException && wasReplaced(bound)) {
                stage.compareAndSet(Stage.CALLED, Stage.WORKING);
                run(this::call);
              } else if (cause instanceof BeingReplacedException) {
                stage.compareAndSet(Stage.CALLED, Stage.WORKING);
                rest();
              } else if (cause == null) {
                answer(answer);
              } else {
                fail(cause);
              }
            });
  }

  private CompletionStage<Answer> ask(BoundEndpoint bound) {
    try {
      if (!Optional.of(bound.route()).equals(admitted)) {
        throw new TransientException("the endpoint has changed");
      }
      InboundRequest request =
          new InboundRequest(
              origin, bound.variables(target.segments()), target.query(), body, exchange.remote());
      return bound.endpoint().answer(request).thenApply(Objects::requireNonNull);
    } catch (RuntimeException | Error failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  /** What an endpoint cannot do because it is going, the one in its place may. */
  private boolean wasReplaced(BoundEndpoint bound) {
    return dispatcher.routes().endpoint(key).filter(bound::equals).isEmpty();
  }

  /** Something behind the endpoint is away, and nothing was done: it is asked again soon. */
  private void rest() {
    restedNanos = dispatcher.nanoTime() + REST.toNanos();
    dispatcher.wakeAfter(REST);
    park();
  }

  /** Leaves the gate until what is missing is there; what a read body takes up it keeps. */
  private void park() {
    watch();
    if (!stage.compareAndSet(Stage.WORKING, Stage.PARKED)) {
      return;
    }
    if (!isRead()) {
      leaveAdmission();
    }
    switch (dispatcher.parked().park(this)) {
      case PARKED -> {
        dispatcher.gate().leave();
        dropIfGone();
      }
      case CLOSED -> {
        handBack();
        dispatcher.gate().leave();
      }
      case FULL -> {
        if (reenter()) {
          answer(
              Answer.error(
                  new MatrixError(
                      429, MatrixError.LIMIT_EXCEEDED, "too many requests of yours are waiting")));
        }
        dispatcher.gate().leave();
      }
    }
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

  private void watch() {
    if (watched.compareAndSet(false, true)) {
      exchange.onGone(
          () -> {
            gone = true;
            dropIfGone();
          });
    }
  }

  private void dropIfGone() {
    if (gone
        && dispatcher.parked().remove(this)
        && stage.compareAndSet(Stage.PARKED, Stage.ENDED)) {
      dispatcher.ended(this);
      leaveAdmission();
    }
  }

  private void fail(Throwable failure) {
    answer(Failures.answer(key, failure));
  }

  private void answer(Answer answer) {
    if (!stage.compareAndSet(Stage.WORKING, Stage.ENDED)
        && !stage.compareAndSet(Stage.CALLED, Stage.ENDED)) {
      return;
    }
    dispatcher.ended(this);
    leaveAdmission();
    try {
      exchange.respond(answer).whenComplete((done, failed) -> dispatcher.gate().leave());
    } catch (RuntimeException failed) {
      dispatcher.gate().leave();
      LOG.warn("{} could not be answered", key, failed);
    }
  }

  private boolean isWorking() {
    return stage.get() == Stage.WORKING;
  }

  /** Tells whether it was authenticated and takes up room with its body. */
  private boolean isRead() {
    return body.isPresent();
  }

  private void leaveLookUps() {
    if (looking) {
      looking = false;
      dispatcher.lookUps().leave(client(), 0);
      dispatcher.wake();
    }
  }

  private void leaveAdmission() {
    leaveLookUps();
    admitted.ifPresent(route -> dispatcher.admission().leave(client(), bodyBytes(route)));
    admitted = Optional.empty();
    dispatcher.wake();
  }

  /** Runs a step on the pool; whatever it throws ends the request. */
  private void run(Runnable step) {
    try {
      dispatcher
          .pool()
          .execute(
              () -> {
                try {
                  step.run();
                } catch (RuntimeException | Error failed) {
                  fail(failed);
                }
              });
    } catch (RejectedExecutionException stopped) {
      abandon();
    }
  }
}
