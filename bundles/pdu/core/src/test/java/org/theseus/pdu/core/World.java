package org.theseus.pdu.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.KeyRing;

/**
 * Several servers in one JVM, each on a store of its own, that reach each other through a wire the
 * test holds.
 */
final class World implements AutoCloseable {
  private final Path folder;
  private final Map<ServerName, TestServer> servers = new LinkedHashMap<>();
  private final Set<Set<ServerName>> cuts = ConcurrentHashMap.newKeySet();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile Interceptor interceptor = (origin, request) -> Optional.empty();
  private volatile boolean hidden;
  private final Set<ServerName> silent = ConcurrentHashMap.newKeySet();
  private final Set<ServerName> stalled = ConcurrentHashMap.newKeySet();
  private final AtomicLong clock = new AtomicLong(1_700_000_000_000L);

  World(Path folder) {
    this.folder = folder;
  }

  TestServer server(String name) {
    ServerName serverName = ServerName.of(name);
    TestServer server = new TestServer(this, serverName, folder.resolve(name + ".db"));
    servers.put(serverName, server);
    return server;
  }

  /** Stops a server and starts it again on the same store. */
  TestServer restart(TestServer server) {
    server.close();
    return server(server.name().value());
  }

  TestServer get(ServerName name) {
    return servers.get(name);
  }

  /** Lets nothing through between two servers. */
  void cut(TestServer one, TestServer other) {
    cuts.add(Set.of(one.name(), other.name()));
  }

  void heal() {
    cuts.clear();
  }

  boolean isCut(ServerName one, ServerName other) {
    return cuts.stream().anyMatch(cut -> cut.contains(one) && cut.contains(other));
  }

  /** Answers requests in place of the servers they are for, where the answer is present. */
  void intercept(Interceptor interceptor) {
    this.interceptor = interceptor;
  }

  /** Someone in the middle, or a server that lies. */
  @FunctionalInterface
  interface Interceptor {
    Optional<FederationClient.Response> answer(ServerName origin, FederationClient.Request request);
  }

  /** The paths asked for so far. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Sends everything that is owed, until nobody owes anything, and waits until it is processed. */
  void deliver() {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (TestServer from : List.copyOf(servers.values())) {
        for (TestServer to : List.copyOf(servers.values())) {
          moved |= from != to && from.deliverTo(to);
        }
      }
      servers.values().forEach(TestServer::settle);
    }
  }

  /** Time goes on by itself, so that whatever waits for a time comes to pass. */
  long now() {
    return clock.addAndGet(1);
  }

  void pass(long millis) {
    clock.addAndGet(millis);
  }

  void hideKeys(boolean hide) {
    hidden = hide;
  }

  /** Has a server take requests and never answer. */
  void silence(ServerName server) {
    silent.add(server);
  }

  /** Has nobody answer for a server's keys, ever. */
  void stallKeys(ServerName server) {
    stalled.add(server);
  }

  KeyRing keyRing() {
    return (server, wanted, validAtTs) -> keys(server);
  }

  private CompletionStage<Map<KeyId, VerifyKey>> keys(ServerName server) {
    if (stalled.contains(server)) {
      return new CompletableFuture<>();
    }
    TestKey key = new TestKey(server.value());
    return CompletableFuture.completedFuture(
        hidden ? Map.of() : Map.of(key.keyId(), key.verifyKey()));
  }

  CompletionStage<FederationClient.Response> request(
      ServerName origin, FederationClient.Request request) {
    requests.add(request.path());
    Optional<FederationClient.Response> answer = interceptor.answer(origin, request);
    if (answer.isPresent()) {
      return CompletableFuture.completedFuture(answer.get());
    }
    if (silent.contains(request.destination())) {
      return new CompletableFuture<>();
    }
    TestServer to = servers.get(request.destination());
    return to == null || isCut(origin, request.destination())
        ? CompletableFuture.failedFuture(new TransientException("no such server"))
        : to.answer(origin, request);
  }

  List<EventId> timeline(TestServer server, RoomId room) {
    List<EventId> ids = new ArrayList<>();
    server.rooms().timeline(room, 1_000).forEach(event -> ids.add(event.event().id()));
    return ids;
  }

  @Override
  public void close() {
    servers.values().forEach(TestServer::close);
  }
}
