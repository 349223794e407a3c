package org.theseus.transaction.core.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.sqlite.SqliteDatabase;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.transaction.core.TestStore;

/** What a peer may read of what we log. */
@Timeout(60)
class PulledLogTest {
  private static final ServerName PEER = ServerName.of("peer.example");
  private static final ServerName OTHER = ServerName.of("other.example");

  @TempDir Path directory;

  private SqliteDatabase database;
  private SendersLog sender;
  private PulledLog log;

  @BeforeEach
  void open() {
    database = TestStore.open(directory.resolve("test.db"));
    sender = new SendersLog(database);
    log = new PulledLog(database, new JacksonJsonReader());
    sender.log("before", PEER);
    sender.open(PEER, "txn-1");
    sender.close(PEER);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private JsonObject page(ServerName peer, String after, String limit) throws Exception {
    try {
      return log.page(peer, Optional.of(after), Optional.ofNullable(limit))
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw (Exception) failed.getCause();
    }
  }

  private static List<String> texts(JsonObject page) {
    return page.array("pdus").orElseThrow().objects().stream()
        .map(pdu -> pdu.string("text").orElseThrow())
        .toList();
  }

  @Test
  void whatCameAfterATransactionIsToldInOrderToWhomItIsMeantForOnly() throws Exception {
    sender.log("one", PEER, OTHER);
    sender.log("for another", OTHER);
    sender.log("two", PEER);

    JsonObject page = page(PEER, "txn-1", null);

    assertThat(texts(page)).containsExactly("one", "two");
    assertThat(page.has("next")).isFalse();
  }

  @Test
  void whatLiesInAnOpenTransactionHasArrivedForWhoKnowsItsIdAlone() throws Exception {
    sender.log("one", PEER);
    sender.open(PEER, "txn-2");
    sender.log("two", PEER);

    assertThat(texts(page(PEER, "txn-1", null))).containsExactly("one", "two");
    assertThat(texts(page(PEER, "txn-2", null))).containsExactly("two");
  }

  @Test
  void pagesFollowEachOtherAndMoveNoCursor() throws Exception {
    List<String> all = IntStream.range(0, 110).mapToObj(i -> "event" + i).toList();
    all.forEach(text -> sender.log(text, PEER));

    JsonObject first = page(PEER, "txn-1", "1000");
    JsonObject second = page(PEER, first.string("next").orElseThrow(), "50");
    JsonObject third = page(PEER, second.string("next").orElseThrow(), "50");

    assertThat(texts(first)).hasSize(50);
    assertThat(third.has("next")).isFalse();
    assertThat(Stream.of(first, second, third).flatMap(page -> texts(page).stream()))
        .containsExactlyElementsOf(all);
    assertThat(page(PEER, "txn-1", "2")).isEqualTo(page(PEER, "txn-1", "2"));
    assertThat(database.<Long>run(unit -> unit.outbox().owed(PEER))).isEqualTo(110);
  }

  @Test
  void aTransactionThatIsNoneOfThePeersIsUnknown() {
    sender.log("one", PEER, OTHER);

    for (String after : List.of("txn-7", "", "~", "txn-7~0", "txn-1~x")) {
      assertRefused(() -> page(PEER, after, null), 404, "M_NOT_FOUND");
    }
    assertRefused(() -> page(OTHER, "txn-1", null), 404, "M_NOT_FOUND");
  }

  @Test
  void aMadeUpPlaceShowsNothingThatIsNotThePeersOwn() throws Exception {
    sender.log("for another", OTHER);
    sender.log("one", PEER);

    assertThat(texts(page(PEER, "txn-1~-5", null))).containsExactly("one");
    assertThat(texts(page(PEER, "txn-1~" + Long.MAX_VALUE, null))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "", "ten", "1.5"})
  void aLimitThatIsNoneIsRefused(String limit) {
    assertRefused(() -> page(PEER, "txn-1", limit), 400, "M_INVALID_PARAM");
  }

  @Test
  void withoutATransactionNothingIsTold() {
    assertRefused(() -> log.page(PEER, Optional.empty(), Optional.empty()), 400, "M_MISSING_PARAM");
  }

  @Test
  void aPeerIsAnsweredOneRequestAtATime() throws Exception {
    sender.log("one", PEER);
    CompletableFuture<Void> gate = new CompletableFuture<>();
    log = new PulledLog(new Held(database, gate), new JacksonJsonReader());

    CompletionStage<JsonObject> first = log.page(PEER, Optional.of("txn-1"), Optional.empty());
    assertRefused(() -> page(PEER, "txn-1", null), 429, "M_LIMIT_EXCEEDED");
    gate.complete(null);

    assertThat(texts(first.toCompletableFuture().get(30, TimeUnit.SECONDS))).containsExactly("one");
    assertThat(texts(page(PEER, "txn-1", null))).containsExactly("one");
  }

  /** Holds answers back until the test lets them go. */
  private record Held(Database database, CompletableFuture<Void> gate) implements Database {
    @Override
    public <T> CompletionStage<T> submit(Work<T> work) {
      return gate.thenCompose(opened -> database.submit(work));
    }
  }

  private static void assertRefused(ThrowingCallable request, int status, String errcode) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(
            MatrixException.class,
            refusal -> {
              assertThat(refusal.error().status()).isEqualTo(status);
              assertThat(refusal.error().errcode()).isEqualTo(errcode);
            });
  }
}
