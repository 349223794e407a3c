package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.Route;

/** What becomes of requests whose endpoint takes very long, and of what they take up. */
@Timeout(60)
class GivingUpTest {
  private static final String EVENT = "/_matrix/federation/v1/event/{eventId}";
  private static final String GET = "/_matrix/federation/v1/event/$e";

  private static final String SEND = "/_matrix/federation/v1/send/{txnId}";
  private static final String PUT = "/_matrix/federation/v1/send/1";

  private final Harness router = new Harness();
  private final List<CompletableFuture<Answer>> answers = new ArrayList<>();
  private final Endpoint endpoint =
      router.add(Harness.endpoint(Route.get(EVENT), request -> answer()));

  private CompletableFuture<Answer> answer() {
    answers.add(new CompletableFuture<>());
    return answers.get(answers.size() - 1);
  }

  private FakeExchange get() {
    return router.handle(router.signed("GET", GET));
  }

  private int atWork() {
    return router.dispatcher.admission().all().requests();
  }

  @Test
  void anEndpointThatNeverAnswersIsGivenUpAndItsPlaceIsFree() {
    FakeExchange exchange = get();
    router.pass(179_999);
    assertThat(exchange.isOpen()).as("joins take two minutes").isTrue();
    assertThat(atWork()).isEqualTo(1);

    router.pass(1_000);

    assertThat(exchange.status()).isEqualTo(504);
    assertThat(exchange.errcode()).isEqualTo("M_UNKNOWN");
    assertThat(atWork()).isZero();
    assertThat(router.dispatcher.gate().inside()).isZero();
    router.dispatcher.remove(endpoint);
  }

  @Test
  void anAnswerThatComesTooLateDoesNoHarm() {
    FakeExchange exchange = get();
    router.pass(180_000);
    answers.get(0).complete(Answer.ok(JsonObject.EMPTY));

    assertThat(exchange.status()).isEqualTo(504);
    assertThat(atWork()).isZero();
    assertThat(router.dispatcher.gate().inside()).isZero();
    FakeExchange next = get();
    answers.get(1).complete(Answer.ok(JsonObject.EMPTY));
    assertThat(next.status()).isEqualTo(200);
  }

  @Test
  void eachQuestionHasItsOwnTime() {
    FakeExchange exchange = router.handle(router.signed("GET", GET).arrived(200_000_000_000L));
    router.pass(179_000);
    answers.get(0).completeExceptionally(new BeingReplacedException("rules"));
    router.pass(50);
    router.pass(2_000);
    assertThat(exchange.isOpen()).isTrue();

    answers.get(1).complete(Answer.ok(JsonObject.EMPTY));

    assertThat(exchange.status()).isEqualTo(200);
  }

  @Test
  void anAnswerThatIsBeingWrittenIsNotCut() {
    FakeExchange exchange = router.signed("GET", GET);
    exchange.written = new CompletableFuture<>();
    router.handle(exchange);
    answers.get(0).complete(Answer.ok(JsonObject.EMPTY));
    router.pass(600_000);

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(exchange.written).isNotDone();
  }

  @Test
  void workForAClientThatHasGoneKeepsItsPlaceForAWhileOnly() {
    FakeExchange exchange = get();
    router.pass(1_000);
    exchange.go();
    assertThat(atWork()).as("whoever goes gains nothing by it").isEqualTo(1);
    router.pass(28_000);
    assertThat(atWork()).isEqualTo(1);

    router.pass(1_000);

    assertThat(atWork()).isZero();
    assertThat(router.dispatcher.gate().inside()).isZero();
    assertThat(router.dispatcher.report().integer("gone")).contains(1L);
  }

  @Test
  void aClientThatWentBeforeItsEndpointWasAskedIsNotServed() {
    router.declare("PUT", SEND);
    FakeExchange exchange = router.signed("PUT", PUT, "{}");
    exchange.bodyArrived = new CompletableFuture<>();
    router.handle(exchange);
    router.add(Harness.endpoint(Route.put(SEND), request -> answer()));
    assertThat(exchange.bodyAsked).isTrue();
    exchange.go();
    exchange.bodyArrived.complete(null);

    assertThat(answers).isEmpty();
    assertThat(router.dispatcher.gate().inside()).isZero();
  }

  @Test
  void anEndpointThatBlocksItsThreadIsGivenUpToo() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Harness other = new Harness(pool);
      other.add(
          Harness.endpoint(
              Route.get(EVENT),
              request -> {
                blocked.countDown();
                try {
                  end.await();
                } catch (InterruptedException stop) {
                  Thread.currentThread().interrupt();
                }
                return CompletableFuture.completedFuture(Answer.ok(JsonObject.EMPTY));
              }));
      FakeExchange exchange = other.handle(other.signed("GET", GET));
      blocked.await();

      other.pass(180_000);

      assertThat(exchange.status()).isEqualTo(504);
      assertThat(other.dispatcher.admission().all().requests()).isZero();
    } finally {
      end.countDown();
      pool.shutdown();
    }
  }
}
