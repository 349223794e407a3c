package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;

/** A transaction that comes again, whatever became of the server meanwhile. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RepeatedTransactionsIT {
  private static final List<String> SWAPPED =
      List.of(
          "org.theseus.transaction.core", "org.theseus.pdu.core", "org.theseus.persistence.sqlite");

  @TempDir Path directory;

  private final ExecutorService senders = Executors.newCachedThreadPool();
  private Server server;
  private Peer peer;
  private Guest guest;
  private String room;

  @BeforeEach
  void start() throws Exception {
    peer = Peer.start(directory.resolve("peer"));
    server = Server.create(directory.resolve("home"), peer.certificate());
    server.start();
    room = server.result("create", server.user("alice"), "--public", "--alias", "hall");
    guest = Guest.join(peer, server.name(), room, "guest");
  }

  @AfterEach
  void stop() {
    senders.shutdownNow();
    server.close();
    peer.close();
  }

  private Event say(String text) {
    Event message = guest.message(text);
    guest.follow(message);
    return message;
  }

  private static JsonObject transaction(JsonValue... pdus) {
    return JsonObject.EMPTY.with("pdus", new JsonArray(List.of(pdus)));
  }

  private Peer.Reply put(String txnId, JsonObject body) throws Exception {
    return peer.ask(
        server.name(), "PUT", "/_matrix/federation/v1/send/" + txnId, Optional.of(body));
  }

  private List<String> texts() throws Exception {
    return server.timeline(room).stream()
        .flatMap(event -> event.object("content").stream())
        .flatMap((JsonObject content) -> content.string("body").stream())
        .toList();
  }

  @Test
  void theAnswerIsTheSameBytesAfterSwapsAndAKill() throws Exception {
    JsonObject body =
        transaction(
            say("once").json(),
            guest.message("unsigned").json().without("signatures"),
            JsonObject.EMPTY);
    Peer.Reply first = put("1", body);
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.body()).contains("{}", "\"error\"");

    for (String module : SWAPPED) {
      server.swap(module, 1);
      assertThat(put("1", body)).as(module).isEqualTo(first);
    }
    server.kill();
    server.start();
    assertThat(put("1", body)).isEqualTo(first);
    assertThat(server.result("status", "intake")).contains("intake repeats 1", "transactions 0");

    // and the server has not answered by heart: what is new is taken in
    assertThat(put("1", transaction(say("twice").json())).status()).isEqualTo(200);
    await("twice");
    assertThat(texts()).containsOnlyOnce("once", "twice");
  }

  @Test
  void copiesSentAtOnceAreOneThoughTheLayerIsReplacedBetweenThem() throws Exception {
    CompletableFuture<Void> swaps =
        CompletableFuture.runAsync(
            () -> {
              for (int step = 1; step <= 3; step++) {
                swapTransactions(step);
              }
            },
            senders);
    List<String> said = new ArrayList<>();
    for (int i = 0; i < 20 || !swaps.isDone(); i++) {
      String text = "message " + i;
      JsonObject body = transaction(say(text).json());
      String txnId = "copies-" + i;
      List<CompletableFuture<Peer.Reply>> copies = new ArrayList<>();
      for (int copy = 0; copy < 3; copy++) {
        copies.add(CompletableFuture.supplyAsync(() -> putUnchecked(txnId, body), senders));
      }
      Peer.Reply first = copies.get(0).get();
      assertThat(first.status()).as(first.body()).isEqualTo(200);
      for (CompletableFuture<Peer.Reply> copy : copies) {
        assertThat(copy.get()).isEqualTo(first);
      }
      said.add(text);
    }
    swaps.get();

    await(said.get(said.size() - 1));
    assertThat(texts()).filteredOn(text -> text.startsWith("message")).isEqualTo(said);
  }

  private void swapTransactions(int step) {
    try {
      server.swap("org.theseus.transaction.core", step);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private Peer.Reply putUnchecked(String txnId, JsonObject body) {
    try {
      return put(txnId, body);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private void await(String text) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!texts().contains(text)) {
      assertThat(System.nanoTime()).as(text + " arrives").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
