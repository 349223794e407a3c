package org.theseus.transport.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Exchange;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/**
 * One request on its way: admitted, authenticated, read, handed to its endpoint, answered. It is
 * worked on by one thread at a time; between {@link #start} and its end it is inside the
 * dispatcher's gate, except while it is parked unread.
 */
final class InboundCall implements ParkingLot.Parked {
  private static final Logger LOG = LoggerFactory.getLogger(InboundCall.class);

  /** From the connection's acceptance to the answer's first byte. */
  private static final Duration BUDGET = Duration.ofSeconds(7);

  /** Senders of transactions are patient. */
  private static final Duration SEND_BUDGET = Duration.ofSeconds(25);

  private static final RouteKey SEND = RouteKey.of("PUT", "/_matrix/federation/v1/send/{txnId}");

  private final Dispatcher dispatcher;
  private final Exchange exchange;
  private final RequestTarget target;
  private final RouteKey key;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile boolean gone;
  private volatile boolean isRead;
  private volatile Optional<Route> admitted = Optional.empty();
  private volatile Optional<KeyRing> stoppedRing = Optional.empty();
  private volatile Optional<ServerName> origin = Optional.empty();
  private volatile Optional<JsonValue> body = Optional.empty();

  InboundCall(Dispatcher dispatcher, Exchange exchange, RequestTarget target, RouteKey key) {
    this.dispatcher = dispatcher;
    this.exchange = exchange;
    this.target = target;
    this.key = key;
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
    Optional<Route> route = dispatcher.routes().endpoint(key).map(BoundEndpoint::route);
    return route.isPresent()
        && (isRead
            || (isThere(dispatcher.services(), route.get())
                && dispatcher.admission().hasRoom(bodyBytes(route.get()))));
  }

  @Override
  public void resume() {
    if (isRead) {
      run(this::call);
    } else if (dispatcher.gate().enter()) {
      start();
    } else {
      handBack();
    }
  }

  @Override
  public void expire() {
    if (isRead || dispatcher.gate().enter()) {
      fail(new TransientException("a part of this server is being replaced"));
    } else {
      handBack();
    }
  }

  /** Begins, inside the gate, or parks and leaves it. */
  void start() {
    Optional<Route> route = dispatcher.routes().endpoint(key).map(BoundEndpoint::route);
    if (route.isPresent()
        && isThere(dispatcher.services(), route.get())
        && dispatcher.admission().enter(bodyBytes(route.get()))) {
      admitted = route;
      run(() -> authenticate(route.get()));
    } else {
      parkUnread();
    }
  }

  /**
   * Gives the request back to the listener; only while the body is unread and the gate was left.
   */
  void handBack() {
    if (ended.compareAndSet(false, true)) {
      dispatcher.ended(this);
      exchange.handBack();
    }
  }

  /** Answers in spite of all, since the router stops. */
  void abandon() {
    fail(new TransientException("the router is being replaced"));
  }

  private boolean isThere(Services services, Route route) {
    return isPlain(route) || (services.areComplete() && !services.keyRing().equals(stoppedRing));
  }

  /** Neither signature nor body: nothing is needed but the endpoint. */
  private static boolean isPlain(Route route) {
    return !route.signed() && route.maxBodyBytes() == 0;
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

  private void authenticate(Route route) {
    Services services = dispatcher.services();
    if (isPlain(route)) {
      call();
    } else if (!isThere(services, route)) {
      parkUnread();
    } else if (!route.signed()) {
      readBody(route, services, this::call);
    } else {
      findKeys(route, services);
    }
  }

  private void findKeys(Route route, Services services) {
    Claim claim = Claim.of(exchange.headers(XMatrix.HEADER), services.self().orElseThrow().name());
    KeyRing ring = services.keyRing().orElseThrow();
    then(
        ring.find(claim.origin(), claim.signatures().keySet(), dispatcher.nowTs()),
        (found, failure) -> {
          if (failure instanceof TransientException) {
            stoppedRing = Optional.of(ring);
            parkUnread();
          } else {
            rethrow(failure);
            Map<KeyId, VerifyKey> keys = claim.current(found, dispatcher.nowTs());
            readBody(route, services, () -> verify(services, claim, keys));
          }
        });
  }

  private void readBody(Route route, Services services, Runnable next) {
    if (route.maxBodyBytes() == 0) {
      next.run();
      return;
    }
    then(
        exchange.readBody(route.maxBodyBytes()),
        (stream, failure) -> {
          if (failure instanceof IOException) {
            throw incomplete();
          }
          rethrow(failure);
          isRead = true;
          body = parse(stream, route.maxBodyBytes(), services.json().orElseThrow());
          next.run();
        });
  }

  private static Optional<JsonValue> parse(InputStream stream, long maxBytes, JsonReader json) {
    try (PushbackInputStream in = new PushbackInputStream(stream)) {
      int first = in.read();
      if (first < 0) {
        return Optional.empty();
      }
      in.unread(first);
      return Optional.of(json.read(in, maxBytes));
    } catch (IOException broken) {
      throw incomplete();
    }
  }

  private static MatrixException incomplete() {
    return new MatrixException(408, MatrixError.UNKNOWN, "the body did not arrive");
  }

  private void verify(Services services, Claim claim, Map<KeyId, VerifyKey> keys) {
    ServerName self = services.self().orElseThrow().name();
    claim.verify(
        XMatrix.signedObject(exchange.method(), exchange.target(), claim.origin(), self, body),
        keys,
        services.signedJson().orElseThrow());
    origin = Optional.of(claim.origin());
    dispatcher.heardFrom(claim.origin());
    call();
  }

  private void call() {
    Optional<BoundEndpoint> there =
        dispatcher.routes().endpoint(key).filter(bound -> bound.gate().enter());
    if (there.isEmpty()) {
      if (isRead) {
        parkRead();
      } else {
        parkUnread();
      }
      return;
    }
    BoundEndpoint bound = there.get();
    ask(bound)
        .whenComplete(
            (answer, failure) -> {
              bound.gate().leave();
              Throwable cause = unwrap(failure);
              if (cause instanceof TransientException && wasReplaced(bound)) {
                run(this::call);
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
    } catch (RuntimeException | LinkageError failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  /** What an endpoint cannot do because it is going, the one in its place may. */
  private boolean wasReplaced(BoundEndpoint bound) {
    return dispatcher.routes().endpoint(key).filter(bound::equals).isEmpty();
  }

  private void parkUnread() {
    leaveAdmission();
    watch();
    switch (dispatcher.unread().park(this)) {
      case PARKED -> {
        dispatcher.gate().leave();
        dropIfGone();
      }
      case CLOSED -> {
        dispatcher.gate().leave();
        handBack();
      }
      case FULL ->
          answer(
              Answer.error(
                  new MatrixError(
                      429, MatrixError.LIMIT_EXCEEDED, "too many requests of yours are waiting")));
    }
  }

  private void parkRead() {
    watch();
    if (dispatcher.read().park(this) == ParkingLot.Outcome.PARKED) {
      dropIfGone();
    } else {
      abandon();
    }
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
    if (!gone) {
      return;
    }
    boolean wasRead = dispatcher.read().remove(this);
    if ((wasRead || dispatcher.unread().remove(this)) && ended.compareAndSet(false, true)) {
      dispatcher.ended(this);
      leaveAdmission();
      if (wasRead) {
        dispatcher.gate().leave();
      }
    }
  }

  private void fail(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof MatrixException refused) {
      LOG.debug("{} refused: {}", key, refused.getMessage());
      answer(Answer.error(refused.error()));
    } else if (cause instanceof TransientException) {
      LOG.debug("{} put off: {}", key, cause.getMessage());
      answer(Answer.error(new MatrixError(503, MatrixError.UNKNOWN, cause.getMessage())));
    } else {
      LOG.warn("{} failed", key, cause);
      answer(Answer.error(new MatrixError(500, MatrixError.UNKNOWN, "this server has a fault")));
    }
  }

  private void answer(Answer answer) {
    if (!ended.compareAndSet(false, true)) {
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

  private void leaveAdmission() {
    admitted.ifPresent(route -> dispatcher.admission().leave(bodyBytes(route)));
    admitted = Optional.empty();
    dispatcher.wake();
  }

  private <T> void then(CompletionStage<T> stage, BiConsumer<T, Throwable> next) {
    stage.whenComplete((value, failure) -> run(() -> next.accept(value, unwrap(failure))));
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
                } catch (RuntimeException | LinkageError failed) {
                  fail(failed);
                }
              });
    } catch (RejectedExecutionException stopped) {
      abandon();
    }
  }

  private static void rethrow(Throwable failure) {
    if (failure != null) {
      throw new CompletionException(failure);
    }
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
