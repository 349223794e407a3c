package org.theseus.transport.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/** A dispatcher on a clock that stands still until told, with everything there but endpoints. */
final class Harness {
  static final ServerName US = ServerName.of("us.example");
  static final long NOW = 1_700_000_000_000L;

  private static final ThreadLocal<Queue<Runnable>> TASKS =
      ThreadLocal.withInitial(ArrayDeque::new);

  final Peer peer = new Peer("peer.example:8448", "ed25519:a_1", 7);
  final List<ServerName> heardFrom = new CopyOnWriteArrayList<>();
  final Dispatcher dispatcher;
  long nanos;

  private final List<Alarm> alarms = new ArrayList<>();
  private long ids;

  private record Alarm(long atNanos, Runnable task, CompletableFuture<Void> handle) {}

  Harness() {
    this(Harness::runInTurn);
  }

  /** Runs tasks on the thread that gives them, each when the one that gave it has ended. */
  private static void runInTurn(Runnable task) {
    Queue<Runnable> tasks = TASKS.get();
    tasks.add(task);
    if (tasks.size() == 1) {
      for (Runnable next = task; next != null; next = tasks.peek()) {
        try {
          next.run();
        } finally {
          tasks.remove();
        }
      }
    }
  }

  Harness(Executor pool) {
    dispatcher = new Dispatcher(pool, this::after, () -> nanos, () -> NOW);
    dispatcher.services(
        services ->
            services
                .with(() -> US)
                .with(ring(Map.of(peer.keyId(), peer.key())))
                .with(Peer.JSON)
                .with(Peer.SIGNED_JSON));
    dispatcher.peerListeners().add(heardFrom::add);
  }

  static KeyRing ring(Map<KeyId, VerifyKey> keys) {
    return (server, wanted, validAt) -> CompletableFuture.completedFuture(keys);
  }

  static Endpoint endpoint(
      Route route, Function<InboundRequest, CompletionStage<Answer>> function) {
    return new Endpoint() {
      @Override
      public Route route() {
        return route;
      }

      @Override
      public CompletionStage<Answer> answer(InboundRequest request) {
        return function.apply(request);
      }
    };
  }

  /** An endpoint that answers what it was asked. */
  static Endpoint echo(Route route) {
    return endpoint(
        route,
        request -> {
          JsonObject.Builder answer = JsonObject.builder();
          request.origin().ifPresent(origin -> answer.put("origin", origin.value()));
          request.variables().forEach(answer::put);
          request.query().forEach((name, values) -> answer.put("?" + name, values.toString()));
          request.body().ifPresent(body -> answer.put("body", body));
          return CompletableFuture.completedFuture(Answer.ok(answer.build()));
        });
  }

  Endpoint add(Endpoint endpoint) {
    dispatcher.add(new BoundEndpoint(endpoint, 0, ids++));
    return endpoint;
  }

  void declare(String method, String path) {
    dispatcher.routes().declare(path, Set.of(RouteKey.of(method, path)));
  }

  FakeExchange handle(FakeExchange exchange) {
    dispatcher.handle(exchange);
    return exchange;
  }

  FakeExchange signed(String method, String target) {
    return new FakeExchange(method, target)
        .header("Authorization", peer.header(method, target, US, Optional.empty()));
  }

  FakeExchange signed(String method, String target, String body) {
    JsonValue content = Peer.JSON.read(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return new FakeExchange(method, target)
        .body(body)
        .header("Authorization", peer.header(method, target, US, Optional.of(content)));
  }

  /** Lets time pass and what is due happen. */
  void pass(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    List<Alarm> due = alarms.stream().filter(alarm -> alarm.atNanos() <= nanos).toList();
    alarms.removeAll(due);
    due.stream()
        .filter(alarm -> !alarm.handle().isCancelled())
        .sorted(Comparator.comparingLong(Alarm::atNanos))
        .forEach(alarm -> alarm.task().run());
  }

  private synchronized CompletableFuture<Void> after(long wait, Runnable task) {
    CompletableFuture<Void> handle = new CompletableFuture<>();
    alarms.add(new Alarm(nanos + wait, task, handle));
    return handle;
  }
}
