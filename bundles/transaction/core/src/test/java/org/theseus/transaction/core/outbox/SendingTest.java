package org.theseus.transaction.core.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transaction.api.Outbox;

/** Transactions go out in order, one at a time, whatever happens. */
class SendingTest extends OutboxTest {
  @Test
  void oneTransactionIsInFlightAndWhatCameMeanwhileIsBatchedInOrder() throws Exception {
    log(Set.of(PEER), "1");
    Call first = next();
    log(Set.of(PEER), "2", "3");
    log(Set.of(PEER), "4");
    quiet();

    first.succeed();
    Call second = next();

    assertThat(first.request().path()).startsWith("/_matrix/federation/v1/send/");
    assertThat(first.body().string("origin")).hasValue("us.example");
    assertThat(first.texts()).containsExactly("1");
    assertThat(second.texts()).containsExactly("2", "3", "4");
    assertThat(second.request().path()).isNotEqualTo(first.request().path());
    second.succeed();
    quiet();
  }

  @Test
  void atMostFiftyPdusGoInOne() throws Exception {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      texts.add("n" + i);
    }
    log(Set.of(PEER), texts.toArray(String[]::new));

    List<String> sent = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    while (sent.size() < texts.size()) {
      Call call = next();
      sizes.add(call.texts().size());
      sent.addAll(call.texts());
      call.succeed();
    }

    assertThat(sent).isEqualTo(texts);
    assertThat(sizes).containsExactly(50, 50, 20);
  }

  @Test
  void eachDestinationGetsOnlyWhatIsMeantForIt() throws Exception {
    log(Set.of(PEER), "for peer");
    Call toPeer = next();
    log(Set.of(OTHER), "for other");
    Call toOther = next();

    assertThat(toPeer.request().destination()).isEqualTo(PEER);
    assertThat(toOther.request().destination()).isEqualTo(OTHER);
    assertThat(toPeer.texts()).containsExactly("for peer");
    assertThat(toOther.texts()).containsExactly("for other");
  }

  @Test
  void aFailedTransactionIsSentAgainTheSameBytesThoughMoreHasCome() throws Exception {
    sending.stop();
    start(SHORT, "run 1");
    log(Set.of(PEER), "1");
    Call first = next();
    log(Set.of(PEER), "2");

    first.fail();
    Call again = next();
    again.refuse(502);
    Call third = next();
    third.succeed();

    for (Call call : List.of(again, third)) {
      assertThat(call.request().path()).isEqualTo(first.request().path());
      assertThat(call.body().toBytes()).isEqualTo(first.body().toBytes());
    }
    assertThat(next().texts()).containsExactly("2");
  }

  @Test
  void backOffIsStoredAndOutlivesAReplacement() throws Exception {
    log(Set.of(PEER), "1");
    next().fail();
    awaitFailures(1);
    assertThat(destination().problem()).contains("connection refused");

    sending.stop();
    start(LONG, "run 1");

    quiet();
    assertThat(destination().nextAttemptTs()).isGreaterThan(System.currentTimeMillis());
  }

  @Test
  void hearingFromThePeerEndsItsBackOffAtOnce() throws Exception {
    log(Set.of(PEER), "1");
    Call first = next();
    first.fail();
    awaitFailures(1);

    sending.heardFrom(OTHER);
    quiet();
    sending.heardFrom(PEER);

    Call again = next();
    assertThat(again.request().path()).isEqualTo(first.request().path());
    again.succeed();
    while (destination().failures() != 0) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(destination().lastSuccessTs()).isPositive();
    assertThat(destination().cursor()).isEqualTo(destination().lastMeant());
  }

  @Test
  void aStartThatTheStoreRefusesIsRepeatedAndForgetsNobodyWhoSpokeMeanwhile() throws Exception {
    log(Set.of(PEER, OTHER), "1");
    next().fail();
    next().fail();
    await(() -> sending.destinations().stream().allMatch(one -> one.failures() == 1));
    sending.stop();
    AtomicBoolean refuses = new AtomicBoolean(true);
    seen = new RefusingStore(database, refuses);

    start(LONG, "run 1");
    sending.heardFrom(PEER);
    refuses.set(false);

    assertThat(next().request().destination()).isEqualTo(PEER);
    quiet();
  }

  /** A store that has no time for anybody while it is told so. */
  private record RefusingStore(Database real, AtomicBoolean refuses) implements Database {
    @Override
    public <T> CompletionStage<T> submit(Work<T> work) {
      return refuses.get()
          ? CompletableFuture.failedFuture(new TransientException("too much to do"))
          : real.submit(work);
    }
  }

  @Test
  void whatWasCutOffIsSentAgainTheSameBytesByTheNextGeneration() throws Exception {
    log(Set.of(PEER), "1", "2");
    Call cut = next();
    sending.stop();
    log(Set.of(PEER), "3");

    start(LONG, "run 1");
    Call again = next();

    assertThat(again.request().path()).isEqualTo(cut.request().path());
    assertThat(again.body().toBytes()).isEqualTo(cut.body().toBytes());
    again.succeed();
    assertThat(next().texts()).containsExactly("3");
  }

  @Test
  void aLateAnswerToACutOffTransactionHarmsNobody() throws Exception {
    log(Set.of(PEER), "1");
    Call cut = next();
    sending.stop();
    start(LONG, "run 1");
    Call again = next();
    log(Set.of(PEER), "2");

    cut.succeed();
    again.succeed();

    assertThat(next().texts()).containsExactly("2");
  }

  @Test
  void aStartGreetsPeersThatAreOwedNothingOncePerRun() throws Exception {
    known(PEER);
    sending.stop();

    start(LONG, "run 2");
    Call greeting = next();
    assertThat(greeting.request().destination()).isEqualTo(PEER);
    assertThat(greeting.body().array("pdus").orElseThrow().elements()).isEmpty();
    greeting.succeed();
    sending.stop();

    start(LONG, "run 2");
    quiet();
  }

  @Test
  void aGreetingThatFailsIsRepeatedUntilItArrives() throws Exception {
    known(PEER);
    sending.stop();

    start(SHORT, "run 2");
    next().fail();
    next().refuse(502);
    Call third = next();

    assertThat(third.request().destination()).isEqualTo(PEER);
    assertThat(third.body().array("pdus").orElseThrow().elements()).isEmpty();
    third.succeed();
    quiet();
  }

  @Test
  void aGreetingIsNotRepeatedForEverNorOnceThePeerHasSpoken() throws Exception {
    known(PEER);
    sending.stop();
    start(SHORT, "run 2");
    for (int i = 0; i < 8; i++) {
      next().fail();
    }
    quiet();
    sending.stop();

    start(SHORT, "run 3");
    Call greeting = next();
    sending.heardFrom(PEER);
    greeting.fail();
    quiet();
  }

  @Test
  void whoHasNotAnsweredAGreetingIsGreetedByTheNextGenerationToo() throws Exception {
    known(PEER);
    sending.stop();
    start(LONG, "run 2");
    next().fail();
    sending.stop();

    start(LONG, "run 2");
    Call greeting = next();
    greeting.succeed();
    await(() -> destination().lastSuccessTs() > 0);
    sending.stop();

    start(LONG, "run 2");
    quiet();
  }

  @Test
  void aGreetingToRepeatDoesNotHoldUpWhatIsOwed() throws Exception {
    known(PEER);
    sending.stop();
    start(LONG, "run 2");
    next().fail();
    quiet();

    log(Set.of(PEER), "1");

    assertThat(next().texts()).containsExactly("1");
  }

  @Test
  void whoSpeaksWaitsNoMoreBehindThoseThatFail() throws Exception {
    Set<ServerName> waiting = new HashSet<>();
    for (int i = 0; i <= 100; i++) {
      waiting.add(ServerName.of("s" + i + ".example"));
    }
    log(waiting, "1");
    for (int i = 0; i <= 100; i++) {
      next().fail();
    }
    await(() -> sending.destinations().stream().allMatch(one -> one.failures() == 1));
    sending.stop();
    clock.move(LONG.multipliedBy(2));
    start(LONG, "run 1");
    for (int i = 0; i < 100; i++) {
      waiting.remove(next().request().destination());
    }
    quiet();

    sending.heardFrom(waiting.iterator().next());

    assertThat(next().request().destination()).isIn(waiting);
  }

  @Test
  void hearingFromThePeerWhileAnAttemptFailsCountsToo() throws Exception {
    log(Set.of(PEER), "1");
    next().fail();
    awaitFailures(1);
    sending.retry(PEER);
    Call underWay = next();
    sending.heardFrom(PEER);
    underWay.fail();

    assertThat(next().txnId()).isEqualTo(underWay.txnId());
  }

  @Test
  void whoSpeaksAllTheTimeButTakesNothingIsNotAskedAllTheTime() throws Exception {
    log(Set.of(PEER), "1");
    Call call = next();
    long start = System.nanoTime();
    for (int attempt = 1; attempt <= 3; attempt++) {
      call.refuse(500);
      awaitFailures(attempt);
      for (int i = 0; i < 100; i++) {
        sending.heardFrom(PEER);
      }
      call = next();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
    assertThat(calls).isEmpty();
  }

  @Test
  void inBackOffNewEventsAskNobody() throws Exception {
    log(Set.of(PEER), "1");
    next().fail();
    awaitFailures(1);
    for (int i = 0; i < 20; i++) {
      log(Set.of(PEER), "more" + i);
    }
    quiet();
    assertThat(destination().failures()).isEqualTo(1);
  }

  @Test
  void busyThereIsNoFailure() throws Exception {
    log(Set.of(PEER), "1");
    Call first = next();
    first.refuse(429);

    Call again = next();

    assertThat(again.request().path()).isEqualTo(first.request().path());
    assertThat(destination().failures()).isZero();
  }

  @Test
  void queuedEdusGoOnceWithTheNextTransaction() throws Exception {
    sending.send(
        Set.of(PEER), new Edu("m.typing", JsonObject.builder().put("typing", true).build()));
    Call call = next();

    assertThat(call.body().array("edus").orElseThrow().toString())
        .isEqualTo("[{\"edu_type\":\"m.typing\",\"content\":{\"typing\":true}}]");
    call.succeed();
    quiet();
  }

  @Test
  void destinationsTellWhatIsOwed() throws Exception {
    log(Set.of(PEER), "1", "2");
    next().fail();
    awaitFailures(1);

    assertThat(sending.destinations())
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.server()).isEqualTo(PEER);
              assertThat(status.owed()).isEqualTo(2);
              assertThat(status.failures()).isEqualTo(1);
              assertThat(status.nextAttemptTs()).isPositive();
              assertThat(sending.destination(PEER)).hasValue(status);
            });
    assertThat(sending.destination(OTHER)).isEmpty();
  }

  @Test
  void whatThePolicyHoldsBackGoesOnceThePolicyHasChanged() throws Exception {
    sending.stop();
    AtomicBoolean noon = new AtomicBoolean();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch changed = new CountDownLatch(1);
    policy =
        destination -> {
          boolean sends = noon.get();
          asked.countDown();
          await(changed);
          return sends ? Policy.Verdict.SEND : new Policy.Verdict(LONG, "not before noon");
        };
    start(LONG, "run 1");
    log(Set.of(PEER), "1");

    // even if it changes just while it is asked
    await(asked);
    noon.set(true);
    sending.reconsider();
    changed.countDown();
    Call first = next();
    assertThat(first.texts()).containsExactly("1");
    noon.set(false);
    first.succeed();
    while (sending.destinations().get(0).owed() > 0) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    log(Set.of(PEER), "2");
    while (sending.destinations().get(0).state() != Outbox.State.HELD_BACK) {
      TimeUnit.MILLISECONDS.sleep(5);
    }

    noon.set(true);
    sending.reconsider();
    assertThat(next().texts()).containsExactly("2");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  @Test
  void whatThePolicyHoldsBackWaitsUntilItIsTriedAgain() throws Exception {
    sending.stop();
    policy = destination -> new Policy.Verdict(LONG, "not before noon");
    start(LONG, "run 1");
    log(Set.of(PEER), "1");
    while (sending.destinations().get(0).state() != Outbox.State.HELD_BACK) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(sending.destinations().get(0).problem()).isEqualTo("not before noon");
    assertThat(calls).isEmpty();
    sending.stop();

    AtomicBoolean noon = new AtomicBoolean();
    Policy late = policy;
    policy = destination -> noon.get() ? Policy.Verdict.SEND : late.judge(destination);
    start(LONG, "run 1");
    quiet();
    noon.set(true);
    sending.retry(PEER);

    assertThat(next().texts()).containsExactly("1");
  }

  @Test
  void aPolicyThatBreaksDownStopsNothingForGood() throws Exception {
    sending.stop();
    AtomicBoolean isBroken = new AtomicBoolean(true);
    policy =
        destination -> {
          if (isBroken.getAndSet(false)) {
            throw new NoClassDefFoundError("gone");
          }
          return Policy.Verdict.SEND;
        };
    start(LONG, "run 1");
    log(Set.of(PEER), "1");

    assertThat(next().texts()).containsExactly("1");
  }

  @Test
  void hearingFromOneHeldBackAsksThePolicyAgainAndEndsItsBackOff() throws Exception {
    sending.stop();
    AtomicBoolean noon = new AtomicBoolean(true);
    policy =
        destination ->
            noon.get() ? Policy.Verdict.SEND : new Policy.Verdict(LONG, "not before noon");
    start(LONG, "run 1");
    log(Set.of(PEER), "1");
    Call first = next();
    first.fail();
    awaitFailures(1);
    noon.set(false);
    sending.retry(PEER);
    while (sending.destinations().get(0).state() != Outbox.State.HELD_BACK) {
      TimeUnit.MILLISECONDS.sleep(5);
    }

    noon.set(true);
    for (int i = 0; i < 100; i++) {
      sending.heardFrom(PEER);
    }

    assertThat(next().txnId()).isEqualTo(first.txnId());
    assertThat(calls).isEmpty();
  }

  @Test
  void retryEndsTheBackOff() throws Exception {
    log(Set.of(PEER), "1");
    Call first = next();
    first.fail();
    awaitFailures(1);

    sending.retry(PEER);

    assertThat(next().request().path()).isEqualTo(first.request().path());
  }

  @Test
  void transactionsTellWhatBecameOfThem() throws Exception {
    log(Set.of(PEER), "1", "2");
    next().succeed();
    log(Set.of(PEER), "3");
    next();

    assertThat(sending.transactions(PEER, 9))
        .extracting(Outbox.TransactionStatus::fate, Outbox.TransactionStatus::pdus)
        .containsExactly(tuple(Outbox.Fate.UNDER_WAY, 1), tuple(Outbox.Fate.DELIVERED, 2));
    assertThat(sending.transactions(PEER, 9)).allMatch(one -> one.ts() > 0);
    assertThat(sending.transactions(PEER, 1)).hasSize(1);
    assertThat(sending.transactions(OTHER, 9)).isEmpty();
  }

  @Test
  void idsAreNeverUsedTwice() {
    List<String> given = new ArrayList<>();
    for (int generation = 0; generation < 10; generation++) {
      TxnIds ids = new TxnIds();
      for (int i = 0; i < 10; i++) {
        given.add(ids.next());
      }
    }
    assertThat(given).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{18}-[0-9]+"));
  }
}
