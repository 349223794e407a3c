package org.theseus.transaction.core.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.PullStore;
import org.theseus.persistence.sqlite.SqliteDatabase;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.transaction.api.EduHandler;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.api.Receipt;
import org.theseus.transaction.core.TestStore;

@Timeout(60)
class IntakeTest {
  private static final ServerName ORIGIN = ServerName.of("a.example");
  private static final RoomId ROOM = RoomId.of("!room:a.example");
  private static final JacksonJsonReader JSON = new JacksonJsonReader();

  @TempDir Path directory;

  private SqliteDatabase database;
  private final Receiver receiver = new Receiver();
  private final Map<String, EduHandler> handlers = new HashMap<>();
  private final List<Edu> handled = new CopyOnWriteArrayList<>();
  private EduIntake edus;
  private Intake intake;

  @BeforeEach
  void open() {
    database = TestStore.open(directory.resolve("test.db"));
    Set<String> named = Set.of("m.typing", "m.direct_to_device");
    edus =
        new EduIntake(
            database,
            JSON,
            named::contains,
            type -> Optional.ofNullable(handlers.get(type)),
            Runnable::run);
    intake = new Intake(database, receiver, edus, Clock.systemUTC());
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** Judges PDUs by their member "say". */
  private static final class Receiver implements PduReceiver {
    private final List<JsonValue> received = new CopyOnWriteArrayList<>();
    private final List<RoomId> journaled = new CopyOnWriteArrayList<>();
    private CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    @Override
    public CompletionStage<Receipt> receive(ServerName origin, JsonValue pdu) {
      received.add(pdu);
      return gate.thenApply(opened -> judge(pdu));
    }

    private static Receipt judge(JsonValue pdu) {
      String said = pdu instanceof JsonObject object ? object.string("say").orElse("") : "";
      EventId id = EventId.of("$" + said);
      return switch (said.isEmpty() ? "drop" : said.substring(0, 4)) {
        case "take" -> new Receipt.Journal(ROOM, id, true);
        case "know" -> new Receipt.Known(id);
        case "nope" -> new Receipt.Refused(id, "we say no");
        default -> new Receipt.Dropped("unreadable");
      };
    }

    @Override
    public void journaled(Set<RoomId> rooms) {
      journaled.addAll(rooms);
    }

    @Override
    public Set<ServerName> neighbours(Set<ServerName> among) {
      return among;
    }
  }

  private String take(String txnId, String body) throws Exception {
    byte[] answer =
        intake
            .take(InboundTransaction.of(ORIGIN, txnId, read(body)))
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    return new String(answer, StandardCharsets.UTF_8);
  }

  /** Reads as the router does. */
  private static JsonObject read(String body) throws IOException {
    return (JsonObject) JSON.readLenient(new ByteArrayInputStream(utf8(body)), Long.MAX_VALUE);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<JournaledPdu> journal() {
    return database.run(unit -> unit.journal().due(ROOM, Long.MAX_VALUE, 100));
  }

  private void handle(String type) {
    handlers.put(
        type,
        new EduHandler() {
          @Override
          public Set<String> types() {
            return Set.of(type);
          }

          @Override
          public void handle(ServerName origin, Edu edu) {
            if (edu.content().has("explode")) {
              throw new IllegalStateException("exploded");
            }
            handled.add(edu);
          }
        });
  }

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
    String first = take("1", "{\"pdus\":[{\"say\":\"take1\"}]}");
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
    take("1", "{\"pdus\":[{\"say\":\"take1\"}]}");

    String answer = take("1", "{\"pdus\":[{\"say\":\"take1\"},{\"say\":\"take2\"}]}");

    assertThat(answer).isEqualTo("{\"pdus\":{\"$take1\":{},\"$take2\":{}}}");
    assertThat(journal()).extracting(JournaledPdu::eventId).hasSize(2);
    assertThat(take("1", "{\"pdus\":[{\"say\":\"take1\"},{\"say\":\"take2\"}]}")).isEqualTo(answer);
  }

  @Test
  void theSameIdFromAnotherServerIsAnotherTransaction() throws Exception {
    take("1", "{\"pdus\":[{\"say\":\"take1\"}]}");

    intake
        .take(
            InboundTransaction.of(
                ServerName.of("b.example"), "1", JSON.readObject(utf8("{\"pdus\":[{}]}"))))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);

    assertThat(receiver.received).hasSize(2);
  }

  @Test
  void aSecondCopyInProgressWaitsForTheFirst() throws Exception {
    receiver.gate = new CompletableFuture<>();
    InboundTransaction transaction =
        InboundTransaction.of(
            ORIGIN, "1", JSON.readObject(utf8("{\"pdus\":[{\"say\":\"take1\"}]}")));
    List<CompletableFuture<byte[]>> copies = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      copies.add(intake.take(transaction).toCompletableFuture());
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
    assertThatThrownBy(() -> take("1", "{\"pdus\":[{\"say\":\"take1\"}]}"))
        .hasRootCauseMessage("swapped away");
    assertThat(journal()).isEmpty();

    receiver.gate = CompletableFuture.completedFuture(null);

    assertThat(take("1", "{\"pdus\":[{\"say\":\"take1\"}]}")).contains("$take1");
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
    assertThatThrownBy(() -> InboundTransaction.of(ORIGIN, "1", JSON.readObject(utf8(body))))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(400);
              assertThat(refused.error().errcode()).isEqualTo("M_BAD_JSON");
            });
  }

  @Test
  void moreThanFiftyPdusOrAHundredEdusIs400AndNothingIsCut() {
    String fits = "{\"pdus\":[" + "{},".repeat(49) + "{}],\"edus\":[" + "{},".repeat(99) + "{}]}";
    String pdus = "{\"pdus\":[" + "{},".repeat(50) + "{}]}";
    String manyEdus = "{\"pdus\":[],\"edus\":[" + "{},".repeat(100) + "{}]}";

    InboundTransaction largest = InboundTransaction.of(ORIGIN, "1", JSON.readObject(utf8(fits)));
    assertThat(largest.pdus()).hasSize(50);
    assertThat(largest.edus()).hasSize(100);
    for (String body : List.of(pdus, manyEdus)) {
      assertThatThrownBy(() -> InboundTransaction.of(ORIGIN, "1", JSON.readObject(utf8(body))))
          .isInstanceOfSatisfying(
              MatrixException.class,
              refused -> assertThat(refused.error().status()).isEqualTo(400));
    }
  }

  @Test
  void oneBadEduTouchesNoOther() throws Exception {
    handle("m.typing");

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

    assertThat(handled)
        .singleElement()
        .satisfies(edu -> assertThat(edu.content().has("temperature")).isTrue());
    assertThat(journal()).hasSize(1);
  }

  @Test
  void durableEdusWaitForTheirHandlerAndAreHandledOnce() throws Exception {
    take(
        "1",
        """
        {"pdus": [], "edus": [
          {"edu_type": "m.direct_to_device", "content": {"n": 1}},
          {"edu_type": "m.typing", "content": {"lost": true}},
          {"edu_type": "m.direct_to_device", "content": {"n": 2}}]}\
        """);
    assertThat(handled).isEmpty();

    handle("m.direct_to_device");
    edus.pump();
    edus.pump();

    assertThat(handled)
        .extracting(edu -> edu.content().integer("n").orElse(0L))
        .containsExactly(1L, 2L);
    assertThat(database.<Integer>run(unit -> unit.journal().edus(0, 10).size())).isZero();
  }
}
