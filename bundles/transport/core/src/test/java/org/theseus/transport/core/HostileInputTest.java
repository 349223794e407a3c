package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonObject;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Route;

/** Whatever comes in, the answer is the specification's error and no endpoint sees it. */
class HostileInputTest {
  private static final String TARGET = "/_matrix/federation/v1/send/1";
  private static final long MAX = 100_000;

  private final Harness router = new Harness();
  private final AtomicInteger calls = new AtomicInteger();

  @BeforeEach
  void serve() {
    router.add(
        Harness.endpoint(
            new Route("PUT", "/_matrix/federation/v1/send/{txnId}", true, MAX),
            request -> {
              calls.incrementAndGet();
              return CompletableFuture.completedFuture(Answer.ok(JsonObject.EMPTY));
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void bodiesThatAreNotAsTheyMustBe(String what, byte[] body, int status, String errcode) {
    FakeExchange exchange = router.handle(router.signed("PUT", TARGET, "{}").body(body));

    assertThat(exchange.status()).isEqualTo(status);
    assertThat(exchange.errcode()).isEqualTo(errcode);
    assertThat(exchange.json().members()).containsOnlyKeys("errcode", "error");
    assertThat(calls).hasValue(0);
    assertThat(router.heardFrom).isEmpty();
  }

  static Stream<Arguments> bodiesThatAreNotAsTheyMustBe() {
    return Stream.of(
        body("cut short", "{\"pdus\": [", 400, "M_NOT_JSON"),
        body("white space only", "  ", 400, "M_NOT_JSON"),
        body("two values", "{} {}", 400, "M_NOT_JSON"),
        body("a comment", "{/**/}", 400, "M_NOT_JSON"),
        body("not a number", "{\"a\":NaN}", 400, "M_NOT_JSON"),
        body("too deep", "[".repeat(1_001) + "]".repeat(1_001), 400, "M_BAD_JSON"),
        Arguments.of("invalid UTF-8", new byte[] {'"', (byte) 0xff, '"'}, 400, "M_NOT_JSON"),
        Arguments.of("UTF-16", "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), 400, "M_NOT_JSON"),
        body("too large", "\"" + "x".repeat((int) MAX) + "\"", 413, "M_TOO_LARGE"),
        body("not what was signed", "[]", 401, "M_UNAUTHORIZED"),
        body("as deep as may be", "[".repeat(1_000) + "]".repeat(1_000), 401, "M_UNAUTHORIZED"),
        body("a huge number", "1e999999999", 401, "M_UNAUTHORIZED"));
  }

  private static Arguments body(String what, String text, int status, String errcode) {
    return Arguments.of(what, text.getBytes(StandardCharsets.UTF_8), status, errcode);
  }

  @Test
  void oneMalformedPartDoesNotSpoilTheOthersAndIsNothingToActUpon() {
    AtomicReference<JsonObject> seen = new AtomicReference<>();
    router.add(
        Harness.endpoint(
            new Route("PUT", "/_matrix/federation/v1/send/{txnId}", true, MAX),
            request -> {
              seen.set(request.object());
              return CompletableFuture.completedFuture(Answer.ok(JsonObject.EMPTY));
            }));
    FakeExchange exchange =
        router
            .signed("PUT", TARGET, "{\"good\":{\"a\":1},\"bad\":{\"a\":2}}")
            .body("{\"good\":{\"a\":1},\"bad\":{\"a\":1,\"a\":2}}");

    assertThat(router.handle(exchange).status()).isEqualTo(200);
    assertThat(seen.get().object("good")).isPresent();
    assertThat(seen.get().object("bad")).isEmpty();
    assertThat(seen.get().isWellFormed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "",
        "http://us.example/",
        "/%",
        "/_matrix/%00%",
        "/a?%zz",
        "/\u0001",
        "/\ud83d"
      })
  void targetsThatAreNotEncoded(String target) {
    FakeExchange exchange = router.handle(router.signed("PUT", target, "{}"));

    assertThat(exchange.status()).isEqualTo(400);
    assertThat(exchange.errcode()).isEqualTo("M_INVALID_PARAM");
    assertThat(exchange.bodyAsked).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET", "POST", "DELETE", "OPTIONS", "HEAD", "put", "PUT ", "", "\u0000", "TRACE"})
  void otherMethods(String method) {
    FakeExchange exchange = router.handle(router.signed(method, TARGET, "{}"));

    assertThat(exchange.status()).isEqualTo(405);
    assertThat(exchange.errcode()).isEqualTo("M_UNRECOGNIZED");
    assertThat(exchange.bodyAsked).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "", "99999999999999999999999"})
  void oddContentLengths(String length) {
    FakeExchange exchange =
        router.handle(router.signed("PUT", TARGET, "{}").header("Content-Length", length));

    assertThat(exchange.status()).isEqualTo(200);
  }

  @Test
  void aBodyThatNeverArrives() {
    FakeExchange exchange = router.signed("PUT", TARGET, "{}");
    exchange.bodyArrived = CompletableFuture.failedFuture(new IOException("too slow"));

    router.handle(exchange);

    assertThat(exchange.status()).isEqualTo(408);
    assertThat(exchange.errcode()).isEqualTo("M_UNKNOWN");
  }

  @Test
  void anUnsignedRequestCostsNeitherBodyNorKeys() {
    FakeExchange exchange = new FakeExchange("PUT", TARGET).body("{}");

    router.handle(exchange);

    assertThat(exchange.status()).isEqualTo(401);
    assertThat(exchange.errcode()).isEqualTo("M_UNAUTHORIZED");
    assertThat(exchange.bodyAsked).isFalse();
  }

  @Test
  void anEndpointThatAnswersNothing() {
    String path = "/_matrix/federation/v1/odd";
    router.add(Harness.endpoint(new Route("GET", path, false, 0), request -> null));
    router.add(
        Harness.endpoint(
            new Route("POST", path, false, 0), request -> CompletableFuture.completedFuture(null)));

    assertThat(router.handle(FakeExchange.get(path)).status()).isEqualTo(500);
    assertThat(router.handle(new FakeExchange("POST", path)).status()).isEqualTo(500);
  }

  @Test
  void whatAListenerOfPeersThrowsIsItsOwn() {
    router
        .dispatcher
        .peerListeners()
        .add(
            0,
            origin -> {
              throw new IllegalStateException("odd");
            });

    assertThat(router.handle(router.signed("PUT", TARGET, "{}")).status()).isEqualTo(200);
    assertThat(router.heardFrom).hasSize(1);
  }

  @Test
  void everyRequestIsAnsweredOnceHoweverOdd() {
    Random random = new Random(8_448);
    String header = router.peer.header("PUT", TARGET, Harness.US, Optional.of(JsonObject.EMPTY));
    for (int round = 0; round < 3_000; round++) {
      FakeExchange exchange =
          new FakeExchange(random.nextInt(9) == 0 ? "GET" : "PUT", odd(random, TARGET))
              .header("Authorization", odd(random, header))
              .body(odd(random, "{\"a\":[1,2,{\"b\":null}]}"));

      router.handle(exchange);

      assertThat(exchange.status()).isIn(400, 401, 404, 405);
      assertThat(exchange.errcode()).startsWith("M_");
    }
    assertThat(calls).hasValue(0);
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  private static String odd(Random random, String text) {
    StringBuilder odd = new StringBuilder(text);
    for (int change = random.nextInt(4); change > 0; change--) {
      int at = random.nextInt(odd.length());
      switch (random.nextInt(3)) {
        case 0 -> odd.setCharAt(at, (char) random.nextInt(256));
        case 1 -> odd.insert(at, (char) random.nextInt(128));
        default -> odd.deleteCharAt(at);
      }
    }
    return odd.toString();
  }
}
