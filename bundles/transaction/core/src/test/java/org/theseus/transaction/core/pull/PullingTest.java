package org.theseus.transaction.core.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.PullStore.Pull;
import org.theseus.persistence.sqlite.SqliteDatabase;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.api.Receipt;
import org.theseus.transaction.core.TestStore;
import org.theseus.transaction.core.intake.InboundTransaction;
import org.theseus.transaction.core.intake.Judgement;
import org.theseus.transport.api.FederationClient;

/** Asking for what we missed. */
@Timeout(120)
class PullingTest {
  private static final ServerName PEER = ServerName.of("peer.example");
  private static final ServerName OTHER = ServerName.of("other.example");
  private static final RoomId ROOM = RoomId.of("!room:peer.example");

  @TempDir Path directory;

  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final Receiver receiver = new Receiver();
  private SqliteDatabase database;
  private Clock clock = Clock.fixed(Instant.ofEpochMilli(1_000), ZoneOffset.UTC);
  private Pulling pulling;

  /** A request under way, to be answered by the test. */
  private record Call(
      FederationClient.Request request, CompletableFuture<FederationClient.Response> answer) {
    void tell(Optional<String> next, String... texts) {
      JsonArray pdus =
          new JsonArray(List.of(texts).stream().<JsonValue>map(JsonString::new).toList());
      JsonObject body = JsonObject.EMPTY.with("pdus", pdus);
      body = next.isPresent() ? body.with("next", next.get()) : body;
      answer.complete(new FederationClient.Response(200, body));
    }

    void refuse(int status, String errcode) {
      answer.complete(
          new FederationClient.Response(status, JsonObject.EMPTY.with("errcode", errcode)));
    }
  }

  private final FederationClient client =
      new FederationClient() {
        @Override
        public CompletionStage<Response> send(Request request) {
          Call call = new Call(request, new CompletableFuture<>());
          calls.add(call);
          return call.answer();
        }
      };

  /** Takes every PDU whose text does not begin with "bad", those with "dark" unverified. */
  private static final class Receiver implements PduReceiver {
    private final List<RoomId> journaled = new CopyOnWriteArrayList<>();
    private volatile Optional<Set<ServerName>> neighbours = Optional.empty();
    private volatile boolean replaced;

    @Override
    public CompletionStage<Receipt> receive(ServerName origin, JsonValue pdu) {
      if (replaced) {
        replaced = false;
        return CompletableFuture.failedFuture(new BeingReplacedException("a moment"));
      }
      String text = ((JsonString) pdu).value();
      EventId id = EventId.of("$" + text);
      return CompletableFuture.completedFuture(
          text.startsWith("bad")
              ? new Receipt.Refused(id, "bad")
              : new Receipt.Journal(ROOM, id, !text.startsWith("dark")));
    }

    @Override
    public void journaled(Set<RoomId> rooms) {
      journaled.addAll(rooms);
    }

    @Override
    public Set<ServerName> neighbours(Set<ServerName> among) {
      return neighbours.orElse(among);
    }
  }

  @BeforeEach
  void open() {
    database = TestStore.open(directory.resolve("test.db"));
  }

  private void start(String run) {
    pulling = new Pulling(database, client, receiver, clock);
    pulling.start(run);
  }

  @AfterEach
  void close() {
    calls.forEach(call -> call.answer().completeExceptionally(new TransientException("over")));
    pulling.stop();
    database.close();
  }

  private void reached(ServerName server, String txnId) {
    database.run(
        unit -> {
          unit.pulls().reached(server, txnId);
          return txnId;
        });
  }

  private List<Pull> pending() {
    return database.run(unit -> unit.pulls().pending());
  }

  private List<String> journal() {
    return database.run(
        unit ->
            unit.journal().due(ROOM, Long.MAX_VALUE, 100).stream()
                .map(JournaledPdu::eventId)
                .map(EventId::value)
                .toList());
  }

  private Call next() throws InterruptedException {
    Call call = calls.poll(60, TimeUnit.SECONDS);
    assertThat(call).as("a request").isNotNull();
    return call;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void afterAStartAPeerIsAskedPageByPageForWhatCameAfterItsLastTransaction() throws Exception {
    reached(PEER, "txn 6");
    reached(PEER, "txn 7");

    start("run 1");
    Call first = next();
    assertThat(first.request().destination()).isEqualTo(PEER);
    assertThat(first.request().method()).isEqualTo("GET");
    assertThat(first.request().path())
        .isEqualTo("/_matrix/federation/unstable/org.theseus.pull/v1/pull?after=txn%207&limit=50");
    first.tell(Optional.of("place"), "one", "bad", "two");
    Call second = next();
    assertThat(second.request().path()).contains("?after=place&");
    second.tell(Optional.empty(), "two", "three");

    await(() -> pending().isEmpty());
    assertThat(journal()).containsExactly("$one", "$two", "$three");
    assertThat(receiver.journaled).contains(ROOM);
  }

  @Test
  void aReplacedBundleGoesOnBehindTheLastPageAndBeginsNothing() throws Exception {
    reached(PEER, "txn");
    start("run 1");
    next().tell(Optional.of("place"), "one");
    await(() -> pending().equals(List.of(new Pull(PEER, "place"))));
    next();
    pulling.stop();

    // when another has spoken to us meanwhile
    reached(OTHER, "txn");
    start("run 1");
    Call again = next();
    assertThat(again.request().path()).contains("?after=place&");
    again.tell(Optional.empty(), "two");
    await(() -> pending().isEmpty());

    assertThat(calls).isEmpty();
    assertThat(journal()).containsExactly("$one", "$two");
  }

  @Test
  void aPeerThatDoesNotSpeakItIsLeftAloneForADay() throws Exception {
    reached(PEER, "txn");
    start("run 1");
    next().refuse(404, "M_UNRECOGNIZED");
    await(() -> pending().isEmpty());
    pulling.stop();

    clock = Clock.offset(clock, Duration.ofHours(23));
    reached(OTHER, "txn");
    start("run 2");
    Call only = next();
    assertThat(only.request().destination()).isEqualTo(OTHER);
    only.tell(Optional.empty());
    await(() -> pending().isEmpty());
    pulling.stop();

    clock = Clock.offset(clock, Duration.ofHours(2));
    start("run 3");
    List<ServerName> asked =
        List.of(next().request().destination(), next().request().destination());
    assertThat(asked).containsExactlyInAnyOrder(PEER, OTHER);
  }

  @Test
  void whoeverAnswersOtherwiseIsAskedAgainAfterTheNextStart() throws Exception {
    List<Runnable> answers =
        List.of(
            () -> calls.remove().refuse(404, "M_NOT_FOUND"),
            () -> calls.remove().refuse(503, "M_UNKNOWN"),
            () ->
                calls
                    .remove()
                    .answer()
                    .completeExceptionally(new TransientException("connection refused")),
            () -> calls.remove().tell(Optional.of("x".repeat(300)), "one"),
            () ->
                calls
                    .remove()
                    .tell(
                        Optional.empty(),
                        IntStream.range(0, 51).mapToObj(i -> "p" + i).toArray(String[]::new)));
    reached(PEER, "txn");
    int run = 0;
    for (Runnable answer : answers) {
      start("run " + run++);
      await(() -> !calls.isEmpty());
      answer.run();
      await(() -> pending().isEmpty());
      pulling.stop();
    }
    start("last run");

    next().tell(Optional.empty(), "at last");
    await(() -> pending().isEmpty());
    assertThat(journal()).containsExactly("$at last");
  }

  @Test
  void onlyServersThatShareARoomWithUsAreAsked() throws Exception {
    reached(PEER, "txn");
    reached(OTHER, "txn");
    receiver.neighbours = Optional.of(Set.of(OTHER));

    start("run 1");
    Call only = next();
    only.tell(Optional.empty());
    await(() -> pending().isEmpty());

    assertThat(only.request().destination()).isEqualTo(OTHER);
    assertThat(calls).isEmpty();
  }

  @Test
  void aFewAreAskedAtATime() throws Exception {
    IntStream.range(0, 20).forEach(i -> reached(ServerName.of("s" + i + ".example"), "txn"));

    start("run 1");
    await(() -> calls.size() == 8);
    for (int left = 20; left > 0; left--) {
      assertThat(calls.size()).isLessThanOrEqualTo(8);
      int goal = left - 1;
      next().tell(Optional.empty());
      await(() -> pending().size() == goal);
    }
  }

  @Test
  void whileSomethingAboveIsBeingReplacedThePageIsAskedForAgain() throws Exception {
    reached(PEER, "txn");
    receiver.replaced = true;

    start("run 1");
    next().tell(Optional.empty(), "one");
    next().tell(Optional.empty(), "one");
    await(() -> pending().isEmpty());

    assertThat(journal()).containsExactly("$one");
  }

  @Test
  void whoMeetsSomethingBeingReplacedKeepsItsPlaceAmongTheFew() throws Exception {
    IntStream.range(0, 20).forEach(i -> reached(ServerName.of("s" + i + ".example"), "txn"));
    start("run 1");
    await(() -> calls.size() == 8);
    receiver.replaced = true;

    Call first = next();
    first.tell(Optional.empty(), "one");
    List<Call> others = new ArrayList<>();
    calls.drainTo(others, 7);

    assertThat(next().request().destination()).isEqualTo(first.request().destination());
  }

  @Test
  void whatCannotBeVerifiedIsCappedAsThatOfTransactionsIs() throws Exception {
    reached(PEER, "txn");
    start("run 1");

    int pages = (int) Judgement.MAX_UNVERIFIED / InboundTransaction.MAX_PDUS + 2;
    for (int page = 1; page <= pages; page++) {
      String dark = "dark " + page + ' ';
      next()
          .tell(
              page < pages ? Optional.of("place " + page) : Optional.empty(),
              IntStream.range(0, InboundTransaction.MAX_PDUS)
                  .mapToObj(i -> dark + i)
                  .toArray(String[]::new));
    }

    await(() -> pending().isEmpty());
    assertThat(database.<Long>run(unit -> unit.journal().unverified(PEER)))
        .isEqualTo(Judgement.MAX_UNVERIFIED);
  }
}
