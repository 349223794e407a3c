package org.theseus.transport.core;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Exchange;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/**
 * What is done for a request, step by step: its keys found, admitted, read, authenticated,
 * filtered, handed to its endpoint. What is done stays done: after a wait it goes on where it was.
 */
final class Journey {
  private final Dispatcher dispatcher;
  private final InboundCall call;
  private final Exchange exchange;
  private final RequestTarget target;
  private final RouteKey key;
  private final Holding holding;
  private volatile Optional<RequestReader.Keys> keys = Optional.empty();
  private volatile Optional<KeyRing> stoppedRing = Optional.empty();
  private volatile Optional<Route> admitted = Optional.empty();
  private volatile Optional<ServerName> origin = Optional.empty();
  private volatile Optional<JsonValue> body = Optional.empty();
  private volatile boolean filtered;

  Journey(
      Dispatcher dispatcher,
      InboundCall call,
      Exchange exchange,
      RequestTarget target,
      RouteKey key,
      Holding holding) {
    this.dispatcher = dispatcher;
    this.call = call;
    this.exchange = exchange;
    this.target = target;
    this.key = key;
    this.holding = holding;
  }

  /** Tells whether it was authenticated and takes up room with its body. */
  boolean isRead() {
    return body.isPresent();
  }

  /** Tells whether what the next step needs is away, which is no matter of room. */
  boolean isAway() {
    return route().filter(route -> isRead() || isThere(dispatcher.services(), route)).isEmpty();
  }

  /** Tells whether what the next step needs is there, room too. */
  boolean canGoOn() {
    return !isAway() && route().filter(this::hasRoom).isPresent();
  }

  /** Tells how much its client, and who it claims to be, have at work. */
  int load() {
    return holding.load() + (isRead() ? 0 : claimed().map(holding::load).orElse(0));
  }

  /** Does the next step, or parks. */
  void goOn() {
    Optional<Route> route = route();
    if (isRead()) {
      call.run(this::deliver);
    } else if (route.isEmpty() || !isThere(dispatcher.services(), route.get())) {
      call.park();
    } else if (!hasRoom(route.get())) {
      call.parkForRoom();
    } else if (needsKeys(route.get())) {
      if (holding.enterLookUps()) {
        call.run(() -> lookUp(route.get()));
      } else {
        call.parkForRoom();
      }
    } else if (holding.enterWork(bodyBytes(route.get()))) {
      admitted = route;
      call.run(() -> authenticate(route.get()));
    } else {
      call.parkForRoom();
    }
  }

  /**
   * Tells whether there is room for the next step. Whoever claims to be an origin that has enough
   * at work waits with it, unread, but only what is proved to be of that origin counts for it.
   */
  private boolean hasRoom(Route route) {
    if (isRead()) {
      return origin.map(holding::canMoveTo).orElse(true);
    }
    return needsKeys(route)
        ? holding.hasRoomToLook()
        : holding.hasRoomToWork(bodyBytes(route))
            && claimed().map(holding::hasRoomFor).orElse(true);
  }

  private Optional<ServerName> claimed() {
    return keys.map(found -> found.claim().origin());
  }

  private Optional<Route> route() {
    return dispatcher.routes().endpoint(key).map(BoundEndpoint::route);
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
      call.park();
      return;
    }
    reader(services)
        .keys(exchange)
        .whenComplete(
            (found, failure) ->
                call.run(() -> lookedUp(services, found, Failures.unwrap(failure))));
  }

  private void lookedUp(Services services, RequestReader.Keys found, Throwable failure) {
    if (!call.isWorking()) {
      return;
    }
    if (failure == null) {
      keys = Optional.of(found);
      holding.leaveLookUps();
      call.goOn();
    } else if (failure instanceof TransientException) {
      // The key ring is going: whoever comes after it is asked anew.
      stoppedRing = services.keyRing();
      call.park();
    } else {
      call.fail(failure);
    }
  }

  private RequestReader reader(Services services) {
    return new RequestReader(services, dispatcher.pool(), dispatcher::nowTs);
  }

  private void authenticate(Route route) {
    Services services = dispatcher.services();
    if (isPlain(route)) {
      deliver();
      return;
    }
    if (!isThere(services, route)) {
      call.park();
      return;
    }
    reader(services)
        .read(exchange, route, keys, holding, call::isWorking)
        .whenComplete(
            (read, failure) -> call.run(() -> authenticated(read, Failures.unwrap(failure))));
  }

  private void authenticated(RequestReader.Read read, Throwable failure) {
    if (!call.isWorking()) {
      return;
    }
    if (failure == null) {
      origin = read.origin();
      body = read.body();
      origin.ifPresent(dispatcher::heardFrom);
      deliver();
    } else {
      call.fail(failure);
    }
  }

  private void deliver() {
    if (dispatcher.isStopping()) {
      call.handBack();
      return;
    }
    if (!origin.map(holding::moveTo).orElse(true)) {
      call.parkForRoom();
      return;
    }
    Optional<BoundEndpoint> there = dispatcher.routes().endpoint(key);
    if (there.isPresent() && !filtered && !dispatcher.filters().isEmpty()) {
      filter(there.get());
      return;
    }
    if (there.filter(bound -> bound.gate().enter()).isEmpty()) {
      call.park();
      return;
    }
    BoundEndpoint bound = there.get();
    if (!call.enterEndpoint()) {
      bound.gate().leave();
      return;
    }
    ask(bound)
        .whenComplete(
            (answer, failure) -> {
              bound.gate().leave();
              delivered(bound, answer, Failures.unwrap(failure));
            });
  }

  private void filter(BoundEndpoint bound) {
    dispatcher
        .filters()
        .judge(bound.route(), request(bound))
        .whenComplete(
            (answer, failure) -> call.run(() -> filtered(answer, Failures.unwrap(failure))));
  }

  private void filtered(Optional<Answer> answer, Throwable failure) {
    if (!call.isWorking()) {
      return;
    }
    if (failure != null) {
      call.fail(failure);
    } else if (answer.isPresent()) {
      call.answer(answer.get());
    } else {
      filtered = true;
      deliver();
    }
  }

  private CompletionStage<Answer> ask(BoundEndpoint bound) {
    try {
      if (!Optional.of(bound.route()).equals(admitted)) {
        throw new TransientException("the endpoint has changed");
      }
      return bound.endpoint().answer(request(bound)).thenApply(Objects::requireNonNull);
    } catch (RuntimeException | Error failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  private InboundRequest request(BoundEndpoint bound) {
    return new InboundRequest(
        origin, bound.variables(target.segments()), target.query(), body, exchange.remote());
  }

  private void delivered(BoundEndpoint bound, Answer answer, Throwable failure) {
    if (failure instanceof TransientException && wasReplaced(bound)) {
      call.leaveEndpoint();
      call.run(this::deliver);
    } else if (failure instanceof BeingReplacedException) {
      call.leaveEndpoint();
      call.rest();
    } else if (failure == null) {
      call.answer(answer);
    } else {
      call.fail(failure);
    }
  }

  /** What an endpoint cannot do because it is going, the one in its place may. */
  private boolean wasReplaced(BoundEndpoint bound) {
    return dispatcher.routes().endpoint(key).filter(bound::equals).isEmpty();
  }
}
