package org.theseus.transaction.core.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore.Outcome;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonObject;
import org.theseus.transaction.api.Outbox.Fate;
import org.theseus.transaction.api.Outbox.TransactionStatus;

/** Who was away, or does not like what it gets, gets what it can take. */
class OutagesTest extends OutboxTest {
  private static final Duration HOUR = Duration.ofMinutes(61);

  /** Fails the open transaction until an hour has passed. */
  private Call failForAnHour(Call call, int status) throws InterruptedException {
    int failures = destination().failures() + 1;
    call.refuse(status);
    awaitFailures(failures);
    clock.move(HOUR);
    sending.retry(PEER);
    return next();
  }

  private void again(int failures) throws InterruptedException {
    awaitFailures(failures);
    sending.retry(PEER);
  }

  @Test
  void afterAnHourOfFailureTheOpenTransactionGoesFirstAndThenAChoice() throws Exception {
    log(Set.of(PEER), "open");
    Call open = next();
    log(Set.of(PEER), texts(30));

    Call again = failForAnHour(open, 502);
    assertThat(again.txnId()).isEqualTo(open.txnId());
    again.succeed();

    Call choice = next();
    // Nothing links these events to one another, so a few of the newest of the room are chosen.
    assertThat(choice.texts())
        .containsExactly("n20", "n21", "n22", "n23", "n24", "n25", "n26", "n27", "n28", "n29");
    assertThat(sending.destinations().get(0).leftToPeer()).isEqualTo(20);
    assertThat(sending.destinations().get(0).owed()).isEqualTo(10);
    log(Set.of(PEER), "later");
    choice.succeed();
    assertThat(next().texts()).containsExactly("later");
    assertThat(destination().catchingUpTo()).isZero();
  }

  @Test
  void aShorterOutageLosesNothing() throws Exception {
    log(Set.of(PEER), "open");
    Call open = next();
    log(Set.of(PEER), texts(30));
    open.refuse(502);
    again(1);
    next().succeed();

    assertThat(next().texts()).containsExactly(texts(30));
    assertThat(sending.destinations().get(0).leftToPeer()).isZero();
  }

  @Test
  void whoIsAThousandEventsBehindGetsAChoice() throws Exception {
    store(Set.of(PEER), texts(999));
    sending.wake(Set.of(PEER));
    Call call = next();
    assertThat(call.texts()).containsExactly(texts(50));
    store(Set.of(PEER), "one", "more");
    store(Set.of(PEER), IntStream.range(0, 49).mapToObj(i -> "m" + i).toArray(String[]::new));

    call.succeed();

    assertThat(next().texts()).hasSize(10).endsWith("m47", "m48");
    assertThat(destination().leftToPeer()).isEqualTo(990);
  }

  @Test
  void aTransactionRefusedForAnHourGoesInHalvesUnderNewIds() throws Exception {
    log(Set.of(PEER), "a", "b", "c", "d");
    Call whole = next();
    log(Set.of(PEER), "later");

    Call refused = failForAnHour(whole, 413);
    assertThat(refused.body().toBytes()).isEqualTo(whole.body().toBytes());
    refused.refuse(400);
    Call first = next();
    assertThat(first.texts()).containsExactly("a", "b");
    first.succeed();
    Call second = next();
    assertThat(second.texts()).containsExactly("c", "d");
    second.succeed();
    Call rest = next();
    assertThat(rest.texts()).containsExactly("later");
    assertThat(Set.of(whole.txnId(), first.txnId(), second.txnId(), rest.txnId())).hasSize(4);
    assertThat(sending.transactions(PEER, 9))
        .extracting(TransactionStatus::fate)
        .containsExactly(Fate.UNDER_WAY, Fate.DELIVERED, Fate.DELIVERED, Fate.REFUSED);
  }

  @Test
  void theEventThatIsRefusedAloneIsLeftToThePeerAndTheRestArrives() throws Exception {
    log(Set.of(PEER), "good", "bad");
    failForAnHour(next(), 400).refuse(400);
    Call good = next();
    assertThat(good.texts()).containsExactly("good");
    good.succeed();
    Call bad = next();
    assertThat(bad.texts()).containsExactly("bad");
    failForAnHour(bad, 400).refuse(400);
    await(() -> destination().leftToPeer() == 1);

    log(Set.of(PEER), "later");

    assertThat(next().texts()).containsExactly("later");
  }

  @Test
  void queuedEdusThatAreRefusedGoInHalvesToo() throws Exception {
    log(Set.of(PEER), "a");
    Call whole = next();
    List<String> texts = new ArrayList<>();
    database.run(
        unit -> {
          for (int i = 0; i < 3; i++) {
            Edu edu = edu("m.direct_to_device", "e" + i);
            unit.outbox().addEdu(PEER, edu.toJson().toBytes());
          }
          return unit;
        });
    log(Set.of(PEER), "b");
    whole.succeed();
    failForAnHour(next(), 400).refuse(400);

    for (int i = 0; i < 2; i++) {
      Call half = next();
      assertThat(half.texts().size() + half.edus().size()).isEqualTo(2);
      texts.addAll(half.texts());
      texts.addAll(half.edus());
      half.succeed();
    }
    assertThat(texts).containsExactly("b", "e0", "e1", "e2");
    quiet();
  }

  @Test
  void otherErrorsNeverSplitATransaction() throws Exception {
    log(Set.of(PEER), "a", "b");
    Call call = next();
    Call first = call;
    for (int status : List.of(401, 403, 404, 500, 503, 302)) {
      call = failForAnHour(call, status);
      assertThat(call.body().toBytes()).isEqualTo(first.body().toBytes());
      assertThat(call.txnId()).isEqualTo(first.txnId());
    }
    // an hour of refusals begins anew after another answer
    call.refuse(400);
    again(7);
    assertThat(next().txnId()).isEqualTo(first.txnId());
  }

  @Test
  void anotherBodyIsNeverSentUnderAnId() throws Exception {
    log(Set.of(PEER), "a", "b");
    Call first = next();
    first.fail();
    awaitFailures(1);
    sending.stop();
    // as if the stored events had changed since
    database.run(
        unit -> {
          var open = unit.outbox().open(PEER).orElseThrow();
          unit.outbox().close(open, Outcome.REFUSED, 1);
          unit.outbox()
              .open(
                  new OpenTransaction(
                      PEER,
                      "changed",
                      open.originServerTs(),
                      open.upTo(),
                      open.pdus().subList(0, 1),
                      open.edus(),
                      0,
                      open.sha256()));
          return unit;
        });

    start(LONG, "run 1");
    sending.retry(PEER);

    Call other = next();
    assertThat(other.txnId()).isNotIn("changed", first.txnId());
    assertThat(other.texts()).containsExactly("a", "b");
    assertThat(sending.transactions(PEER, 9))
        .extracting(TransactionStatus::fate)
        .startsWith(Fate.UNDER_WAY, Fate.SPOILT);
  }

  private static Edu edu(String type, String text) {
    return new Edu(type, JsonObject.builder().put("text", text).build());
  }

  private static String[] texts(int count) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i).toArray(String[]::new);
  }
}
