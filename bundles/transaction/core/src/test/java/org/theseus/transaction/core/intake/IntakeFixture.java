package org.theseus.transaction.core.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.sqlite.SqliteDatabase;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.support.Threads;
import org.theseus.transaction.api.EduHandler;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.api.Receipt;
import org.theseus.transaction.core.TestStore;

/** An intake on a real store, with a made-up layer above it. */
@Timeout(120)
abstract class IntakeFixture {
  static final ServerName ORIGIN = ServerName.of("a.example");
  static final ServerName OTHER = ServerName.of("b.example");
  static final RoomId ROOM = RoomId.of("!room:a.example");
  static final JacksonJsonReader JSON = new JacksonJsonReader();
  private static final Set<String> NAMED =
      Set.of("m.typing", "m.direct_to_device", "m.device_list_update");

  @TempDir Path directory;

  SqliteDatabase database;
  Tally tally;
  EduHandlers handlers;
  Intake intake;
  Duration patience = Duration.ofSeconds(30);
  final Receiver receiver = new Receiver();
  ScheduledThreadPoolExecutor scheduler;

  @BeforeEach
  void open() {
    database = TestStore.open(directory.resolve("test.db"));
    scheduler = Threads.scheduler("test-intake");
    begin();
  }

  /** Begins anew, as after a swap, on the same store. */
  void begin() {
    tally = new Tally();
    handlers = new EduHandlers(new EduHandlers.Office(database, JSON, scheduler, tally, patience));
    intake = intakeOn(database);
  }

  Intake intakeOn(Database store) {
    return new Intake(
        store,
        receiver,
        new EduIntake(NAMED::contains, handlers, tally),
        Clock.systemUTC(),
        new SteadyClock(Clock.systemUTC(), System::nanoTime),
        tally);
  }

  @AfterEach
  void close() {
    handlers.close();
    scheduler.shutdownNow();
    database.close();
  }

  /** Judges PDUs by their member "say". */
  static final class Receiver implements PduReceiver {
    final List<JsonValue> received = new CopyOnWriteArrayList<>();
    final List<RoomId> journaled = new CopyOnWriteArrayList<>();
    volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    @Override
    public CompletionStage<Receipt> receive(ServerName origin, JsonValue pdu) {
      received.add(pdu);
      return gate.thenApply(opened -> judge(pdu));
    }

    private static Receipt judge(JsonValue pdu) {
      String said = pdu instanceof JsonObject object ? object.string("say").orElse("") : "";
      EventId id = EventId.of("$" + said);
      return switch (said.length() < 4 ? "drop" : said.substring(0, 4)) {
        case "take" -> new Receipt.Journal(ROOM, id, true);
        case "late" -> new Receipt.Journal(ROOM, id, false);
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

  /** Does with EDUs what a test says. */
  record Handler(Set<String> types, BiConsumer<ServerName, Edu> does) implements EduHandler {
    @Override
    public void handle(ServerName origin, Edu edu) {
      does.accept(origin, edu);
    }
  }

  static Handler handler(BiConsumer<ServerName, Edu> does, String... types) {
    return new Handler(Set.of(types), does);
  }

  String take(String txnId, String body) throws Exception {
    return text(begin(ORIGIN, txnId, body));
  }

  CompletableFuture<byte[]> begin(ServerName origin, String txnId, String body) throws IOException {
    return intake.take(transaction(origin, txnId, body)).toCompletableFuture();
  }

  static String text(CompletableFuture<byte[]> answer) throws Exception {
    return new String(answer.get(60, TimeUnit.SECONDS), StandardCharsets.UTF_8);
  }

  static InboundTransaction transaction(ServerName origin, String txnId, String body)
      throws IOException {
    return InboundTransaction.of(origin, txnId, read(body));
  }

  /** Reads as the router does. */
  static JsonObject read(String body) throws IOException {
    return (JsonObject)
        JSON.readLenient(
            new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), Long.MAX_VALUE);
  }

  /** A transaction of EDUs of one type, whose contents say which they are. */
  static String edus(String type, int... numbers) {
    StringBuilder edus = new StringBuilder();
    for (int n : numbers) {
      edus.append(edus.isEmpty() ? "" : ",").append(edu(type, n));
    }
    return "{\"pdus\":[],\"edus\":[" + edus + "]}";
  }

  static String edu(String type, int n) {
    return """
    {"edu_type": "%s", "content": {"n": %d, "message_id": "id%d"}}\
    """
        .formatted(type, n, n);
  }

  static long number(Edu edu) {
    return edu.content().integer("n").orElse(0L);
  }

  List<JournaledPdu> journal() {
    return database.run(unit -> unit.journal().due(ROOM, Long.MAX_VALUE, 10_000));
  }

  long waiting(ServerName origin) {
    return database.run(unit -> unit.journal().waitingEdus(origin, NAMED));
  }

  static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }
}
