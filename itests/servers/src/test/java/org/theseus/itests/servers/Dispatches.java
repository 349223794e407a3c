package org.theseus.itests.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Peer;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;

/**
 * What a peer sends: its guest's messages in transactions, one after the other as fast as they are
 * taken, each repeated as it is until it is answered. Some go twice at once, some again long after
 * they were answered; whatever differs between answers is noted.
 */
final class Dispatches implements Runnable {
  private static final int MOST_EVENTS = 12;
  private static final int TWICE = 10;
  private static final int AGAIN = 6;
  private static final int AGAIN_AT_THE_END = 200;

  private record Request(String target, byte[] body, List<String> authorization) {}

  private record Answered(Request request, Peer.Reply reply) {}

  private final Peer peer;
  private final Guest guest;
  private final String server;
  private final Random random;
  private final Executor threads;
  private final List<Answered> answered = new ArrayList<>();
  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean ended;

  /**
   * Begins with the next run.
   *
   * @param threads where copies are sent beside the first
   */
  Dispatches(Peer peer, Guest guest, String server, long seed, Executor threads) {
    this.peer = peer;
    this.guest = guest;
    this.server = server;
    this.random = new Random(seed);
    this.threads = threads;
  }

  @Override
  public void run() {
    try {
      for (int number = 1; !ended; number++) {
        send(number);
        if (random.nextInt(AGAIN) == 0) {
          repeat(answered.get(random.nextInt(answered.size())));
        }
      }
      for (int i = 0; i < AGAIN_AT_THE_END; i++) {
        repeat(answered.get(random.nextInt(answered.size())));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException problem) {
      wrong.add("the peer itself: " + problem);
      throw problem;
    }
  }

  private void send(int number) throws InterruptedException {
    List<JsonObject> pdus = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    int count = 1 + random.nextInt(MOST_EVENTS);
    for (int i = 0; i < count; i++) {
      Event event = guest.message("transaction " + number + ", event " + i);
      guest.follow(event);
      pdus.add(event.json());
      ids.add(event.id().value());
    }
    Request request = request(number, pdus);
    Optional<CompletableFuture<Peer.Reply>> copy =
        random.nextInt(TWICE) == 0
            ? Optional.of(CompletableFuture.supplyAsync(() -> untilAnswered(request), threads))
            : Optional.empty();
    Peer.Reply reply = untilAnswered(request);
    check(ids, reply);
    copy.map(CompletableFuture::join).ifPresent(other -> compare(request, reply, other));
    answered.add(new Answered(request, reply));
    events.addAll(ids);
  }

  private Request request(int number, List<JsonObject> pdus) {
    JsonObject body =
        JsonObject.builder()
            .put("origin", peer.name().value())
            .put("origin_server_ts", System.currentTimeMillis())
            .put("pdus", new JsonArray(List.copyOf(pdus)))
            .build();
    String target = "/_matrix/federation/v1/send/dispatch-" + number;
    return new Request(
        target,
        body.toString().getBytes(StandardCharsets.UTF_8),
        List.of(peer.xMatrix(server, "PUT", target, Optional.of(body))));
  }

  private void repeat(Answered before) throws InterruptedException {
    compare(before.request(), before.reply(), untilAnswered(before.request()));
  }

  private void compare(Request request, Peer.Reply reply, Peer.Reply again) {
    if (!reply.equals(again)) {
      wrong.add(request.target() + " was answered " + reply + ", then " + again);
    }
  }

  private void check(List<String> ids, Peer.Reply reply) {
    JsonObject results = reply.json().object("pdus").orElse(JsonObject.EMPTY);
    for (String id : ids) {
      if (!results.object(id).equals(Optional.of(JsonObject.EMPTY))) {
        wrong.add(id + " was answered in " + reply);
      }
    }
  }

  private Peer.Reply untilAnswered(Request request) {
    while (true) {
      try {
        Peer.Reply reply =
            peer.send(server, "PUT", request.target(), request.body(), request.authorization());
        if (reply.status() == 200) {
          return reply;
        }
        (reply.status() >= 500 ? failures : wrong).add(request.target() + " got " + reply);
      } catch (IOException away) {
        failures.add(request.target() + " got " + away);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("stopped", stop);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped", stop);
    }
  }

  /** Sends no more than it has begun to, and repeats some of it a last time. */
  void end() {
    ended = true;
  }

  /** The ids of the events in transactions that were answered, in order. */
  List<String> events() {
    return List.copyOf(events);
  }

  /** Attempts that met no answer, or one that tells of a server in trouble. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Answers that no transaction should get. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }
}
