package org.theseus.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.KeyRing.Found;
import org.theseus.transport.api.KeyRing.Wanted;
import org.theseus.transport.api.ResolvedServer;

/** Many servers, of which some hang, and notaries, of which some lie. */
class NotariesTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long NOW = 1_700_000_000_000L;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final ServerName NOTARY = ServerName.of("notary.example");
  private static final ServerName PEER = ServerName.of("peer.example");
  private static final KeyId A = KeyId.of("ed25519:a");
  private static final KeyId B = KeyId.of("ed25519:b");

  private final MemoryDatabase database = new MemoryDatabase();
  private final Queue<HttpTransport.Request> requests = new ConcurrentLinkedQueue<>();
  private final Map<ServerName, Function<HttpTransport.Request, JsonObject>> servers =
      new ConcurrentHashMap<>();
  private final KeyServer notary = server("notary.example").key("ed25519:n", 77);
  private final KeyServer peer = server("peer.example").key("ed25519:a", 1);
  private final AtomicLong nowTs = new AtomicLong(NOW);
  private final AtomicLong nanos = new AtomicLong();
  private final RemoteKeys ring =
      new RemoteKeys(
          ServerName.of("us.example"),
          database,
          new RemoteKeys.Network(
              name ->
                  CompletableFuture.completedFuture(
                      new ResolvedServer(
                          name,
                          List.of(new InetSocketAddress("192.0.2.1", 8448)),
                          name.value(),
                          name.value())),
              this::send,
              KeyServer.JSON,
              KeyServer.SIGNED_JSON),
          new RemoteKeys.Clock(nowTs::get, nanos::get, () -> 1),
          LONG);

  @AfterEach
  void stop() {
    ring.stop();
  }

  private static KeyServer server(String name) {
    return new KeyServer(name).validUntil(NOW + DAY);
  }

  /** A server that hangs is one whose name says so; one that nobody started is not reached. */
  private CompletionStage<HttpTransport.Response> send(HttpTransport.Request request) {
    requests.add(request);
    ServerName name = request.target().server();
    if (name.value().startsWith("hangs")) {
      return new CompletableFuture<>();
    }
    return Optional.ofNullable(servers.get(name))
        .map(its -> CompletableFuture.completedFuture(its.apply(request).toString()))
        .orElseGet(() -> CompletableFuture.failedFuture(new TransientException("away")))
        .thenApply(body -> KeyServer.response(200, body));
  }

  private void starts(ServerName name, JsonObject published) {
    servers.put(name, request -> published);
  }

  /** Starts the notary, which knows these lists. */
  private void notaryKnows(JsonObject... lists) {
    ring.notaries(List.of(NOTARY));
    servers.put(
        NOTARY,
        request ->
            request.method().equals("GET")
                ? notary.answer()
                : JsonObject.EMPTY.with("server_keys", new JsonArray(List.of(lists))));
  }

  private JsonObject noted(JsonObject list) {
    return KeyServer.SIGNED_JSON.sign(
        list, NOTARY, new SeedSigner(KeyId.of("ed25519:n"), KeyServer.seed(77), KeyServer.ED25519));
  }

  private Map<KeyId, VerifyKey> find(KeyId... wanted) {
    return ring.find(PEER, Set.of(wanted), nowTs.get()).toCompletableFuture().join();
  }

  private long asked(String method) {
    return requests.stream().filter(request -> request.method().equals(method)).count();
  }

  private static JsonObject body(HttpTransport.Request request) {
    try (InputStream in = request.body().orElseThrow().open()) {
      return KeyServer.JSON.readObject(in.readAllBytes());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  @Test
  void whereTheServerCannotBeReachedItsNotaryIs() {
    notaryKnows(noted(peer.answer()));

    assertThat(find(A).get(A).publicKey()).isEqualTo(KeyServer.publicKey(1));

    HttpTransport.Request question =
        requests.stream().filter(request -> request.method().equals("POST")).findAny().get();
    assertThat(question.path()).isEqualTo("/_matrix/key/v2/query");
    assertThat(question.target().server()).isEqualTo(NOTARY);
    assertThat(body(question).toString())
        .isEqualTo(
            "{\"server_keys\":{\"peer.example\":{\"ed25519:a\":{\"minimum_valid_until_ts\":%d}}}}"
                .formatted(NOW));
    assertThat(database.list(PEER))
        .get()
        .satisfies(
            list -> {
              assertThat(list.source()).isEqualTo(NOTARY);
              assertThat(KeyServer.JSON.readObject(list.json())).isEqualTo(peer.answer());
            });
  }

  @Test
  void theServerItselfIsBelievedFirst() {
    starts(PEER, peer.answer());
    notaryKnows();

    assertThat(find(A)).containsOnlyKeys(A);
    assertThat(asked("POST")).isZero();
  }

  /** What a notary may try. */
  private enum Lie {
    UNSIGNED,
    SIGNED_BY_ANOTHER,
    ORIGIN_UNSIGNED,
    ORIGIN_TAMPERED,
    OF_ANOTHER_SERVER,
    NO_KEYS
  }

  @ParameterizedTest
  @EnumSource
  void aNotaryThatLiesIsNotBelieved(Lie lie) {
    SeedSigner false77 =
        new SeedSigner(KeyId.of("ed25519:n"), KeyServer.seed(78), KeyServer.ED25519);
    notaryKnows(
        switch (lie) {
          case UNSIGNED -> peer.answer();
          case SIGNED_BY_ANOTHER -> KeyServer.SIGNED_JSON.sign(peer.answer(), NOTARY, false77);
          case ORIGIN_UNSIGNED -> noted(peer.unsigned());
          case ORIGIN_TAMPERED ->
              noted(peer.answer().with("valid_until_ts", new JsonNumber("1800000000000")));
          case OF_ANOTHER_SERVER -> noted(server("other.example").key("ed25519:a", 2).answer());
          case NO_KEYS -> JsonObject.EMPTY;
        });

    assertThat(find(A)).isEmpty();
    assertThat(database.find(PEER)).isEmpty();
    assertThat(database.find(ServerName.of("other.example"))).isEmpty();
    assertThat(asked("POST")).isEqualTo(1);
  }

  @Test
  void theNextNotaryIsAskedForWhatTheFirstHasNot() {
    notaryKnows(noted(peer.answer()));
    ServerName poor = ServerName.of("poor.example");
    starts(poor, JsonObject.EMPTY.with("server_keys", JsonArray.EMPTY));
    ring.notaries(List.of(poor, ServerName.of("away.example"), NOTARY));

    assertThat(find(A)).containsOnlyKeys(A);
    assertThat(asked("POST")).isEqualTo(3);
  }

  @Test
  void manyServersAreAskedForTogetherAndTheRestIsAskedThemselves() {
    Map<ServerName, Wanted> wanted = new HashMap<>();
    JsonObject[] known = new JsonObject[20];
    for (int i = 0; i < 20; i++) {
      known[i] = noted(server("s" + i + ".example").key("ed25519:a", i).answer());
      wanted.put(ServerName.of("s" + i + ".example"), new Wanted(Set.of(A), NOW));
    }
    wanted.put(PEER, new Wanted(Set.of(A), NOW));
    starts(PEER, peer.answer());
    notaryKnows(known);

    ring.find("asker.example", wanted, LONG)
        .forEach(
            (server, found) ->
                assertThat(found.toCompletableFuture().join().keys()).containsOnlyKeys(A));

    // Together is what comes within milliseconds: one question, or a few on a machine that halts.
    assertThat(asked("POST")).isBetween(1L, 4L);
    // The notary for its own key, and who it knows nothing of.
    assertThat(requests.stream().filter(request -> request.method().equals("GET")))
        .extracting(request -> request.target().server())
        .containsExactlyInAnyOrder(NOTARY, PEER);
  }

  @Test
  void anOldListFromANotaryTakesNothingBack() {
    starts(PEER, server("peer.example").key("ed25519:b", 2).old("ed25519:a", 1, NOW - 5).answer());
    find(B);
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    servers.remove(PEER);
    KeyServer older = new KeyServer("peer.example").validUntil(NOW + DAY - 9);
    notaryKnows(noted(older.key("ed25519:a", 1).key("ed25519:0", 9).answer()));

    Map<KeyId, VerifyKey> found = find(KeyId.of("ed25519:0"));

    assertThat(found).containsOnlyKeys(A, B, KeyId.of("ed25519:0"));
    assertThat(found.get(A).expired()).isTrue();
    assertThat(found.get(A).validUntilTs()).isEqualTo(NOW - 5);
    assertThat(database.list(PEER).orElseThrow().source()).isEqualTo(PEER);
  }

  @Test
  void aKeyThatTheServerNoLongerListsIsGoodUntilNow() {
    starts(PEER, peer.answer());
    find(A);
    starts(PEER, server("peer.example").key("ed25519:b", 2).answer());
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    nowTs.addAndGet(60_000);

    Map<KeyId, VerifyKey> found = find(B);

    assertThat(found.get(A).validUntilTs()).isEqualTo(nowTs.get());
    assertThat(found.get(B).validUntilTs()).isEqualTo(NOW + DAY);
  }

  @Test
  void whatIsInUseIsAskedForBeforeItsTimeIsOver() {
    starts(PEER, peer.answer());
    find(A);
    nowTs.addAndGet(DAY * 2 / 3);
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    starts(PEER, server("peer.example").validUntil(NOW + 3 * DAY).key("ed25519:a", 1).answer());

    assertThat(find(A)).containsOnlyKeys(A);

    await(() -> database.find(PEER).get(0).validUntilTs() == NOW + 3 * DAY);
    assertThat(find(A)).containsOnlyKeys(A);
    assertThat(requests).hasSize(2);
  }

  @Test
  void whoNamesManyServersThatHangDelaysNobodyElse() {
    Map<ServerName, Wanted> hanging = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      hanging.put(ServerName.of("hangs" + i + ".example"), new Wanted(Set.of(A), NOW));
    }
    hanging.put(PEER, new Wanted(Set.of(A), NOW));
    starts(PEER, peer.answer());
    ring.find("hostile.example", hanging, LONG);
    await(() -> requests.size() >= 32);

    // Somebody else wants the same, and something else.
    ServerName good = ServerName.of("good.example");
    starts(good, server("good.example").key("ed25519:a", 5).answer());
    long before = System.nanoTime();
    Map<ServerName, CompletionStage<Found>> found =
        ring.find(
            "honest.example",
            Map.of(PEER, new Wanted(Set.of(A), NOW), good, new Wanted(Set.of(A), NOW)),
            LONG);

    assertThat(found.get(PEER).toCompletableFuture().join().keys()).containsOnlyKeys(A);
    assertThat(found.get(good).toCompletableFuture().join().keys()).containsOnlyKeys(A);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
    assertThat(requests.stream().filter(one -> one.target().server().value().startsWith("hangs")))
        .hasSize(32);
    assertThat(ring.report().integer("waiting_for_servers").orElseThrow()).isLessThan(10_000);
  }

  @Test
  void aServerWithEverNewKeysIsNotListenedToWithoutEnd() {
    for (int round = 0; round < 8; round++) {
      KeyServer many = server("peer.example").key("ed25519:a", 1);
      for (int i = 0; i < 180; i++) {
        many.old("ed25519:old" + round + "_" + i, 3, NOW);
      }
      starts(PEER, many.answer());
      nanos.addAndGet(Duration.ofMinutes(1).toNanos());
      find(KeyId.of("ed25519:missing"));
    }

    List<StoredKey> stored = database.find(PEER);
    assertThat(stored).hasSizeBetween(900, 1_000);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
