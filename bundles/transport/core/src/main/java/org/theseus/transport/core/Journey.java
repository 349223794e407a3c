package org.theseus.transport.core;

import java.util.List;
import java.util.Optional;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Exchange;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.Route;

/**
 * What is done for a request, step by step: its keys found, admitted, read, authenticated,
 * delivered. What is done stays done: after a wait it goes on where it was.
 */
final class Journey {
  private final Dispatcher dispatcher;
  private final InboundCall call;
  private final Exchange exchange;
  private final RequestTarget target;
  private final RouteKey key;
  private final Holding holding;
  private final Delivery delivery;
  private volatile Optional<RequestReader.Keys> keys = Optional.empty();
  private volatile Optional<Route> admitted = Optional.empty();
  private volatile Optional<ServerName> origin = Optional.empty();
  private volatile Optional<JsonValue> body = Optional.empty();

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
    this.delivery = new Delivery(dispatcher, call, this, key);
  }

  /** Tells whether it was authenticated and takes up room with its body. */
  boolean isRead() {
    return body.isPresent();
  }

  /** Tells whether what the next step needs is away, which is no matter of room. */
  boolean isAway() {
    return route()
        .filter(route -> isRead() ? mayPass() : isThere(dispatcher.services(), route))
        .isEmpty();
  }

  /** Tells whether what the next step needs is there, room too. */
  ParkingLot.State state() {
    if (isAway()) {
      return ParkingLot.State.AWAY;
    }
    return route().filter(this::hasRoom).isPresent()
        ? ParkingLot.State.READY
        : ParkingLot.State.CROWDED;
  }

  /** Tells what it has in common with others that wait for the same room. */
  Object line() {
    return List.of(holding.who(), claimed(), isRead(), route().filter(this::needsKeys).isPresent());
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
    } else if (needsKeys(route.get())) {
      if (holding.enterLookUps()) {
        call.run(() -> lookUp(route.get()));
      } else {
        call.parkForRoom();
      }
    } else if (isWelcome() && holding.enterWork(bodyBytes(route.get()))) {
      admitted = route;
      call.run(() -> authenticate(route.get()));
    } else {
      call.parkForRoom();
    }
  }

  private boolean hasRoom(Route route) {
    if (isRead()) {
      return origin.map(holding::canMoveTo).orElse(true);
    }
    return needsKeys(route)
        ? holding.hasRoomToLook()
        : isWelcome() && holding.hasRoomToWork(bodyBytes(route));
  }

  /**
   * Tells whether who it claims to be of has room. Whoever claims to be an origin that has its
   * share at work waits with it, unread; but only what is proved to be of that origin counts.
   */
  private boolean isWelcome() {
    return claimed().map(holding::hasRoomFor).orElse(true);
  }

  private Optional<ServerName> claimed() {
    return keys.map(found -> found.claim().origin());
  }

  private Optional<Route> route() {
    return dispatcher.routes().endpoint(key).map(BoundEndpoint::route);
  }

  private boolean isThere(Services services, Route route) {
    return (isPlain(route) || services.areComplete()) && mayPass();
  }

  private boolean mayPass() {
    return delivery.mayPass(dispatcher.filters().panel());
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
      long told = length.isEmpty() ? Long.MAX_VALUE : Long.parseLong(length.get(0));
      return told < 0 ? route.maxBodyBytes() : Math.min(route.maxBodyBytes(), told);
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
            (found, failure) -> call.run(() -> lookedUp(found, Failures.unwrap(failure))));
  }

  private void lookedUp(RequestReader.Keys found, Throwable failure) {
    if (!call.isWorking()) {
      return;
    }
    if (failure == null && found.keys().isEmpty()) {
      // Not 401: a server that is told so would not come back for long.
      ServerName who = found.claim().origin();
      call.fail(new TransientException("the keys of " + who + " cannot be had now"));
    } else if (failure == null) {
      keys = Optional.of(found);
      holding.leaveLookUps();
      call.goOn();
    } else if (failure instanceof TransientException) {
      // The key ring or its store is going, or has much to do: it is asked anew, or who comes
      // after.
      call.rest();
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
      origin.ifPresent(exchange::isFrom);
      origin.ifPresent(dispatcher::heardFrom);
      deliver();
    } else {
      call.fail(failure);
    }
  }

  /** Does the last step, inside the gate. */
  void deliver() {
    if (dispatcher.isStopping()) {
      call.handBack();
    } else if (origin.map(holding::moveTo).orElse(true)) {
      delivery.deliver();
    } else {
      call.parkForRoom();
    }
  }

  /** Looks after the last step, if it takes long. */
  void lookAfter() {
    delivery.lookAfter();
  }

  /** Tells whether it was read as an endpoint wants it. */
  boolean isFor(BoundEndpoint bound) {
    return Optional.of(bound.route()).equals(admitted);
  }

  /** Makes what an endpoint gets. */
  InboundRequest request(BoundEndpoint bound) {
    return new InboundRequest(
        origin, bound.variables(target.segments()), target.query(), body, exchange.remote());
  }
}
