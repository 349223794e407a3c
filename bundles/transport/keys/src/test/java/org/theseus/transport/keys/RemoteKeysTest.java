package org.theseus.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.ResolvedServer;
import org.theseus.transport.api.ServerResolver;

class RemoteKeysTest {
  private static final ServerName US = ServerName.of("us.example");
  private static final ServerName PEER = ServerName.of("peer.example");
  private static final KeyId A = KeyId.of("ed25519:a");
  private static final KeyId B = KeyId.of("ed25519:b");
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long NOW = 1_700_000_000_000L;

  private final MemoryDatabase database = new MemoryDatabase();
  private final List<HttpTransport.Request> requests = new CopyOnWriteArrayList<>();
  private final KeyServer peer =
      new KeyServer("peer.example").validUntil(NOW + DAY).key("ed25519:a", 1);
  private volatile CompletionStage<HttpTransport.Response> response =
      CompletableFuture.failedFuture(new TransientException("unreachable"));
  private volatile long nowTs = NOW;
  private long nanos;
  private final RemoteKeys keys =
      ring(server -> CompletableFuture.completedFuture(at(server)), Duration.ofMinutes(1));

  private static ResolvedServer at(ServerName server) {
    return new ResolvedServer(
        server, List.of(new InetSocketAddress("192.0.2.1", 8448)), server.value(), "192.0.2.1");
  }

  @AfterEach
  void stop() {
    keys.stop();
  }

  @Test
  void asksTheServerOnceAndThenTheStore() {
    answers(peer.old("ed25519:0", 9, NOW - 5 * DAY).answer());

    Map<KeyId, VerifyKey> found = find(PEER, NOW, A);

    assertThat(found.get(A).publicKey()).isEqualTo(KeyServer.publicKey(1));
    assertThat(found.get(A).validUntilTs()).isEqualTo(NOW + DAY);
    assertThat(found.get(A).expired()).isFalse();
    assertThat(found.get(KeyId.of("ed25519:0")).validUntilTs()).isEqualTo(NOW - 5 * DAY);
    assertThat(found.get(KeyId.of("ed25519:0")).expired()).isTrue();
    assertThat(requests)
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.method()).isEqualTo("GET");
              assertThat(request.path()).isEqualTo("/_matrix/key/v2/server");
              assertThat(request.headers()).isEmpty();
              assertThat(request.target().server()).isEqualTo(PEER);
            });
    pass(Duration.ofHours(1));
    assertThat(find(PEER, NOW, A).keySet()).isEqualTo(found.keySet());
    assertThat(requests).hasSize(1);
  }

  @Test
  void noKeyIsGoodForMoreThanSevenDaysFromWhenItWasFetched() {
    answers(peer.validUntil(NOW + 365 * DAY).answer());

    assertThat(find(PEER, NOW, A).get(A).validUntilTs()).isEqualTo(NOW + 7 * DAY);

    nowTs = NOW + 7 * DAY + 1;
    pass(Duration.ofDays(8));
    answers(peer.answer());
    assertThat(find(PEER, nowTs, A).get(A).validUntilTs()).isEqualTo(nowTs + 7 * DAY);
    assertThat(requests).hasSize(2);
  }

  @Test
  void anOldKeyIsAnOldKeyWithoutAskingAgain() {
    database.put(PEER, List.of(new StoredKey(A, KeyServer.publicKey(1), NOW - DAY, true, NOW)));

    assertThat(find(PEER, NOW, A).get(A).expired()).isTrue();
    assertThat(requests).isEmpty();
  }

  @Test
  void aKeyThatIsNewSinceIsFetchedAndTheOldOneStays() {
    answers(peer.answer());
    find(PEER, NOW, A);
    answers(new KeyServer("peer.example").validUntil(NOW + DAY).key("ed25519:b", 2).answer());

    // though it was asked this moment: a peer that changes its key must not be refused
    assertThat(find(PEER, NOW, B)).containsOnlyKeys(A, B);
    assertThat(requests).hasSize(2);
  }

  @Test
  void aKeyThatIsNewerThanTheAnswerToOthersIsAskedForAgain() {
    CompletableFuture<HttpTransport.Response> first = new CompletableFuture<>();
    response = first;
    CompletableFuture<Map<KeyId, VerifyKey>> a =
        keys.find(PEER, Set.of(A), NOW).toCompletableFuture();
    await(() -> requests.size() == 1);
    CompletableFuture<Map<KeyId, VerifyKey>> b =
        keys.find(PEER, Set.of(B), NOW).toCompletableFuture();
    answers(peer.key("ed25519:b", 2).answer());

    first.complete(
        KeyServer.response(
            200,
            new KeyServer("peer.example")
                .validUntil(NOW + DAY)
                .key("ed25519:a", 1)
                .answer()
                .toString()));

    assertThat(a.join()).containsOnlyKeys(A);
    assertThat(b.join()).containsOnlyKeys(A, B);
    assertThat(requests).hasSize(2);
  }

  @Test
  void madeUpKeyIdsDoNotMakeUsAskWithoutEnd() {
    answers(peer.answer());
    List<CompletableFuture<Map<KeyId, VerifyKey>>> asked = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      KeyId madeUp = KeyId.of("ed25519:" + i);
      asked.add(keys.find(PEER, Set.of(madeUp), NOW).toCompletableFuture());
    }
    asked.forEach(found -> assertThat(found.join()).containsOnlyKeys(A));

    // the first at once, the others together after a rest (or a few, on a machine that halts),
    // and none of them again
    assertThat(requests).hasSizeLessThanOrEqualTo(10);
    int before = requests.size();
    for (int i = 0; i < 1_000; i++) {
      assertThat(find(PEER, NOW, KeyId.of("ed25519:" + i))).containsOnlyKeys(A);
    }
    assertThat(requests).hasSize(before);
  }

  @Test
  void otherAlgorithmsAreNotAskedFor() {
    assertThat(find(PEER, NOW, KeyId.of("rsa:1"))).isEmpty();
    assertThat(requests).isEmpty();
  }

  @Test
  void aServerThatFailsIsAskedEverMoreSeldom() {
    for (int second = 0; second < 120; second++) {
      assertThat(find(PEER, NOW, A)).isEmpty();
      pass(Duration.ofSeconds(1));
    }
    // At 0, 1, 3, 7, 15, 31 and 63 seconds.
    assertThat(requests).hasSize(7);
  }

  @Test
  void allWhoAskAtTheSameTimeShareOneQuestion() {
    CompletableFuture<HttpTransport.Response> pending = new CompletableFuture<>();
    response = pending;
    List<CompletableFuture<Map<KeyId, VerifyKey>>> asked = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      asked.add(keys.find(PEER, Set.of(A), NOW).toCompletableFuture());
    }

    pending.complete(KeyServer.response(200, peer.answer().toString()));

    assertThat(asked).allMatch(found -> found.join().containsKey(A));
    assertThat(requests).hasSize(1);
  }

  @Test
  void whoLookedBeforeTheAnswerWasStoredGetsIt() {
    answers(peer.answer());
    find(PEER, NOW, A);
    // Another one fetched and stored what we did not see when we looked.
    database.put(PEER, List.of(new StoredKey(B, KeyServer.publicKey(2), NOW + DAY, false, NOW)));

    assertThat(find(PEER, NOW, KeyId.of("ed25519:c"))).containsOnlyKeys(A, B);
  }

  @Test
  void theStoreIsNotAskedForTheSameKeysAgainUntilTheyChange() {
    answers(peer.answer());
    find(PEER, NOW, A);
    int before = database.finds;
    for (int i = 0; i < 10; i++) {
      assertThat(find(PEER, NOW, A)).containsOnlyKeys(A);
    }
    assertThat(database.finds).isEqualTo(before);

    pass(Duration.ofMinutes(1));
    answers(new KeyServer("peer.example").key("ed25519:b", 2).validUntil(NOW + DAY).answer());

    assertThat(find(PEER, NOW, B)).containsOnlyKeys(A, B);
    assertThat(find(PEER, NOW, A)).containsOnlyKeys(A, B);
  }

  @Test
  void ourOwnKeysComeFromTheStoreOnly() {
    database.put(US, List.of(new StoredKey(A, KeyServer.publicKey(1), Long.MAX_VALUE, false, 0)));

    assertThat(find(US, NOW, A, B)).containsOnlyKeys(A);
    assertThat(find(US, NOW, A).get(A).validUntilTs()).isEqualTo(Long.MAX_VALUE);
    assertThat(requests).isEmpty();
  }

  @Test
  void aServerThatDoesNotAnswerIsNotWaitedForLonger() {
    database.put(PEER, List.of(new StoredKey(B, KeyServer.publicKey(2), NOW + DAY, false, NOW)));
    RemoteKeys impatient = ring(server -> new CompletableFuture<>(), Duration.ofMillis(10));

    assertThat(impatient.find(PEER, Set.of(A), NOW).toCompletableFuture().join())
        .containsOnlyKeys(B);
    impatient.stop();
  }

  @Test
  void itIsToldWhetherAServerHasNoSuchKeyOrCouldNotBeAsked() {
    database.put(PEER, List.of(new StoredKey(B, KeyServer.publicKey(2), NOW + DAY, false, NOW)));

    // nobody answers, and is not asked again so soon
    assertThat(found(A).settled()).isFalse();
    assertThat(found(A).settled()).isFalse();
    assertThat(found(A).keys()).containsOnlyKeys(B);
    assertThat(found(B).settled()).isTrue();
    assertThat(requests).hasSize(1);

    // it answers, and has no such key: neither now nor a moment later, when it is not asked again
    pass(Duration.ofMinutes(1));
    answers(new KeyServer("peer.example").validUntil(NOW + DAY).key("ed25519:b", 2).answer());
    assertThat(found(A).settled()).isTrue();
    assertThat(found(A).settled()).isTrue();
    assertThat(requests).hasSize(2);
  }

  @Test
  void whoCannotWaitLongerIsToldSo() {
    RemoteKeys slow = ring(server -> new CompletableFuture<>(), Duration.ofMinutes(1));

    KeyRing.Found found =
        slow.find(
                "somebody", Map.of(PEER, new KeyRing.Wanted(Set.of(A), NOW)), Duration.ofMillis(10))
            .get(PEER)
            .toCompletableFuture()
            .join();

    assertThat(found).isEqualTo(new KeyRing.Found(Map.of(), false));
    slow.stop();
  }

  private KeyRing.Found found(KeyId wanted) {
    return keys.find(
            "somebody",
            Map.of(PEER, new KeyRing.Wanted(Set.of(wanted), NOW)),
            Duration.ofMinutes(1))
        .get(PEER)
        .toCompletableFuture()
        .join();
  }

  @Test
  void whatItTakesToFindAServerIsNoLongerThereToAskIt() {
    answers(peer.answer());
    Duration took = Duration.ofSeconds(3);
    RemoteKeys ring = slowlyFound(took);
    assertThat(ring.find(PEER, Set.of(A), NOW).toCompletableFuture().join()).containsOnlyKeys(A);
    assertThat(requests.get(0).timeout()).isEqualTo(Duration.ofSeconds(5));
    ring.stop();

    RemoteKeys late = slowlyFound(Duration.ofSeconds(9));
    assertThat(late.find(PEER, Set.of(B), NOW).toCompletableFuture().join()).containsOnlyKeys(A);
    assertThat(requests).hasSize(1);
    late.stop();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private RemoteKeys slowlyFound(Duration time) {
    return ring(
        server -> {
          pass(time);
          return CompletableFuture.completedFuture(at(server));
        },
        Duration.ofMinutes(1));
  }

  @Test
  void aKeyRingThatGoesTellsWhoWaits() {
    RemoteKeys going = ring(server -> new CompletableFuture<>(), Duration.ofMinutes(1));
    CompletableFuture<Map<KeyId, VerifyKey>> waiting =
        going.find(PEER, Set.of(A), NOW).toCompletableFuture();

    going.stop();

    assertThatThrownBy(waiting::join).hasCauseInstanceOf(BeingReplacedException.class);
    assertThatThrownBy(
            () ->
                going
                    .find(ServerName.of("next.example"), Set.of(A), NOW)
                    .toCompletableFuture()
                    .join())
        .hasCauseInstanceOf(TransientException.class);
  }

  @Test
  void aStoreThatClosesIsTold() {
    answers(peer.answer());
    database.closing = true;

    assertThatThrownBy(() -> find(PEER, NOW, A)).hasCauseInstanceOf(TransientException.class);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void whatIsNotToBeBelievedIsNoKey(String what, HttpTransport.Response odd) {
    response = CompletableFuture.completedFuture(odd);

    assertThat(find(PEER, NOW, A)).isEmpty();
    assertThat(database.puts).isZero();
  }

  static Stream<Arguments> whatIsNotToBeBelievedIsNoKey() {
    KeyServer good = new KeyServer("peer.example").validUntil(NOW + DAY).key("ed25519:a", 1);
    KeyServer many = new KeyServer("peer.example").validUntil(NOW + DAY).key("ed25519:a", 1);
    for (int i = 0; i < 200; i++) {
      many.old("ed25519:old" + i, 3, NOW);
    }
    JsonObject answer = good.answer();
    return Stream.of(
        odd("not found", 404, answer.toString()),
        odd("redirect", 302, answer.toString()),
        odd("empty", 200, ""),
        odd("html", 200, "<html></html>"),
        odd("array", 200, "[]"),
        odd("cut short", 200, answer.toString().substring(0, 100)),
        odd("huge", 200, " ".repeat(300_000) + answer),
        odd("too many keys", 200, many.answer().toString()),
        odd(
            "another server's",
            200,
            new KeyServer("other.example")
                .validUntil(NOW + DAY)
                .key("ed25519:a", 1)
                .answer()
                .toString()),
        odd("name rewritten", 200, answer.with("server_name", "PEER.example").toString()),
        odd("name missing", 200, good.sign(good.unsigned().without("server_name")).toString()),
        odd(
            "validity missing",
            200,
            good.sign(good.unsigned().without("valid_until_ts")).toString()),
        odd(
            "validity no integer",
            200,
            good.sign(good.unsigned().with("valid_until_ts", new JsonNumber("1e99"))).toString()),
        odd("unsigned", 200, good.unsigned().toString()),
        odd("signatures no object", 200, answer.with("signatures", JsonNull.NULL).toString()),
        odd("tampered", 200, answer.with("valid_until_ts", new JsonNumber("9")).toString()),
        odd("keys missing", 200, good.sign(good.unsigned().without("verify_keys")).toString()),
        odd("no current key", 200, noCurrentKey().toString()),
        odd(
            "bad base64",
            200,
            new KeyServer("peer.example")
                .validUntil(NOW + DAY)
                .listed("ed25519:a", "*")
                .answer()
                .toString()),
        odd(
            "short key",
            200,
            new KeyServer("peer.example")
                .validUntil(NOW + DAY)
                .listed("ed25519:a", "AAAA")
                .answer()
                .toString()),
        odd("one signature of two false", 200, oneFalse().toString()),
        Arguments.of("broken off", new HttpTransport.Response(200, Map.of(), brokenOff())));
  }

  private static InputStream brokenOff() {
    InputStream closed = InputStream.nullInputStream();
    try {
      closed.close();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return closed;
  }

  private static Arguments odd(String what, int status, String body) {
    return Arguments.of(what, KeyServer.response(status, body));
  }

  private static JsonObject noCurrentKey() {
    KeyServer server = new KeyServer("peer.example").validUntil(NOW + DAY);
    return server.old("ed25519:a", 1, NOW).answer();
  }

  private static JsonObject oneFalse() {
    JsonObject answer =
        new KeyServer("peer.example")
            .validUntil(NOW + DAY)
            .key("ed25519:a", 1)
            .key("ed25519:b", 2)
            .answer();
    JsonObject signatures = answer.object("signatures").orElseThrow();
    JsonObject its = signatures.object("peer.example").orElseThrow();
    return answer.with(
        "signatures",
        signatures.with("peer.example", its.with("ed25519:b", its.string("ed25519:a").get())));
  }

  @Test
  void keysThatAreNoneAreSkippedAndTheOthersKept() {
    JsonObject unsigned =
        peer.key("ed25519:b", 2).listed("ed25519:odd", "*").listed("rsa:1", "AAAA").unsigned();
    JsonObject old =
        JsonObject.builder()
            .put("ed25519:x", JsonNull.NULL)
            .put("ed25519:y", JsonObject.EMPTY.with("key", KeyServer.base64(new byte[32])))
            .build();
    answers(peer.sign(unsigned.with("old_verify_keys", old)));

    assertThat(find(PEER, NOW, A)).containsOnlyKeys(A, B);
  }

  @Test
  void nothingAServerAnswersGetsPastTheSignature() {
    Random random = new Random(2);
    String good = peer.old("ed25519:0", 9, NOW).answer().toString();
    UnaryOperator<String> mutate =
        text -> {
          StringBuilder changed = new StringBuilder(text);
          for (int change = random.nextInt(4); change >= 0; change--) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(3)) {
              case 0 -> changed.setCharAt(at, (char) (32 + random.nextInt(95)));
              case 1 -> changed.insert(at, (char) (32 + random.nextInt(95)));
              default -> changed.deleteCharAt(at);
            }
          }
          return changed.toString();
        };
    for (int round = 0; round < 3_000; round++) {
      String text = mutate.apply(good);
      response =
          CompletableFuture.completedFuture(
              new HttpTransport.Response(
                  200, Map.of(), new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
      pass(Duration.ofMinutes(2));
      Map<KeyId, VerifyKey> found = find(PEER, NOW, B);
      found.forEach(
          (id, key) ->
              assertThat(key.publicKey())
                  .as(text)
                  .isIn(KeyServer.publicKey(1), KeyServer.publicKey(9)));
    }
    assertThat(requests).hasSize(3_000);
  }

  private RemoteKeys ring(ServerResolver resolver, Duration patience) {
    return new RemoteKeys(
        US,
        database,
        new RemoteKeys.Network(
            resolver,
            request -> {
              CompletionStage<HttpTransport.Response> answer = response;
              requests.add(request);
              return answer;
            },
            KeyServer.JSON,
            KeyServer.SIGNED_JSON),
        new RemoteKeys.Clock(() -> nowTs, () -> nanos, () -> 1),
        patience);
  }

  private void answers(JsonObject answer) {
    response = CompletableFuture.completedFuture(KeyServer.response(200, answer.toString()));
  }

  private Map<KeyId, VerifyKey> find(ServerName server, long validAtTs, KeyId... wanted) {
    return keys.find(server, Set.of(wanted), validAtTs).toCompletableFuture().join();
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }
}
