package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.RequestFilter;
import org.theseus.transport.api.Route;

/** What filters see of requests, and what becomes of those. */
@Timeout(60)
class RequestFilterTest {
  private static final String SEND = "/_matrix/federation/v1/send/{txnId}";
  private static final String PUT = "/_matrix/federation/v1/send/1";

  private static final Answer DENIED =
      Answer.error(new MatrixError(403, MatrixError.FORBIDDEN, "not you"));

  private final Harness router = new Harness();
  private final List<String> asked = new ArrayList<>();
  private int calls;
  private long ids;

  @BeforeEach
  void serve() {
    router.add(
        Harness.endpoint(
            Route.put(SEND),
            request -> {
              calls++;
              return CompletableFuture.completedFuture(Answer.ok(JsonObject.EMPTY));
            }));
  }

  private RequestFilter add(
      String name,
      int ranking,
      boolean failsOpen,
      Function<InboundRequest, CompletionStage<Optional<Answer>>> verdict) {
    RequestFilter filter =
        new RequestFilter() {
          @Override
          public CompletionStage<Optional<Answer>> judge(Route route, InboundRequest request) {
            asked.add(name);
            return verdict.apply(request);
          }

          @Override
          public String name() {
            return "org.example." + name;
          }

          @Override
          public boolean failsOpen() {
            return failsOpen;
          }
        };
    router.dispatcher.add(new BoundFilter(filter, ranking, ids++));
    return filter;
  }

  private static CompletionStage<Optional<Answer>> passes() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private FakeExchange put() {
    return router.handle(router.signed("PUT", PUT, "{\"n\":1}"));
  }

  @Test
  void aFilterSeesTheAuthenticatedRequest() {
    List<String> seen = new ArrayList<>();
    router.dispatcher.add(
        new BoundFilter(
            (route, request) -> {
              seen.add(
                  route.method()
                      + " "
                      + route.path()
                      + " "
                      + request.variables()
                      + " "
                      + request.signer()
                      + " "
                      + request.remote().getAddress().isLoopbackAddress()
                      + " "
                      + request.object());
              return passes();
            },
            0,
            0));

    assertThat(put().status()).isEqualTo(200);
    assertThat(seen).containsExactly("PUT " + SEND + " {txnId=1} peer.example:8448 true {\"n\":1}");

    FakeExchange tampered = router.handle(router.signed("PUT", PUT, "{\"n\":1}").body("{}"));
    assertThat(tampered.status()).isEqualTo(401);
    assertThat(seen).as("only what is authenticated").hasSize(1);
  }

  @Test
  void theyAreAskedByRankingUntilOneAnswers() {
    add("late", -1, false, request -> passes());
    add("first", 5, false, request -> passes());
    add("second", 0, false, request -> passes());
    add("third", 0, false, request -> passes());
    assertThat(put().status()).isEqualTo(200);
    assertThat(asked).containsExactly("first", "second", "third", "late");

    asked.clear();
    Answer answer = Answer.ok(JsonObject.EMPTY.with("by", "filter"));
    add("in between", 1, false, r -> CompletableFuture.completedFuture(Optional.of(answer)));
    assertThat(put().json().string("by")).contains("filter");
    assertThat(asked).containsExactly("first", "in between");
    assertThat(calls).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRefusalIsNoFailure(boolean failsOpen) {
    MatrixException refusal = new MatrixException(403, MatrixError.FORBIDDEN, "not you");
    add("thrown", 1, failsOpen, request -> passes());
    add("told", 0, failsOpen, request -> CompletableFuture.failedFuture(refusal));
    FakeExchange told = put();
    add(
        "thrown",
        2,
        failsOpen,
        request -> {
          throw refusal;
        });
    FakeExchange thrown = put();

    for (FakeExchange exchange : List.of(told, thrown)) {
      assertThat(exchange.status()).isEqualTo(403);
      assertThat(exchange.errcode()).isEqualTo("M_FORBIDDEN");
    }
    assertThat(calls).isZero();
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void whatAFilterFailsOnIsRefusedOrPassesAsItSays() {
    RequestFilter closed =
        add(
            "closed",
            0,
            false,
            request -> {
              throw new IllegalStateException("secret");
            });
    FakeExchange refused = put();
    assertThat(refused.status()).isEqualTo(500);
    assertThat(refused.json().toString()).doesNotContain("secret");

    router.dispatcher.remove(closed);
    add("open", 0, true, request -> CompletableFuture.failedFuture(new IllegalStateException()));
    add("null", 0, true, request -> null);
    add("empty", 0, true, request -> CompletableFuture.completedFuture(null));
    assertThat(put().status()).isEqualTo(200);
    assertThat(asked).containsExactly("closed", "open", "null", "empty");
  }

  @Test
  void aFilterMayTakeItsTimeButNotLong() {
    CompletableFuture<Optional<Answer>> verdict = new CompletableFuture<>();
    RequestFilter slow = add("slow", 0, false, request -> verdict);
    FakeExchange waiting = put();
    assertThat(waiting.isOpen()).isTrue();
    verdict.complete(Optional.empty());
    assertThat(waiting.status()).isEqualTo(200);
    router.dispatcher.remove(slow);

    add("closed", 0, false, request -> new CompletableFuture<>());
    FakeExchange late = put();
    router.pass(1_999);
    assertThat(late.isOpen()).isTrue();
    router.pass(1);
    assertThat(late.status()).isEqualTo(503);
  }

  @Test
  void whatAFilterThatFailsOpenIsTooSlowForPasses() {
    add("open", 0, true, request -> new CompletableFuture<>());
    FakeExchange late = put();
    router.pass(2_000);

    assertThat(late.status()).isEqualTo(200);
  }

  @Test
  void aFilterGoesAfterTheCallsInsideItAndIsAskedNoMore() throws Exception {
    CompletableFuture<Optional<Answer>> verdict = new CompletableFuture<>();
    RequestFilter going = add("going", 0, false, request -> verdict);
    FakeExchange inside = put();

    Thread unbinding = new Thread(() -> router.dispatcher.remove(going));
    unbinding.start();
    while (unbinding.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    assertThat(put().status()).isEqualTo(200);
    verdict.complete(Optional.empty());
    unbinding.join();

    assertThat(inside.status()).isEqualTo(200);
    assertThat(asked).containsExactly("going");
  }

  @Test
  void aRequestIsJudgedOnceHoweverOftenItsEndpointIsAsked() {
    add("filter", 0, false, request -> passes());
    router.add(
        Harness.endpoint(
            Route.post(SEND),
            request ->
                calls++ < 2
                    ? CompletableFuture.failedFuture(new BeingReplacedException("rules"))
                    : CompletableFuture.completedFuture(Answer.ok(JsonObject.EMPTY))));
    FakeExchange exchange = router.handle(router.signed("POST", PUT, "{}"));
    router.pass(50);
    router.pass(50);

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(calls).isEqualTo(3);
    assertThat(asked).containsExactly("filter");
  }

  @Test
  void aStoppingRouterDoesNotWaitForFilters() {
    CompletableFuture<Optional<Answer>> verdict = new CompletableFuture<>();
    add("slow", 0, false, request -> verdict);
    FakeExchange exchange = put();

    router.dispatcher.stop();
    verdict.complete(Optional.empty());

    assertThat(exchange.handedBack).isCompleted();
    assertThat(calls).isZero();
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void whileAFilterThatABundleNamesIsAwayNobodyPasses() {
    RequestFilter door = add("door", 0, false, request -> passes());
    router.dispatcher.declare("bundle", Set.of(), Set.of(door.name()));
    String path = "/_matrix/federation/v1/version";
    router.add(Harness.echo(new Route("GET", path, false, 0)));
    assertThat(put().status()).isEqualTo(200);

    router.dispatcher.remove(door);
    FakeExchange signed = put();
    FakeExchange plain = router.handle(FakeExchange.get(path));
    assertThat(signed.isOpen()).isTrue();
    assertThat(signed.bodyAsked).isFalse();
    assertThat(plain.isOpen()).isTrue();
    assertThat(router.dispatcher.report().string("filters_away")).contains(door.name());
    router.dispatcher.add(new BoundFilter(door, 0, ids++));

    assertThat(signed.status()).isEqualTo(200);
    assertThat(plain.status()).isEqualTo(200);
    assertThat(asked).containsExactly("door", "door", "door");
  }

  @Test
  void whatIsReadWhenANamedFilterGoesWaitsForItToo() {
    RequestFilter door = add("door", 0, false, request -> passes());
    router.dispatcher.declare("bundle", Set.of(), Set.of(door.name()));
    FakeExchange exchange = router.signed("PUT", PUT, "{}");
    exchange.bodyArrived = new CompletableFuture<>();
    router.handle(exchange);
    router.dispatcher.remove(door);
    exchange.bodyArrived.complete(null);
    assertThat(exchange.isOpen()).isTrue();

    router.dispatcher.add(new BoundFilter(door, 0, ids++));

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(asked).containsExactly("door");
  }

  @Test
  void aFilterThatGoesWhileAnotherJudgesIsNotPassedBy() {
    CompletableFuture<Optional<Answer>> verdict = new CompletableFuture<>();
    RequestFilter slow = add("slow", 1, false, request -> verdict);
    RequestFilter door =
        add("door", 0, false, request -> CompletableFuture.completedFuture(Optional.of(DENIED)));
    router.dispatcher.declare("bundle", Set.of(), Set.of(door.name()));
    FakeExchange exchange = put();

    router.dispatcher.remove(door);
    verdict.complete(Optional.empty());
    router.pass(50);
    assertThat(exchange.isOpen()).isTrue();
    router.dispatcher.add(new BoundFilter(door, 0, ids++));

    assertThat(exchange.status()).isEqualTo(403);
    assertThat(calls).isZero();
    assertThat(slow.name()).isNotEqualTo(door.name());
  }

  @Test
  void whoeverUninstallsAFilterLetsThoseWhoWaitForItPass() {
    router.dispatcher.declare("bundle", Set.of(), Set.of("org.example.Door"));
    FakeExchange passing = put();
    assertThat(passing.isOpen()).isTrue();
    router.dispatcher.withdraw("bundle");
    assertThat(passing.status()).isEqualTo(200);

    router.dispatcher.declare("bundle", Set.of(), Set.of("org.example.Door"));
    FakeExchange inVain = put();
    router.pass(25_000);
    assertThat(inVain.status()).isEqualTo(503);
  }

  @Test
  void aFilterBehindWhichSomethingIsAwayIsAskedAgain() {
    add(
        "closed",
        0,
        false,
        request ->
            asked.size() < 3
                ? CompletableFuture.failedFuture(new BeingReplacedException("store"))
                : passes());
    FakeExchange exchange = put();
    router.pass(50);
    router.pass(50);

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(asked).hasSize(3);
  }

  @Test
  void unsignedRequestsAreSeenWithoutOrigin() {
    List<Boolean> signed = new ArrayList<>();
    add(
        "filter",
        0,
        false,
        request -> {
          signed.add(request.origin().isPresent());
          return passes();
        });
    String path = "/_matrix/federation/v1/version";
    router.add(Harness.echo(new Route("GET", path, false, 0)));

    assertThat(router.handle(FakeExchange.get(path)).status()).isEqualTo(200);
    assertThat(signed).containsExactly(false);
  }
}
