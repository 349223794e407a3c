package org.theseus.transaction.core.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.persistence.api.IntakeStore.Answered;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.PersistenceException;
import org.theseus.persistence.api.PullStore;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.api.Receipt;

class IntakeTest extends IntakeFixture {
  private static final String TAKE_ONE = "{\"pdus\":[{\"say\":\"take1\"}]}";

  @Test
  void eachPduGetsItsOwnResultAndOnlyTheGoodIsJournaled() throws Exception {
    String answer =
        take(
            "1",
            """
            {"pdus": [{"say": "take1"}, {"say": "nope"}, {"say": "know"}, 7, null, {}]}\
            """);

    assertThat(answer)
        .isEqualTo("{\"pdus\":{\"$take1\":{},\"$nope\":{\"error\":\"we say no\"},\"$know\":{}}}");
    assertThat(journal())
        .singleElement()
        .satisfies(
            pdu -> {
              assertThat(pdu.eventId()).isEqualTo(EventId.of("$take1"));
              assertThat(pdu.origin()).isEqualTo(ORIGIN);
              assertThat(pdu.verified()).isTrue();
              assertThat(pdu.json()).asString().isEqualTo("{\"say\":\"take1\"}");
            });
    assertThat(receiver.journaled).containsExactly(ROOM);
  }

  @Test
  void aRepeatGetsTheSameBytesAndNobodyAboveHearsOfIt() throws Exception {
    String first = take("1", TAKE_ONE);
    int received = receiver.received.size();

    String again = take("1", "{ \"pdus\":  [ {\"say\":\"take1\"} ] }");

    assertThat(again).isEqualTo(first);
    assertThat(receiver.received).hasSize(received);
    assertThat(journal()).hasSize(1);
  }

  @Test
  void theAnswerIsKeptOverARestart() throws Exception {
    String first = take("1", "{\"pdus\":[{\"say\":\"nope\"}]}");
    database.close();
    open();

    assertThat(take("1", "{\"pdus\":[{\"say\":\"nope\"}]}")).isEqualTo(first);
    assertThat(receiver.received).hasSize(1);
  }

  @Test
  void theLastTransactionThatHeldSomethingIsWhereWeWouldAskOn() throws Exception {
    take("1", "{\"pdus\":[{\"say\":\"take1\"}]}");
    take("2", "{\"pdus\":[],\"edus\":[{\"edu_type\":\"m.typing\",\"content\":{}}]}");
    take("3", "{\"pdus\":[]}");

    List<PullStore.Pull> pulls =
        database.run(
            unit -> {
              unit.pulls().begin(0);
              return unit.pulls().pending();
            });

    assertThat(pulls).containsExactly(new PullStore.Pull(ORIGIN, "2"));
  }

  @Test
  void anotherBodyUnderTheSameIdIsTakenIn() throws Exception {
    take("1", TAKE_ONE);

    String answer = take("1", "{\"pdus\":[{\"say\":\"take1\"},{\"say\":\"take2\"}]}");

    assertThat(answer).isEqualTo("{\"pdus\":{\"$take1\":{},\"$take2\":{}}}");
    assertThat(journal()).extracting(JournaledPdu::eventId).hasSize(2);
    assertThat(take("1", "{\"pdus\":[{\"say\":\"take1\"},{\"say\":\"take2\"}]}")).isEqualTo(answer);
  }

  @Test
  void theSameIdFromAnotherServerIsAnotherTransaction() throws Exception {
    take("1", TAKE_ONE);

    text(begin(OTHER, "1", "{\"pdus\":[{}]}"));

    assertThat(receiver.received).hasSize(2);
  }

  @Test
  void aSecondCopyInProgressWaitsForTheFirst() throws Exception {
    receiver.gate = new CompletableFuture<>();
    List<CompletableFuture<byte[]>> copies = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      copies.add(begin(ORIGIN, "1", TAKE_ONE));
    }
    assertThat(copies).noneMatch(CompletableFuture::isDone);

    receiver.gate.complete(null);

    for (CompletableFuture<byte[]> copy : copies) {
      assertThat(copy.get(30, TimeUnit.SECONDS)).asString().contains("$take1");
    }
    assertThat(receiver.received).hasSize(1);
  }

  @Test
  void aReceiverThatFailsLeavesNoAnswerAndTheNextAttemptSucceeds() throws Exception {
    receiver.gate = CompletableFuture.failedFuture(new IllegalStateException("swapped away"));
    assertThatThrownBy(() -> take("1", TAKE_ONE)).hasRootCauseMessage("swapped away");
    assertThat(journal()).isEmpty();

    receiver.gate = CompletableFuture.completedFuture(null);

    assertThat(take("1", TAKE_ONE)).contains("$take1");
    assertThat(journal()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"pdus\":{}}",
        "{\"pdus\":null}",
        "{\"pdus\":[],\"edus\":7}",
        "{\"pdus\":\"x\"}",
      })
  void aWrongShapeIs400(String body) {
    assertThatThrownBy(() -> transaction(ORIGIN, "1", body))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(400);
              assertThat(refused.error().errcode()).isEqualTo("M_BAD_JSON");
            });
  }

  @Test
  void moreThanFiftyPdusOrAHundredEdusIs400AndNothingIsCut() throws Exception {
    String fits = "{\"pdus\":[" + "{},".repeat(49) + "{}],\"edus\":[" + "{},".repeat(99) + "{}]}";
    String pdus = "{\"pdus\":[" + "{},".repeat(50) + "{}]}";
    String manyEdus = "{\"pdus\":[],\"edus\":[" + "{},".repeat(100) + "{}]}";

    InboundTransaction largest = transaction(ORIGIN, "1", fits);
    assertThat(largest.pdus()).hasSize(50);
    assertThat(largest.edus()).hasSize(100);
    for (String body : List.of(pdus, manyEdus)) {
      assertThatThrownBy(() -> transaction(ORIGIN, "1", body))
          .isInstanceOfSatisfying(
              MatrixException.class,
              refused -> assertThat(refused.error().status()).isEqualTo(400));
    }
  }

  @Test
  void anAnswerGivenWhileThisOneWasSwappedInIsGivenAgain() throws Exception {
    // given one copy that is being judged while the layer is replaced, and then is refused a PDU
    receiver.gate = new CompletableFuture<>();
    CompletableFuture<Void> oldGate = receiver.gate;
    String body =
        "{\"pdus\":[{\"say\":\"take1\"}],\"edus\":["
            + edu("m.direct_to_device", 1)
            + ","
            + edu("m.device_list_update", 1)
            + "]}";
    CompletableFuture<byte[]> old = begin(ORIGIN, "1", body);
    await(() -> receiver.received.size() == 1);
    begin();

    // when the other copy is taken in by the next generation, before the first goes on
    receiver.gate = CompletableFuture.completedFuture(null);
    String answer = take("1", body);
    oldGate.complete(null);

    // then both get the same, and it was taken in once
    assertThat(text(old)).isEqualTo(answer);
    assertThat(journal()).hasSize(1);
    assertThat(receiver.journaled).containsExactly(ROOM);
    assertThat(waiting(ORIGIN)).isEqualTo(2);
  }

  @Test
  void theAnswerStaysTheSameThoughTheWorldChanged() throws Exception {
    String first = take("1", "{\"pdus\":[{\"say\":\"take1\"},{\"say\":\"nope\"}]}");
    receiver.gate = CompletableFuture.failedFuture(new IllegalStateException("asked again"));
    begin();

    assertThat(take("1", "{\"pdus\":[{\"say\":\"take1\"},{\"say\":\"nope\"}]}")).isEqualTo(first);
    assertThat(tally.count(Tally.Of.REPEATS)).isEqualTo(1);
    assertThat(tally.count(Tally.Of.TRANSACTIONS)).isZero();
  }

  @Test
  void onlySuccessIsStored() throws Exception {
    receiver.gate = CompletableFuture.failedFuture(new IllegalStateException("swapped away"));
    assertThatThrownBy(() -> take("1", TAKE_ONE)).hasRootCauseMessage("swapped away");

    Optional<Answered> stored = database.run(unit -> unit.intake().find(ORIGIN, "1"));

    assertThat(stored).isEmpty();
  }

  @Test
  void ofAnEmptyTransactionNothingIsStored() throws Exception {
    String first = take("1", "{\"pdus\":[]}");

    assertThat(database.<Optional<Answered>>run(unit -> unit.intake().find(ORIGIN, "1"))).isEmpty();
    assertThat(first).isEqualTo("{\"pdus\":{}}");
    assertThat(take("1", "{\"pdus\":[]}")).isEqualTo(first);
  }

  @Test
  void anIdOfMoreThan255CharactersIs400() throws Exception {
    assertThat(transaction(ORIGIN, "i".repeat(255), TAKE_ONE).txnId()).hasSize(255);

    assertThatThrownBy(() -> transaction(ORIGIN, "i".repeat(256), TAKE_ONE))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(400);
              assertThat(refused.error().errcode()).isEqualTo("M_INVALID_PARAM");
            });
  }

  @Test
  void aReceiverThatThrowsLeavesTheTransactionFreeForTheNextAttempt() throws Exception {
    Intake throwing =
        new Intake(
            database,
            new PduReceiver() {
              @Override
              public CompletionStage<Receipt> receive(ServerName origin, JsonValue pdu) {
                throw new IllegalStateException("thrown, not completed with");
              }

              @Override
              public void journaled(Set<RoomId> rooms) {
                throw new AssertionError("nothing was journaled");
              }

              @Override
              public Set<ServerName> neighbours(Set<ServerName> among) {
                return among;
              }
            },
            new EduIntake(type -> false, handlers, tally),
            Clock.systemUTC(),
            new SteadyClock(Clock.systemUTC(), System::nanoTime),
            tally);
    InboundTransaction transaction = transaction(ORIGIN, "1", TAKE_ONE);
    for (int attempt = 0; attempt < 2; attempt++) {
      CompletableFuture<byte[]> answer = throwing.take(transaction).toCompletableFuture();
      assertThatThrownBy(() -> text(answer)).hasRootCauseMessage("thrown, not completed with");
    }
  }

  @Test
  void theAnswerComesAfterTheJournalIsOnDisk() throws Exception {
    HeldStore held = new HeldStore(database);
    intake = intakeOn(held);
    CompletableFuture<byte[]> answer = begin(ORIGIN, "1", TAKE_ONE);
    // The first unit of work looks for an earlier answer, the second journals.
    held.letCommit();

    // when the unit that journals has run and is not committed
    await(() -> held.heldBack() == 1);

    // then nobody was told of it
    assertThat(answer).isNotDone();
    assertThat(receiver.journaled).isEmpty();

    held.letCommit();
    assertThat(text(answer)).isEqualTo("{\"pdus\":{\"$take1\":{}}}");
    assertThat(receiver.journaled).containsExactly(ROOM);
  }

  @Test
  void aCommitThatFailsIsNoSuccess() throws Exception {
    HeldStore held = new HeldStore(database);
    intake = intakeOn(held);
    CompletableFuture<byte[]> answer = begin(ORIGIN, "1", TAKE_ONE);
    held.letCommit();
    await(() -> held.heldBack() == 1);

    held.failCommit(new PersistenceException("disk full"));

    assertThatThrownBy(() -> text(answer)).hasRootCauseMessage("disk full");
    assertThat(receiver.journaled).isEmpty();
  }

  @Test
  void whatCannotBeVerifiedYetIsTakenInUpToABoundPerOrigin() throws Exception {
    // given many transactions at once, all judged before any is journaled
    receiver.gate = new CompletableFuture<>();
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    int transactions = (int) Judgement.MAX_UNVERIFIED / InboundTransaction.MAX_PDUS + 2;
    for (int i = 0; i < transactions; i++) {
      answers.add(begin(ORIGIN, "t" + i, unverified(i)));
    }
    CompletableFuture<byte[]> others = begin(OTHER, "1", "{\"pdus\":[{\"say\":\"late-other\"}]}");
    receiver.gate.complete(null);

    int refused = 0;
    int whole = 0;
    for (int i = 0; i < transactions; i++) {
      String answer = text(answers.get(i));
      refused += answer.split("too many events wait for keys", -1).length - 1;
      whole = answer.contains("error") ? whole : i;
    }

    assertThat(refused).isEqualTo(2 * InboundTransaction.MAX_PDUS);
    assertThat(text(others)).isEqualTo("{\"pdus\":{\"$late-other\":{}}}");
    assertThat(database.<Long>run(unit -> unit.journal().unverified(ORIGIN)))
        .isEqualTo(Judgement.MAX_UNVERIFIED);
    // what is there already is no further one, and what is verified needs no room
    assertThat(take("again", unverified(whole))).doesNotContain("error");
    assertThat(take("verified", TAKE_ONE)).doesNotContain("error");
  }

  private static String unverified(int transaction) {
    return IntStream.range(0, InboundTransaction.MAX_PDUS)
        .mapToObj(i -> "{\"say\":\"late-" + transaction + "-" + i + "\"}")
        .collect(Collectors.joining(",", "{\"pdus\":[", "]}"));
  }

  @Test
  void whatBecomesOfItIsCounted() throws Exception {
    String body =
        """
        {"pdus": [{"say": "take1"}, {"say": "nope"}, {"say": "know"}, 7], "edus": [
          7, {"edu_type": "m.unheard_of", "content": {}}, {"edu_type": "m.typing", "content": {}}]}\
        """;
    take("1", body);
    take("1", body);
    take("1", TAKE_ONE);

    assertThat(tally.report().toString())
        .contains(
            "\"transactions\":2",
            "\"repeats\":1",
            "\"other_bodies\":1",
            "\"pdus_journaled\":2",
            "\"pdus_known\":1",
            "\"pdus_refused\":1",
            "\"pdus_dropped\":1",
            "\"edus_malformed\":1",
            "\"edus_unnamed\":1",
            "\"edus_missed\":1");
  }
}
