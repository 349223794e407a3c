package org.theseus.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.KeyList;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.KeyRing.Wanted;
import org.theseus.transport.api.OwnKeys;
import org.theseus.transport.api.ResolvedServer;

/** We as a notary, asked as the specification has it and by a key ring of our own kind. */
class NotaryTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long NOW = 1_700_000_000_000L;
  private static final ServerName US = ServerName.of("us.example");
  private static final ServerName PEER = ServerName.of("peer.example");
  private static final KeyId A = KeyId.of("ed25519:a");
  private static final SeedSigner OURS =
      new SeedSigner(KeyId.of("ed25519:n"), KeyServer.seed(77), KeyServer.ED25519);

  private final Queue<ServerName> asked = new ConcurrentLinkedQueue<>();
  private final Map<ServerName, String> servers = new ConcurrentHashMap<>();
  private final AtomicLong nowTs = new AtomicLong(NOW);
  private final AtomicLong nanos = new AtomicLong();
  private final RemoteKeys ring = ring(US, this::send);
  private final OwnKeys ownKeys = () -> OURS;
  private final MemoryDatabase ours = new MemoryDatabase();
  private final Notary notary = notary(ring);
  private final KeyServer peer =
      new KeyServer("peer.example").validUntil(NOW + 4 * HOUR).key("ed25519:a", 1);

  @AfterEach
  void stop() {
    ring.stop();
  }

  private Notary notary(KeyLists lists) {
    OwnKeyList own = new OwnKeyList(US, ownKeys, ours, KeyServer.SIGNED_JSON, nowTs::get);
    return new Notary(lists, own, ownKeys, US, KeyServer.SIGNED_JSON, KeyServer.JSON, nowTs::get);
  }

  private RemoteKeys ring(ServerName self, HttpTransport http) {
    return new RemoteKeys(
        self,
        new MemoryDatabase(),
        new RemoteKeys.Network(
            name ->
                CompletableFuture.completedFuture(
                    new ResolvedServer(
                        name,
                        List.of(new InetSocketAddress("192.0.2.1", 8448)),
                        name.value(),
                        name.value())),
            http,
            KeyServer.JSON,
            KeyServer.SIGNED_JSON),
        new RemoteKeys.Clock(nowTs::get, nanos::get, () -> 1),
        Duration.ofSeconds(30));
  }

  private CompletionStage<HttpTransport.Response> send(HttpTransport.Request request) {
    ServerName name = request.target().server();
    asked.add(name);
    return servers.containsKey(name)
        ? CompletableFuture.completedFuture(KeyServer.response(200, servers.get(name)))
        : CompletableFuture.failedFuture(new TransientException("away"));
  }

  private List<JsonObject> get(String server, Map<String, List<String>> query) {
    return told(
        new NotaryEndpoint(notary, nowTs::get)
            .answer(request(Map.of("serverName", server), query, Optional.empty())));
  }

  private List<JsonObject> post(JsonObject body) {
    return told(
        new NotaryBatchEndpoint(notary, nowTs::get)
            .answer(request(Map.of(), Map.of(), Optional.of(body))));
  }

  private static InboundRequest request(
      Map<String, String> variables, Map<String, List<String>> query, Optional<JsonObject> body) {
    return new InboundRequest(
        Optional.empty(),
        variables,
        query,
        body.map(json -> json),
        new InetSocketAddress("192.0.2.9", 1));
  }

  private static List<JsonObject> told(CompletionStage<Answer> answer) {
    Answer given = answer.toCompletableFuture().join();
    assertThat(given.status()).isEqualTo(200);
    return json(given).array("server_keys").orElseThrow().objects();
  }

  private static JsonObject json(Answer answer) {
    try (InputStream body = answer.body().open()) {
      return KeyServer.JSON.readObject(body.readAllBytes());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static JsonObject question(String... names) {
    JsonObject.Builder servers = JsonObject.builder();
    for (String name : names) {
      servers.put(name, JsonObject.EMPTY);
    }
    return JsonObject.EMPTY.with("server_keys", servers.build());
  }

  private void pass(long millis) {
    nowTs.addAndGet(millis);
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
  }

  @Test
  void whatWasPublishedIsToldWithBothSignatures() {
    JsonObject published = peer.sign(peer.unsigned().with("odd", "kept"));
    servers.put(PEER, published.toString());

    List<JsonObject> told = get("peer.example", Map.of());

    assertThat(told).hasSize(1);
    assertThat(told.get(0).without("signatures")).isEqualTo(published.without("signatures"));
    assertThat(KeyServer.SIGNED_JSON.verify(told.get(0), PEER, A, KeyServer.publicKey(1))).isTrue();
    assertThat(KeyServer.SIGNED_JSON.verify(told.get(0), US, OURS.keyId(), KeyServer.publicKey(77)))
        .isTrue();
    assertThat(get("peer.example", Map.of())).isEqualTo(told);
    assertThat(asked).hasSize(1);
  }

  @Test
  void whatIsOlderThanHalfItsTimeOrTooOldForTheAskerIsAskedForAnew() {
    servers.put(PEER, peer.answer().toString());
    get("peer.example", Map.of());

    pass(HOUR);
    get("peer.example", Map.of());
    assertThat(asked).hasSize(1);
    get("peer.example", Map.of("minimum_valid_until_ts", List.of(String.valueOf(NOW + 5 * HOUR))));
    assertThat(asked).hasSize(2);
    pass(3 * HOUR);
    get("peer.example", Map.of());
    assertThat(asked).hasSize(3);
  }

  @Test
  void aListThatClaimsToBeGoodForEverIsAskedForAnewAllTheSame() {
    servers.put(PEER, peer.validUntil(NOW + 10_000 * HOUR).answer().toString());
    get("peer.example", Map.of());

    pass(83 * HOUR);
    get("peer.example", Map.of());
    assertThat(asked).hasSize(1);
    pass(2 * HOUR);
    get("peer.example", Map.of());
    assertThat(asked).hasSize(2);
  }

  @Test
  void allOfANetworkAskInOneLane() {
    List<String> askers = new ArrayList<>();
    KeyLists lists =
        new KeyLists() {
          @Override
          public CompletionStage<Map<ServerName, KeyList>> lists(Collection<ServerName> servers) {
            return CompletableFuture.completedFuture(Map.of());
          }

          @Override
          public CompletionStage<Void> refresh(
              String asker, ServerName server, Wanted wanted, Duration within) {
            askers.add(asker);
            return CompletableFuture.completedFuture(null);
          }
        };
    Notary lonely = notary(lists);
    for (String address : List.of("2001:db8::1", "2001:db8::2:3", "2001:db8:0:1::1")) {
      lonely.answer(
          new InetSocketAddress(address, 1).getAddress(), Map.of(PEER, new Wanted(Set.of(), NOW)));
    }

    assertThat(askers.get(0)).isEqualTo(askers.get(1)).isNotEqualTo(askers.get(2));
  }

  @Test
  void ofAServerThatIsGoneTheLastAnswerIsTold() {
    servers.put(PEER, peer.answer().toString());
    get("peer.example", Map.of());
    servers.clear();
    pass(1_000 * HOUR);

    assertThat(get("peer.example", Map.of())).hasSize(1);
    assertThat(asked).hasSize(2);
    assertThat(get("never.example", Map.of())).isEmpty();
  }

  @Test
  void manyAreToldAtOnceAndWhatIsMissingIsLeftOut() {
    servers.put(PEER, peer.answer().toString());

    assertThat(post(question("peer.example", "away.example", "no name")))
        .extracting(one -> one.string("server_name").orElseThrow())
        .containsExactly("peer.example");
    assertThat(post(question())).isEmpty();
    assertThatThrownBy(() -> post(JsonObject.EMPTY.with("server_keys", JsonArray.EMPTY)))
        .isInstanceOf(MatrixException.class)
        .hasMessageContaining("M_BAD_JSON");
    assertThatThrownBy(() -> get("no name", Map.of()))
        .isInstanceOf(MatrixException.class)
        .hasMessageContaining("M_INVALID_PARAM");
  }

  @Test
  void ofOurselvesWeTellWhatWePublish() {
    ours.put(
        US,
        List.of(
            new StoredKey(OURS.keyId(), KeyServer.publicKey(77), Long.MAX_VALUE, false, NOW),
            new StoredKey(A, KeyServer.publicKey(3), NOW - HOUR, true, NOW)));
    servers.put(PEER, peer.answer().toString());

    List<JsonObject> told = get("us.example", Map.of());

    assertThat(told).hasSize(1);
    assertThat(KeyServer.SIGNED_JSON.verify(told.get(0), US, OURS.keyId(), KeyServer.publicKey(77)))
        .isTrue();
    assertThat(told.get(0).object("verify_keys").orElseThrow().members())
        .containsOnlyKeys(OURS.keyId().value());
    assertThat(told.get(0).object("old_verify_keys").orElseThrow().members())
        .containsOnlyKeys(A.value());
    assertThat(told.get(0).integer("valid_until_ts").orElseThrow()).isGreaterThan(NOW);
    assertThat(asked).isEmpty();
    assertThat(post(question("us.example", "peer.example")))
        .extracting(one -> one.string("server_name").orElseThrow())
        .containsExactlyInAnyOrder("us.example", "peer.example");
  }

  @Test
  void forOthersWeAskTheServerItselfAndNoOtherNotary() {
    // two notaries that have each other configured would ask in a circle
    ServerName other = ServerName.of("notary.example");
    servers.put(other, JsonObject.EMPTY.with("server_keys", JsonArray.EMPTY).toString());
    ring.notaries(List.of(other));

    assertThat(get("peer.example", Map.of())).isEmpty();
    String[] many = IntStream.range(0, 20).mapToObj(i -> i + ".example").toArray(String[]::new);
    assertThat(post(question(many))).isEmpty();
    assertThat(asked).hasSize(21).doesNotContain(other);

    // somebody of ours, meanwhile, may
    pass(HOUR);
    ring.find(PEER, Set.of(A), nowTs.get()).toCompletableFuture().join();
    assertThat(asked).contains(other);
  }

  @Test
  void oneRequestMakesUsAskFewServers() {
    String[] names = new String[1_000];
    for (int i = 0; i < names.length; i++) {
      names[i] = "s" + i + ".example";
    }

    assertThat(post(question(names))).isEmpty();
    assertThat(asked).hasSize(32);
  }

  @Test
  void aKeyRingBelievesUsOfAServerItCannotReach() {
    servers.put(PEER, peer.answer().toString());
    KeyServer ours = new KeyServer("us.example").validUntil(NOW + HOUR).key("ed25519:n", 77);
    RemoteKeys asker =
        ring(
            ServerName.of("asker.example"),
            request -> {
              if (!request.target().server().equals(US)) {
                return CompletableFuture.failedFuture(new TransientException("away"));
              }
              if (request.method().equals("GET")) {
                return CompletableFuture.completedFuture(
                    KeyServer.response(200, ours.answer().toString()));
              }
              return new NotaryBatchEndpoint(notary, nowTs::get)
                  .answer(request(Map.of(), Map.of(), Optional.of(body(request))))
                  .thenApply(answer -> KeyServer.response(200, json(answer).toString()));
            });
    asker.notaries(List.of(US));

    Map<KeyId, VerifyKey> found = asker.find(PEER, Set.of(A), NOW).toCompletableFuture().join();

    assertThat(found.get(A).publicKey()).isEqualTo(KeyServer.publicKey(1));
    assertThat(found.get(A).validUntilTs()).isEqualTo(NOW + 4 * HOUR);
    asker.stop();
  }

  private static JsonObject body(HttpTransport.Request request) {
    try (InputStream in = request.body().orElseThrow().open()) {
      return KeyServer.JSON.readObject(in.readAllBytes());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
