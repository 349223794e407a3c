package org.theseus.transaction.core.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.JournaledEdu;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;

/** What becomes of EDUs, whatever their handlers do. */
class EduHandlingTest extends IntakeFixture {
  private static final String TO_DEVICE = "m.direct_to_device";
  private static final String DEVICE_LIST = "m.device_list_update";
  private static final String TYPING = "m.typing";

  private final List<Long> handled = new CopyOnWriteArrayList<>();

  private void note(ServerName origin, Edu edu) {
    handled.add(number(edu));
  }

  private void take(ServerName origin, String txnId, String body) throws Exception {
    text(begin(origin, txnId, body));
  }

  @Test
  void oneBadEduTouchesNoOther() throws Exception {
    List<Edu> seen = new CopyOnWriteArrayList<>();
    handlers.add(
        handler(
            (origin, edu) -> {
              if (edu.content().has("explode")) {
                throw new IllegalStateException("exploded");
              }
              seen.add(edu);
            },
            TYPING));

    take(
        "1",
        """
        {"pdus": [{"say": "take1"}], "edus": [
          7, {}, {"edu_type": "m.typing"}, {"edu_type": 1, "content": {}},
          {"edu_type": "m.typing", "content": {"explode": true}},
          {"edu_type": "m.unheard_of", "content": {}},
          {"edu_type": "m.typing", "content": {"twice": {"a": 1, "a": 2}}},
          {"edu_type": "m.typing", "content": {"half": "\\ud800"}},
          {"edu_type": "m.typing", "content": {"temperature": 0.5}}]}\
        """);

    await(() -> !seen.isEmpty());
    assertThat(seen)
        .singleElement()
        .satisfies(edu -> assertThat(edu.content().has("temperature")).isTrue());
    assertThat(journal()).hasSize(1);
    assertThat(tally.count(Tally.Of.EDUS_MALFORMED)).isEqualTo(6);
    assertThat(tally.count(Tally.Of.EDUS_UNNAMED)).isEqualTo(1);
  }

  @Test
  void durableEdusWaitForTheirHandlerAndAreHandledOnceInOrder() throws Exception {
    take(
        "1",
        """
        {"pdus": [], "edus": [
          {"edu_type": "m.direct_to_device", "content": {"n": 1}},
          {"edu_type": "m.typing", "content": {"lost": true}},
          {"edu_type": "m.direct_to_device", "content": {"n": 2}}]}\
        """);
    assertThat(waiting(ORIGIN)).isEqualTo(2);
    assertThat(tally.count(Tally.Of.EDUS_MISSED)).isEqualTo(1);

    handlers.add(handler(this::note, TO_DEVICE, TYPING));

    await(() -> waiting(ORIGIN) == 0);
    assertThat(handled).containsExactly(1L, 2L);
  }

  @Test
  void theyAreHandledAfterARestartToo() throws Exception {
    take("1", edus(TO_DEVICE, 1, 2, 3));
    close();
    open();

    handlers.add(handler(this::note, TO_DEVICE));

    await(() -> waiting(ORIGIN) == 0);
    assertThat(handled).containsExactly(1L, 2L, 3L);
  }

  @Test
  void whatNobodyToldOfIsFoundAfterAWhile() throws Exception {
    // given a handler that works already, and an EDU journaled by an intake that was replaced
    handlers.add(handler(this::note, TO_DEVICE));
    take("1", edus(TO_DEVICE, 1));
    await(() -> waiting(ORIGIN) == 0);
    database.run(
        unit ->
            unit.journal()
                .addEdu(JournaledEdu.received(OTHER, TO_DEVICE, "{\"n\":2}".getBytes(UTF_8))));

    handlers.lookThroughEvery(Duration.ofMillis(10));

    await(() -> waiting(OTHER) == 0);
    assertThat(handled).containsExactly(1L, 2L);
  }

  @Test
  void aMessageToADeviceIsHandledOnceInWhateverTransactionItComes() throws Exception {
    handlers.add(handler(this::note, TO_DEVICE));
    take("1", edus(TO_DEVICE, 1, 2, 1));
    take("2", edus(TO_DEVICE, 2, 3));
    await(() -> waiting(ORIGIN) == 0);
    close();
    open();
    handlers.add(handler(this::note, TO_DEVICE));

    take("3", edus(TO_DEVICE, 3, 4));
    take(OTHER, "3", edus(TO_DEVICE, 1));

    await(() -> waiting(ORIGIN) + waiting(OTHER) == 0);
    assertThat(handled).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 1L);
    assertThat(tally.count(Tally.Of.EDUS_REPEATED)).isEqualTo(1);
  }

  @Test
  void ofAnotherBodyUnderTheSameIdOnlyTheNewIsHandled() throws Exception {
    handlers.add(handler(this::note, DEVICE_LIST));
    take("1", edus(DEVICE_LIST, 1));

    take("1", edus(DEVICE_LIST, 1, 2));
    // the same news in another transaction is news: it may have changed to and fro
    take("2", edus(DEVICE_LIST, 1));

    await(() -> waiting(ORIGIN) == 0);
    assertThat(handled).containsExactly(1L, 2L, 1L);
  }

  @Test
  void manyOriginsAreHandledEachInItsOrder() throws Exception {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    int[] numbers = IntStream.range(0, 100).toArray();
    for (ServerName origin : List.of(ORIGIN, OTHER)) {
      take(origin, "1", edus(TO_DEVICE, numbers));
    }
    handlers.add(handler((origin, edu) -> seen.add(origin + " " + number(edu)), TO_DEVICE));

    await(() -> waiting(ORIGIN) + waiting(OTHER) == 0);

    for (ServerName origin : List.of(ORIGIN, OTHER)) {
      assertThat(seen)
          .filteredOn(each -> each.startsWith(origin.value()))
          .containsExactlyElementsOf(
              IntStream.range(0, 100).mapToObj(n -> origin + " " + n).toList());
    }
    // in turns: the second does not wait for the end of the first
    assertThat(seen.indexOf(OTHER + " 0")).isLessThan(seen.indexOf(ORIGIN + " 99"));
  }

  @Test
  void oneThatFailsIsTriedAgainBeforeThoseBehindIt() throws Exception {
    AtomicBoolean failing = new AtomicBoolean(true);
    handlers.add(
        handler(
            (origin, edu) -> {
              if (number(edu) == 2 && failing.getAndSet(false)) {
                throw new IllegalStateException("not now");
              }
              note(origin, edu);
            },
            TO_DEVICE));

    take("1", edus(TO_DEVICE, 1, 2, 3));

    await(() -> waiting(ORIGIN) == 0);
    assertThat(handled).containsExactly(1L, 2L, 3L);
    assertThat(tally.count(Tally.Of.EDU_FAILURES)).isEqualTo(1);
  }

  @Test
  void aPoisonousOneIsSetAsideWithItsReasonAndThoseBehindItGoOn() throws Exception {
    // given one that failed so often that the next failure is its last
    take("1", edus(TO_DEVICE, 1, 2));
    failAllButOnce();
    handlers.add(
        handler(
            (origin, edu) -> {
              if (number(edu) == 1) {
                throw new IllegalStateException("poison");
              }
              note(origin, edu);
            },
            TO_DEVICE));

    await(() -> waiting(ORIGIN) == 0);

    assertThat(handled).containsExactly(2L);
    assertThat(database.<List<JournaledEdu>>run(unit -> unit.journal().quarantinedEdus(9)))
        .singleElement()
        .satisfies(
            edu -> {
              assertThat(edu.problem()).contains("poison");
              assertThat(edu.attempts()).isEqualTo(HandlerQueue.MAX_ATTEMPTS);
            });
    assertThat(tally.count(Tally.Of.EDUS_QUARANTINED)).isEqualTo(1);
  }

  @Test
  void whatCannotBeHandledNowIsNeverSetAside() throws Exception {
    // given one whose next failure would be its last
    take("1", edus(TO_DEVICE, 1, 2));
    failAllButOnce();
    AtomicInteger attempts = new AtomicInteger();
    handlers.add(
        handler(
            (origin, edu) -> {
              if (attempts.incrementAndGet() <= 2) {
                throw new TransientException("what it needs is away");
              }
              note(origin, edu);
            },
            TO_DEVICE));

    await(() -> waiting(ORIGIN) == 0);

    assertThat(handled).containsExactly(1L, 2L);
    assertThat(tally.count(Tally.Of.EDU_FAILURES)).isEqualTo(2);
    assertThat(database.<List<JournaledEdu>>run(unit -> unit.journal().quarantinedEdus(9)))
        .isEmpty();
  }

  private void failAllButOnce() {
    database.run(
        unit -> {
          JournaledEdu first = unit.journal().edus(ORIGIN, Set.of(TO_DEVICE), 1).get(0);
          for (int i = 1; i < HandlerQueue.MAX_ATTEMPTS; i++) {
            first = first.failedBecause("earlier");
          }
          unit.journal().updateEdu(first);
          return first;
        });
  }

  @Test
  void aFailingOneKeepsNoOtherOriginWaiting() throws Exception {
    handlers.add(
        handler(
            (origin, edu) -> {
              if (origin.equals(ORIGIN)) {
                throw new IllegalStateException("poison");
              }
              note(origin, edu);
            },
            TO_DEVICE));
    take("1", edus(TO_DEVICE, 1));

    take(OTHER, "1", edus(TO_DEVICE, 2));

    await(() -> waiting(OTHER) == 0);
    assertThat(handled).containsExactly(2L);
    assertThat(waiting(ORIGIN)).isEqualTo(1);
  }

  @Test
  void aHandlerThatHangsKeepsNobodyWaitingButItsOwn() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    Semaphore release = new Semaphore(0);
    handlers.add(
        handler(
            (origin, edu) -> {
              hanging.countDown();
              release.acquireUninterruptibly();
              note(origin, edu);
            },
            TO_DEVICE));
    handlers.add(handler(this::note, DEVICE_LIST, TYPING));
    take("1", edus(TO_DEVICE, 1));
    assertThat(hanging.await(60, TimeUnit.SECONDS)).isTrue();

    take("2", edus(DEVICE_LIST, 2));
    take("3", edus(TYPING, 3));

    await(() -> handled.size() == 2);
    assertThat(handled).containsExactlyInAnyOrder(2L, 3L);
    release.release();
    await(() -> waiting(ORIGIN) == 0);
    assertThat(handled).containsExactlyInAnyOrder(2L, 3L, 1L).endsWith(1L);
  }

  @Test
  void aHandlerThatHangsIsInterruptedAndThatIsAFailure() throws Exception {
    close();
    patience = Duration.ofMillis(50);
    open();
    AtomicBoolean hang = new AtomicBoolean(true);
    handlers.add(
        handler(
            (origin, edu) -> {
              if (hang.getAndSet(false)) {
                sleepForEver();
              }
              note(origin, edu);
            },
            TO_DEVICE));

    take("1", edus(TO_DEVICE, 1, 2));

    await(() -> waiting(ORIGIN) == 0);
    assertThat(handled).containsExactly(1L, 2L);
    assertThat(tally.count(Tally.Of.HANDLERS_OVERDUE)).isGreaterThanOrEqualTo(1);
  }

  @Test
  void whateverAHandlerThrowsTheNextIsHandled() throws Exception {
    handlers.add(
        handler(
            (origin, edu) -> {
              if (number(edu) == 1) {
                throw new AssertionError("an error");
              }
              if (number(edu) == 2) {
                throwAnyhow(new IOException("checked, and not declared"));
              }
              note(origin, edu);
            },
            TYPING));

    take("1", edus(TYPING, 1));
    take("2", edus(TYPING, 2));
    take("3", edus(TYPING, 3));

    await(() -> handled.equals(List.of(3L)));
    assertThat(tally.count(Tally.Of.EDU_FAILURES)).isEqualTo(2);
  }

  @SuppressWarnings("unchecked") // it is not checked, which is the point
  private static <T extends Throwable> void throwAnyhow(Throwable any) throws T {
    throw (T) any;
  }

  private static void sleepForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException enough) {
      throw new IllegalStateException(enough);
    }
  }

  @Test
  void aTypeBelongsToOneHandlerAndPassesToTheNext() throws Exception {
    Handler first = handler(this::note, TO_DEVICE);
    Handler second = handler((origin, edu) -> handled.add(-number(edu)), TO_DEVICE);
    handlers.add(first);
    handlers.add(second);
    take("1", edus(TO_DEVICE, 1));
    await(() -> waiting(ORIGIN) == 0);
    assertThat(handled).containsExactly(1L);

    handlers.remove(first);
    take("2", edus(TO_DEVICE, 2));
    await(() -> waiting(ORIGIN) == 0);
    handlers.remove(second);
    take("3", edus(TO_DEVICE, 3));

    assertThat(handled).containsExactly(1L, -2L);
    assertThat(waiting(ORIGIN)).isEqualTo(1);
  }

  @Test
  void passingOnesBeyondABoundAreLostAndCounted() throws Exception {
    Semaphore release = new Semaphore(0);
    handlers.add(
        handler(
            (origin, edu) -> {
              release.acquireUninterruptibly();
              note(origin, edu);
            },
            TYPING));
    int[] numbers = IntStream.range(0, InboundTransaction.MAX_EDUS).toArray();
    for (int i = 0; i < 12; i++) {
      take("t" + i, edus(TYPING, numbers));
    }
    release.release(10_000);

    await(() -> handled.size() + tally.count(Tally.Of.EDUS_MISSED) == 1_200);
    assertThat(tally.count(Tally.Of.EDUS_MISSED)).isBetween(199L, 200L);
  }

  @Test
  void passingOnesThatAreTooLargeAreLostAndCounted() throws Exception {
    // given as many as fit whatever the handler does, and one that is larger than any may be
    Semaphore release = new Semaphore(0);
    handlers.add(
        handler(
            (origin, edu) -> {
              release.acquireUninterruptibly();
              note(origin, edu);
            },
            TYPING));
    take("large", edusOf(HandlerQueue.MAX_PASSING_BYTES, 0));
    assertThat(tally.count(Tally.Of.EDUS_MISSED)).isEqualTo(1);

    // when twice as many bytes come as are kept
    for (int n = 1; n <= 128; n++) {
      take("t" + n, edusOf(HandlerQueue.MAX_PASSING_BYTES - 100, n));
    }
    long missed = tally.count(Tally.Of.EDUS_MISSED);
    release.release(1_000);

    // then what was kept is handled, and there is room again
    await(() -> handled.size() + missed == 129);
    assertThat(missed).isBetween(64L, 65L);
    take("next", edus(TYPING, 1_000));
    await(() -> handled.contains(1_000L));
  }

  private static String edusOf(int padding, int n) {
    return "{\"pdus\":[],\"edus\":[{\"edu_type\":\"m.typing\",\"content\":{\"n\":"
        + n
        + ",\"padding\":\""
        + "x".repeat(padding)
        + "\"}}]}";
  }

  @Test
  void ofWhatWasHandledNothingIsKept() throws Exception {
    close();
    patience = Duration.ofHours(1);
    open();
    handlers.add(handler(this::note, TYPING, TO_DEVICE));

    take("1", edus(TYPING, 1, 2));
    take("2", edus(TO_DEVICE, 3, 4));

    await(() -> handled.size() == 4 && waiting(ORIGIN) == 0);
    await(() -> scheduler.getQueue().isEmpty());
  }

  @Test
  void tooManyThatWaitAreRefusedAndNothingOfTheTransactionIsTakenIn() throws Exception {
    database.run(
        unit -> {
          for (int i = 0; i < EduIntake.MAX_WAITING; i++) {
            unit.journal().addEdu(JournaledEdu.received(ORIGIN, TO_DEVICE, new byte[] {'{', '}'}));
          }
          return ORIGIN;
        });
    String body = "{\"pdus\":[{\"say\":\"take1\"}],\"edus\":[" + edu(TO_DEVICE, 1) + "]}";

    assertThatThrownBy(() -> begin(ORIGIN, "1", body).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(429);
              assertThat(refused.error().errcode()).isEqualTo("M_LIMIT_EXCEEDED");
              assertThat(refused.error().extra().has("retry_after_ms")).isTrue();
            });
    assertThat(journal()).isEmpty();
    // others are not touched, nor is what holds no such EDU, nor one of a type that does not wait
    take(OTHER, "1", body);
    take("2", "{\"pdus\":[{\"say\":\"take2\"}]}");
    take("3", edus(DEVICE_LIST, 1));

    // and once there is room the same transaction is taken in, whole
    database.run(
        unit -> {
          List<JournaledEdu> one = unit.journal().edus(ORIGIN, Set.of(TO_DEVICE), 1);
          unit.journal().removeEdu(one.get(0).id());
          return one;
        });
    take("1", body);
    assertThat(waiting(ORIGIN)).isEqualTo(EduIntake.MAX_WAITING + 1);
  }
}
