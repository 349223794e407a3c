package org.theseus.transaction.core.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.EventStore.Placement;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.sqlite.SqliteDatabase;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.support.Backoff;
import org.theseus.transaction.core.TestStore;
import org.theseus.transport.api.FederationClient;

/** An outbox over the real store, and peers that answer as the test says. */
@Timeout(60)
abstract class OutboxTest {
  static final ServerName US = ServerName.of("us.example");
  static final ServerName PEER = ServerName.of("peer.example");
  static final ServerName OTHER = ServerName.of("other.example");
  static final RoomId ROOM = RoomId.of("!room:us.example");
  static final Duration LONG = Duration.ofHours(1);
  static final Duration SHORT = Duration.ofMillis(1);

  @TempDir Path directory;

  final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  final Queue<Call> allCalls = new ConcurrentLinkedQueue<>();
  final MovedClock clock = new MovedClock();
  SqliteDatabase database;
  Sending sending;
  volatile Database seen;
  volatile Policy policy = Policy.EVERYBODY;

  /** The clock of the machine, set forward by the test. */
  static final class MovedClock extends Clock {
    private final AtomicLong moved = new AtomicLong();

    void move(Duration by) {
      moved.addAndGet(by.toMillis());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.now().plusMillis(moved.get());
    }
  }

  /** A request under way, to be answered by the test. */
  record Call(
      FederationClient.Request request, CompletableFuture<FederationClient.Response> answer) {
    void succeed() {
      JsonObject body = JsonObject.EMPTY.with("pdus", JsonObject.EMPTY);
      answer.complete(new FederationClient.Response(200, body));
    }

    void refuse(int status) {
      answer.complete(new FederationClient.Response(status, JsonObject.EMPTY));
    }

    void fail() {
      answer.completeExceptionally(new TransientException("connection refused"));
    }

    JsonObject body() {
      return request.body().orElseThrow();
    }

    String txnId() {
      return request.path().substring(request.path().lastIndexOf('/') + 1);
    }

    List<String> edus() {
      return body().array("edus").orElseThrow().objects().stream()
          .map(edu -> edu.object("content").orElseThrow().string("text").orElse(""))
          .toList();
    }

    List<String> texts() {
      return body().array("pdus").orElseThrow().objects().stream()
          .map(pdu -> pdu.string("text").orElseThrow())
          .toList();
    }
  }

  final FederationClient client = this::answer;

  /** Is asked for each answer; lets the test give it. */
  CompletionStage<FederationClient.Response> answer(FederationClient.Request request) {
    Call call = new Call(request, new CompletableFuture<>());
    calls.add(call);
    allCalls.add(call);
    return call.answer();
  }

  @BeforeEach
  void open() {
    database = TestStore.open(directory.resolve("test.db"));
    seen = database;
    start(LONG, "run 1");
  }

  void start(Duration backoff, String run) {
    sending =
        new Sending(
            seen,
            client,
            US,
            new JacksonJsonReader(),
            new Backoff(backoff, backoff),
            policy,
            clock);
    sending.start(run);
  }

  @AfterEach
  void close() {
    allCalls.forEach(Call::fail);
    sending.stop();
    database.close();
  }

  /** Stores events and logs them, as the layer above does at the commit. */
  void log(Set<ServerName> recipients, String... texts) {
    store(recipients, texts);
    sending.wake(recipients);
  }

  /** Stores and logs, and tells nobody. */
  void store(Set<ServerName> recipients, String... texts) {
    database.run(
        unit -> {
          for (String text : texts) {
            Event event = event(text);
            unit.events()
                .put(
                    StoredEvent.outlier(event, StoredEvent.Outcome.ACCEPTED, ""),
                    Placement.OUTLIER);
            unit.outbox().append(ROOM, event.id(), recipients);
          }
          return recipients;
        });
  }

  static Event event(String text) {
    JsonObject json = JsonObject.builder().put("text", text).build();
    return new Event(
        EventId.of("$" + text),
        ROOM,
        UserId.of("@a:us.example"),
        "m.room.message",
        Optional.empty(),
        JsonObject.EMPTY,
        List.of(),
        List.of(),
        1,
        1,
        Optional.empty(),
        json);
  }

  Call next() throws InterruptedException {
    Call call = calls.poll(30, TimeUnit.SECONDS);
    assertThat(call).as("a request").isNotNull();
    return call;
  }

  void quiet() throws InterruptedException {
    assertThat(calls.poll(200, TimeUnit.MILLISECONDS)).as("no request").isNull();
  }

  Destination destination() {
    return database.run(unit -> unit.outbox().destination(PEER)).orElseThrow();
  }

  void awaitFailures(int failures) throws InterruptedException {
    await(() -> destination().failures() == failures);
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  void known(ServerName server) throws InterruptedException {
    sending.heardFrom(server);
    while (database.run(unit -> unit.outbox().destination(server)).isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
