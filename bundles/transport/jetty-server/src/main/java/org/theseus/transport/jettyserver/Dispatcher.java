package org.theseus.transport.jettyserver;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.support.Gate;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.RequestHandler;

/**
 * Hands requests to the handler there is, or parks them while there is none: on their heads, their
 * bodies unread, without a thread. Safe for many threads; what is parked is guarded by this.
 */
final class Dispatcher {
  /** What a peer that waits for an answer endures, counted from its arrival. */
  static final Duration BUDGET = Duration.ofSeconds(7);

  /** The same for transactions, which are sent with more patience. */
  static final Duration TRANSACTION_BUDGET = Duration.ofSeconds(25);

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final String TRANSACTIONS = "/_matrix/federation/v1/send/";
  private static final Duration DRAIN = Duration.ofSeconds(5);

  /** A handler and the calls inside it. */
  private record Served(RequestHandler handler, Gate gate) {}

  private final int placesPerAddress;
  private final ScheduledExecutorService timer;
  private final Map<JettyExchange, ScheduledFuture<?>> parked = new LinkedHashMap<>();
  private final Map<InetAddress, Integer> places = new HashMap<>();
  private final Map<RequestHandler, Served> bound =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private volatile Served current;

  Dispatcher(int placesPerAddress, ScheduledExecutorService timer) {
    this.placesPerAddress = placesPerAddress;
    this.timer = timer;
  }

  /** Begins to hand requests to a handler, those first that are parked. */
  void bind(RequestHandler handler) {
    Served served = new Served(handler, new Gate());
    bound.put(handler, served);
    current = served;
    for (JettyExchange exchange : takeAll(any -> true)) {
      dispatch(exchange);
    }
  }

  /** Ceases to hand requests to a handler, and waits for calls inside it. */
  void unbind(RequestHandler handler) {
    Served served = bound.remove(handler);
    if (served.equals(current)) {
      current = null;
    }
    int inside = served.gate.drain(DRAIN);
    if (inside > 0) {
      LOG.warn("The request handler goes with {} calls inside", inside);
    }
  }

  /** Hands a request on, or parks it. */
  void dispatch(JettyExchange exchange) {
    Served served = current;
    if (served == null || !served.gate.enter()) {
      park(exchange, served);
      return;
    }
    try {
      exchange.handedTo(served.handler);
      served.handler.handle(exchange);
    } catch (RuntimeException failure) {
      LOG.warn("The request handler failed", failure);
      exchange.respond(Answer.error(JsonErrors.error(HttpStatus.INTERNAL_SERVER_ERROR_500)));
    } finally {
      served.gate.leave();
    }
  }

  /**
   * Parks a request that its handler, about to go, did not answer, or hands it to the next at once.
   */
  void takeBack(JettyExchange exchange) {
    Served served = current;
    if (served != null && served.handler != exchange.handler()) {
      dispatch(exchange);
    } else {
      park(exchange, served);
    }
  }

  /** Answers 503 to whatever of a server is parked. */
  void refuseAll(JettyExchange.Host server) {
    takeAll(exchange -> exchange.isOf(server)).forEach(Dispatcher::refuse);
  }

  /** Tells how many requests are parked. */
  synchronized int parked() {
    return parked.size();
  }

  private void park(JettyExchange exchange, Served refusedBy) {
    long left = exchange.arrivedNanos() + budget(exchange).toNanos() - System.nanoTime();
    if (left <= 0 || !admit(exchange, left)) {
      refuse(exchange);
      return;
    }
    exchange.onGone(() -> take(exchange));
    // A handler may have come before there was anything to find here.
    Served now = current;
    if (now != null && !now.equals(refusedBy) && take(exchange)) {
      dispatch(exchange);
    }
  }

  private synchronized boolean admit(JettyExchange exchange, long nanos) {
    int taken = places.getOrDefault(exchange.remoteAddress(), 0);
    if (taken >= placesPerAddress || timer.isShutdown()) {
      return false;
    }
    places.put(exchange.remoteAddress(), taken + 1);
    exchange.parks();
    parked.put(exchange, timer.schedule(() -> expire(exchange), nanos, TimeUnit.NANOSECONDS));
    return true;
  }

  private void expire(JettyExchange exchange) {
    if (take(exchange)) {
      refuse(exchange);
    }
  }

  private synchronized boolean take(JettyExchange exchange) {
    ScheduledFuture<?> expiry = parked.remove(exchange);
    if (expiry == null) {
      return false;
    }
    expiry.cancel(false);
    exchange.leavesParking();
    places.computeIfPresent(
        exchange.remoteAddress(), (address, taken) -> taken == 1 ? null : taken - 1);
    return true;
  }

  private synchronized List<JettyExchange> takeAll(Predicate<JettyExchange> which) {
    List<JettyExchange> all = new ArrayList<>(parked.keySet());
    all.removeIf(exchange -> !which.test(exchange) || !take(exchange));
    return all;
  }

  private static void refuse(JettyExchange exchange) {
    exchange.respond(Answer.error(JsonErrors.error(HttpStatus.SERVICE_UNAVAILABLE_503)));
  }

  private static Duration budget(JettyExchange exchange) {
    return exchange.method().equals("PUT") && exchange.target().startsWith(TRANSACTIONS)
        ? TRANSACTION_BUDGET
        : BUDGET;
  }
}
