package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.Route;

/** X-Matrix both ways: what we sign is let in, and whatever is tampered with is not. */
class AuthenticationTest {
  private static final String SEND = "/_matrix/federation/v1/send/{txnId}";
  private static final String TARGET = "/_matrix/federation/v1/send/1%2F2?a=b&c=%20";
  private static final String BODY = "{\"b\": 1.0, \"a\": [1e2, -0, \"\\u00e9\\n\"], \"c\": null}";

  private final Harness router = new Harness();

  @BeforeEach
  void serve() {
    router.add(Harness.echo(Route.put(SEND)));
    router.add(Harness.echo(Route.get(SEND)));
  }

  @Test
  void spacesAndTheOrderOfMembersDoNotMatter() {
    FakeExchange exchange = router.signed("PUT", TARGET, BODY);
    exchange.body("{\"c\":null,\"a\":[1e2,-0,\"\u00e9\\n\"],\"b\":1.0}");

    assertThat(router.handle(exchange).status()).isEqualTo(200);
  }

  @Test
  void aNameTwiceInOneOfManyEventsDoesNotFailTheRequest() {
    FakeExchange exchange = router.signed("PUT", TARGET, "{\"pdus\":[{\"a\":2},{\"b\":1}]}");
    exchange.body("{\"pdus\":[{\"a\":1,\"a\":2},{\"b\":1}]}");

    assertThat(router.handle(exchange).status()).isEqualTo(200);
  }

  @Test
  void theListenerIsToldWhoseARequestIsOnceThatIsProved() {
    FakeExchange proved = router.signed("PUT", TARGET, BODY);
    router.handle(proved);
    assertThat(proved.provedFrom).contains(ServerName.of("peer.example:8448"));

    FakeExchange forged = router.signed("PUT", TARGET, BODY).body("{}");
    router.handle(forged);
    refused(forged);
    assertThat(forged.provedFrom).isEmpty();
  }

  @Test
  void aRequestWithoutBodyIsSignedWithoutContent() {
    assertThat(router.handle(router.signed("GET", TARGET)).status()).isEqualTo(200);
    assertThat(router.handle(router.signed("PUT", TARGET)).status()).isEqualTo(200);
  }

  @Test
  void theDestinationMayBeLeftOutOfTheHeader() {
    String signature = router.peer.signature("GET", TARGET, Harness.US, Optional.empty());
    FakeExchange exchange =
        FakeExchange.get(TARGET)
            .header(
                "authorization",
                "X-Matrix sig=\"%s\", key=ed25519:a_1, origin=peer.example:8448"
                    .formatted(signature));

    assertThat(router.handle(exchange).status()).isEqualTo(200);
  }

  @Test
  void oneHeaderForEachKeyAndThoseUnknownAreSkipped() {
    Peer second = new Peer("peer.example:8448", "ed25519:b_2", 9);
    FakeExchange exchange =
        router
            .signed("GET", TARGET)
            .header("Authorization", "Bearer abc")
            .header("Authorization", second.header("GET", TARGET, Harness.US, Optional.empty()));

    assertThat(router.handle(exchange).status()).isEqualTo(200);
  }

  @Test
  void headersOfUnknownAlgorithmsAreSkipped() {
    String good = router.peer.header("GET", TARGET, Harness.US, Optional.empty());
    FakeExchange exchange =
        router
            .signed("GET", TARGET)
            .header("Authorization", good.replace("ed25519:", "rsa:"))
            .header("Authorization", good.replace("ed25519:a_1", "nothing"));

    assertThat(router.handle(exchange).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource
  void aRequestToAnotherDestinationCannotBeReplayedToUs(FakeExchange replayed) {
    refused(router.handle(replayed));
    assertThat(router.heardFrom).isEmpty();
  }

  static Stream<FakeExchange> aRequestToAnotherDestinationCannotBeReplayedToUs() {
    String sent =
        new Harness().peer.header("GET", TARGET, ServerName.of("other.example"), Optional.empty());
    return Stream.of(
            sent,
            sent.replace("destination=\"other.example\"", "destination=\"" + Harness.US + "\""),
            sent.replace("destination=\"other.example\",", ""))
        .map(header -> FakeExchange.get(TARGET).header("Authorization", header));
  }

  @Test
  void aRequestToAnotherDestinationIsRefusedBeforeItsKeysAreLookedFor() {
    router.dispatcher.services(
        services ->
            services.with(
                (KeyRing)
                    (server, wanted, at) -> {
                      throw new AssertionError("nobody is asked");
                    }));
    FakeExchange replayed =
        FakeExchange.get(TARGET)
            .header(
                "Authorization",
                router.peer.header(
                    "GET", TARGET, ServerName.of("other.example"), Optional.empty()));

    refused(router.handle(replayed));
  }

  @Test
  void aStaleSignatureIsRefusedThoughItIsTrue() {
    VerifyKey replaced = router.peer.key(Harness.NOW + 1, true);
    VerifyKey outlived = router.peer.key(Harness.NOW - 1, false);
    VerifyKey lastMoment = router.peer.key(Harness.NOW, false);
    assertThat(answerWith(replaced)).isEqualTo(401);
    assertThat(answerWith(outlived)).isEqualTo(401);
    assertThat(answerWith(lastMoment)).isEqualTo(200);
  }

  private int answerWith(VerifyKey key) {
    router.dispatcher.services(
        services -> services.with(Harness.ring(Map.of(router.peer.keyId(), key))));
    return router.handle(router.signed("GET", TARGET)).status();
  }

  @Test
  void whenTwoKeysAreKnownBothMustHaveSigned() {
    Peer second = new Peer("peer.example:8448", "ed25519:b_2", 9);
    router.dispatcher.services(
        services ->
            services.with(
                Harness.ring(
                    Map.of(router.peer.keyId(), router.peer.key(), second.keyId(), second.key()))));

    FakeExchange both =
        router
            .signed("GET", TARGET)
            .header("Authorization", second.header("GET", TARGET, Harness.US, Optional.empty()));
    FakeExchange oneFalse =
        router
            .signed("GET", TARGET)
            .header("Authorization", second.header("PUT", TARGET, Harness.US, Optional.empty()));

    assertThat(router.handle(both).status()).isEqualTo(200);
    refused(router.handle(oneFalse));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void whateverIsTamperedWithIsRefused(String what, FakeExchange exchange) {
    refused(router.handle(exchange));
    assertThat(router.heardFrom).isEmpty();
  }

  static Stream<Arguments> whateverIsTamperedWithIsRefused() {
    Harness router = new Harness();
    Peer peer = router.peer;
    Optional<JsonValue> content =
        Optional.of(Peer.JSON.read(BODY.getBytes(StandardCharsets.UTF_8)));
    String good = peer.header("PUT", TARGET, Harness.US, content);
    String bare = peer.header("GET", TARGET, Harness.US, Optional.empty());
    ServerName other = ServerName.of("other.example");
    return Stream.of(
        Arguments.of("no header", put().body(BODY)),
        Arguments.of("other scheme", put().body(BODY).header("Authorization", "Bearer x")),
        Arguments.of("malformed header", signed(good + ",").header("Authorization", "X-Matrix x")),
        Arguments.of("body changed", signed(good).body(BODY.replace("null", "true"))),
        Arguments.of("number rewritten", signed(good).body(BODY.replace("1.0", "1"))),
        Arguments.of("member added", signed(good).body(BODY.replace("{", "{\"z\":0,"))),
        Arguments.of("body removed", signed(good).body("")),
        Arguments.of("body added", signed(bare)),
        Arguments.of("method changed", FakeExchange.get(TARGET).header("Authorization", good)),
        Arguments.of(
            "target changed",
            new FakeExchange("PUT", TARGET + "d").body(BODY).header("Authorization", good)),
        Arguments.of(
            "target encoded in another way",
            new FakeExchange("PUT", TARGET.replace("a=b", "%61=b"))
                .body(BODY)
                .header("Authorization", good)),
        Arguments.of("destination of another", signed(peer.header("PUT", TARGET, other, content))),
        Arguments.of(
            "destination rewritten to ours",
            signed(
                peer.header("PUT", TARGET, other, content)
                    .replace("other.example", Harness.US.value()))),
        Arguments.of(
            "destination in other letters", signed(good.replace(Harness.US.value(), "US.example"))),
        Arguments.of("origin changed", signed(good.replace("peer.example:8448", "other.example"))),
        Arguments.of("key changed", signed(good.replace("ed25519:a_1", "ed25519:b_1"))),
        Arguments.of("algorithm unknown", signed(good.replace("ed25519:", "rsa:"))),
        Arguments.of(
            "signature of another key",
            signed(
                new Peer("peer.example:8448", "ed25519:a_1", 8)
                    .header("PUT", TARGET, Harness.US, content))),
        Arguments.of("signature cut", signed(good.substring(0, good.length() - 9) + "\"")),
        Arguments.of("signature empty", signed(good.replaceAll("sig=.*", "sig=\"\""))),
        Arguments.of("signature no base64", signed(good.replaceAll("sig=.*", "sig=\"*\""))),
        Arguments.of(
            "two origins",
            signed(good)
                .header(
                    "Authorization",
                    new Peer("other.example", "ed25519:a_1", 7)
                        .header("PUT", TARGET, Harness.US, content))),
        Arguments.of("same key twice", signed(good).header("Authorization", good)));
  }

  private static FakeExchange put() {
    return new FakeExchange("PUT", TARGET);
  }

  private static FakeExchange signed(String header) {
    return put().body(BODY).header("Authorization", header);
  }

  @Test
  void onlyCurrentKeysCount() {
    for (VerifyKey key :
        new VerifyKey[] {
          router.peer.key(Harness.NOW - 1, false), router.peer.key(Long.MAX_VALUE, true)
        }) {
      router.dispatcher.services(
          services -> services.with(Harness.ring(Map.of(router.peer.keyId(), key))));
      FakeExchange exchange = router.handle(router.signed("PUT", TARGET, BODY));

      refused(exchange);
      assertThat(exchange.bodyAsked).isFalse();
    }
  }

  @Test
  void keysAreLookedForAsTheyAreNow() {
    AtomicReference<String> asked = new AtomicReference<>();
    KeyRing ring =
        (server, wanted, validAtTs) -> {
          asked.set(server + " " + wanted + " " + validAtTs);
          return CompletableFuture.completedFuture(Map.of());
        };
    router.dispatcher.services(services -> services.with(ring));

    refused(router.handle(router.signed("GET", TARGET)));
    assertThat(asked).hasValue("peer.example:8448 [ed25519:a_1] " + Harness.NOW);
  }

  @ParameterizedTest
  @MethodSource
  void whoseKeysCannotBeHadNowIsToldToComeAgain(Map<KeyId, VerifyKey> known) {
    router.dispatcher.services(services -> services.with(ring(new KeyRing.Found(known, false))));

    FakeExchange exchange = router.handle(router.signed("PUT", TARGET, BODY));

    // 401 would be back-off at once, and for ten minutes
    assertThat(exchange.status()).isEqualTo(503);
    assertThat(exchange.json().string("errcode")).contains("M_UNKNOWN");
    assertThat(exchange.json().string("error"))
        .contains("the keys of peer.example:8448 cannot be had now");
    assertThat(exchange.bodyAsked).isFalse();
    assertThat(router.heardFrom).isEmpty();
  }

  static Stream<Map<KeyId, VerifyKey>> whoseKeysCannotBeHadNowIsToldToComeAgain() {
    Peer peer = new Harness().peer;
    return Stream.of(Map.of(), Map.of(peer.keyId(), peer.key(Harness.NOW - 1, false)));
  }

  @Test
  void aKeyThatIsKnownSufficesThoughAnotherCannotBeHad() {
    router.dispatcher.services(
        services ->
            services.with(
                ring(new KeyRing.Found(Map.of(router.peer.keyId(), router.peer.key()), false))));

    assertThat(router.handle(router.signed("PUT", TARGET, BODY)).status()).isEqualTo(200);
  }

  private static KeyRing ring(KeyRing.Found found) {
    return new KeyRing() {
      @Override
      public CompletionStage<Map<KeyId, VerifyKey>> find(
          ServerName server, Set<KeyId> wanted, long validAtTs) {
        return CompletableFuture.completedFuture(found.keys());
      }

      @Override
      public Map<ServerName, CompletionStage<Found>> find(
          String asker, Map<ServerName, Wanted> wanted, Duration within) {
        return Map.of(wanted.keySet().iterator().next(), CompletableFuture.completedFuture(found));
      }
    };
  }

  @Test
  void keysAreAskedForInTheNameOfTheClientsNetwork() {
    List<String> askers = new ArrayList<>();
    KeyRing ring =
        new KeyRing() {
          @Override
          public CompletionStage<Map<KeyId, VerifyKey>> find(
              ServerName server, Set<KeyId> wanted, long validAtTs) {
            return CompletableFuture.completedFuture(Map.of());
          }

          @Override
          public Map<ServerName, CompletionStage<Found>> find(
              String asker, Map<ServerName, Wanted> wanted, Duration within) {
            askers.add(asker);
            return KeyRing.super.find(asker, wanted, within);
          }
        };
    router.dispatcher.services(services -> services.with(ring));

    refused(router.handle(router.signed("GET", TARGET).from("2001:db8::1")));
    refused(router.handle(router.signed("GET", TARGET).from("2001:db8::2:3")));
    refused(router.handle(router.signed("GET", TARGET).from("192.0.2.1")));

    assertThat(askers).containsExactly("2001:db8:0:0:0:0:0:0", "2001:db8:0:0:0:0:0:0", "192.0.2.1");
  }

  @Test
  void tooManyHeadersAreRefused() {
    FakeExchange exchange = FakeExchange.get(TARGET);
    for (int key = 0; key < 9; key++) {
      exchange.header(
          "Authorization",
          new Peer("peer.example:8448", "ed25519:" + key, key)
              .header("GET", TARGET, Harness.US, Optional.empty()));
    }
    refused(router.handle(exchange));
  }

  @Test
  void whatOurClientSignsIsLetIn() {
    Harness there = new Harness();
    there.add(Harness.echo(Route.put(SEND)));
    HttpTransport wire =
        request -> {
          FakeExchange exchange = new FakeExchange(request.method(), request.path());
          request.headers().forEach(exchange::header);
          request.body().ifPresent(body -> exchange.body(bytes(body)));
          there.handle(exchange);
          return CompletableFuture.completedFuture(
              new HttpTransport.Response(
                  exchange.status(), Map.of(), open(exchange.answered().body())));
        };
    SignedClient client =
        new SignedClient(
            () -> there.peer, there.peer::name, Peer.RESOLVER, wire, Peer.JSON, Peer.SIGNED_JSON);

    FederationClient.Response response =
        client
            .send(
                new FederationClient.Request(
                    Harness.US,
                    "PUT",
                    TARGET,
                    Optional.of(Peer.JSON.readObject(BODY.getBytes(StandardCharsets.UTF_8))),
                    java.time.Duration.ofSeconds(1),
                    FederationClient.SMALL))
            .toCompletableFuture()
            .join();

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.objectOrThrow().string("origin")).contains("peer.example:8448");
  }

  private static byte[] bytes(org.theseus.transport.api.Body body) {
    try (java.io.InputStream in = body.open()) {
      return in.readAllBytes();
    } catch (java.io.IOException impossible) {
      throw new java.io.UncheckedIOException(impossible);
    }
  }

  private static java.io.InputStream open(org.theseus.transport.api.Body body) {
    return new java.io.ByteArrayInputStream(bytes(body));
  }

  private static void refused(FakeExchange exchange) {
    assertThat(exchange.status()).isEqualTo(401);
    assertThat(exchange.errcode()).isEqualTo("M_UNAUTHORIZED");
    assertThat(exchange.json().string("error")).isPresent();
  }
}
