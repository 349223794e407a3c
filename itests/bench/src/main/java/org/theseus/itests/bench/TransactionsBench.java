package org.theseus.itests.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Line;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;
import org.theseus.itests.peer.Tls;
import org.theseus.itests.peer.crowd.Crowd;
import org.theseus.itests.peer.crowd.Crowd.Kind;
import org.theseus.itests.peer.crowd.CrowdedRoom;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;

/**
 * How soon one event is at a thousand servers, and how many transactions a second a server takes,
 * each held against what bounds it, measured between the rounds: signed requests over kept TLS
 * connections, commits that wait for the disk, verifications.
 */
final class TransactionsBench {
  private static final int DESTINATIONS = 1_000;
  private static final int PEERS = 8;
  private static final int EACH_PEER = 1_000;
  private static final int ROUNDS = 5;
  private static final int WARM_UPS = 3;
  private static final int PAGE = 4_096;
  private static final Duration EACH = Duration.ofSeconds(3);
  private static final Duration COMMITS = Duration.ofSeconds(1);
  private static final long PATIENCE_SECONDS = 120;

  private final Path folder;
  private final List<Peer> peers = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().sslContext(Tls.trustingEverybody()).build();
  private volatile CountDownLatch missing = new CountDownLatch(0);
  private volatile String awaited = "none";

  private TransactionsBench(Path folder) {
    this.folder = folder;
  }

  /** Measures, which takes two minutes. */
  static List<Ratio> run() throws Exception {
    System.setProperty("theseus.distribution", HullBench.distribution().toString());
    return new TransactionsBench(Files.createTempDirectory("transactions-bench")).measure();
  }

  private List<Ratio> measure() throws Exception {
    for (int i = 0; i < PEERS; i++) {
      peers.add(Peer.start(folder.resolve("peers")));
    }
    Path trusted = Files.copy(peers.get(0).certificate(), folder.resolve("trusted.pem"));
    try (Crowd crowd =
            new Crowd(
                folder.resolve("crowd"), trusted, Map.of(Kind.LIVING, DESTINATIONS), this::took);
        Server server = Server.create(folder.resolve("home"), trusted)) {
      CrowdedRoom room = new CrowdedRoom(peers.get(0), crowd.names());
      room.introduce(server.home());
      server.with(HullBench.OPTIONS).start();
      return List.of(out(server, crowd, room), in(server));
    } finally {
      peers.forEach(Peer::close);
    }
  }

  private void took(ServerName server, String transaction) {
    if (transaction.contains(awaited)) {
      missing.countDown();
    }
  }

  private Ratio out(Server server, Crowd crowd, CrowdedRoom room) throws Exception {
    String alice = server.user("alice");
    server.result("join", alice, room.id(), "--via", peers.get(0).name().value());
    ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
    double best = Double.MAX_VALUE;
    double cost = Double.MAX_VALUE;
    double bare = Double.MAX_VALUE;
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      double bareMillis = bare(crowd);
      Duration before = process.info().totalCpuDuration().orElseThrow();
      double millis = say(server, alice, room.id(), "round " + round + ".");
      TimeUnit.SECONDS.sleep(1);
      double micros =
          process.info().totalCpuDuration().orElseThrow().minus(before).toNanos()
              / 1e3
              / DESTINATIONS;
      System.out.printf(
          Locale.ROOT,
          "{\"destinations\":%d,\"millis\":%.0f,\"cpuMicrosEach\":%.0f,\"bareMillis\":%.0f}%n",
          DESTINATIONS,
          millis,
          micros,
          bareMillis);
      if (round >= 0) {
        best = Math.min(best, millis);
        cost = Math.min(cost, micros);
        bare = Math.min(bare, bareMillis);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "one event at %d servers after %.0f ms: %.0f transactions out in a second, %.0f us of CPU"
            + " each; bound by signed requests over TLS, %.0f in a second%n",
        DESTINATIONS,
        best,
        DESTINATIONS * 1e3 / best,
        cost,
        DESTINATIONS * 1e3 / bare);
    return new Ratio(
        "transactions out in a second / of bare signed requests", bare / best, 0.1, false);
  }

  /** Says something and tells how many milliseconds later all have it. */
  private double say(Server server, String user, String room, String text) throws Exception {
    awaited = text;
    missing = new CountDownLatch(DESTINATIONS);
    long began = System.nanoTime();
    server.result("send", user, room, text);
    if (!missing.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException(missing.getCount() + " servers do not get " + text);
    }
    return (System.nanoTime() - began) / 1e6;
  }

  /** Signs a request for each server and makes them all at once; tells how many milliseconds. */
  private double bare(Crowd crowd) {
    Optional<JsonObject> body = Optional.of(JsonObject.EMPTY.with("body", "x".repeat(900)));
    String target = "/_matrix/federation/v1/send/bare";
    long began = System.nanoTime();
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (ServerName name : crowd.names()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://" + name + target))
              .header("Authorization", peers.get(0).xMatrix(name.value(), "PUT", target, body))
              .PUT(HttpRequest.BodyPublishers.ofByteArray(body.orElseThrow().toBytes()))
              .build();
      answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    answers.forEach(CompletableFuture::join);
    return (System.nanoTime() - began) / 1e6;
  }

  private Ratio in(Server server) throws Exception {
    String room = server.result("create", server.user("bob"), "--public");
    List<Guest> guests = new ArrayList<>();
    for (Peer peer : peers) {
      guests.add(Guest.join(peer, server.name(), room, "guest"));
    }
    int port = Line.Way.to(server.name()).port();
    ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
    double best = 0;
    double commits = 0;
    double verifications = 0;
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      Askers.Round taken;
      try (Askers askers = new Askers(port, process, transactions(server, guests, round))) {
        taken = askers.ask(EACH);
      }
      double commitRate = commits();
      double verificationRate =
          Runtime.getRuntime().availableProcessors() * 1e6 / HullBench.verification();
      System.out.printf(
          Locale.ROOT,
          "{\"in\":{\"rate\":%.0f,\"cpuMicros\":%.0f},\"commits\":%.0f,\"verifications\":%.0f}%n",
          taken.rate(),
          taken.cost(),
          commitRate,
          verificationRate);
      if (round >= 0) {
        best = Math.max(best, taken.rate());
        commits = Math.max(commits, commitRate);
        verifications = Math.max(verifications, verificationRate);
      }
    }
    // each peer waits for its answer, so at most as many share a commit; each transaction bears two
    // signatures, its own and that of its event
    double byDisk = commits * PEERS;
    double bySignatures = verifications / 2;
    System.out.printf(
        Locale.ROOT,
        "%.0f transactions in a second of %d peers; bound by %s: %.0f by the disk, %.0f by"
            + " signatures%n",
        best,
        PEERS,
        byDisk < bySignatures ? "the disk" : "signatures",
        byDisk,
        bySignatures);
    return new Ratio(
        "transactions in in a second / of what bounds them",
        best / Math.min(byDisk, bySignatures),
        0.05,
        false);
  }

  /** Peer after peer in turn, as {@link Askers} has a connection for each. */
  private List<String> transactions(Server server, List<Guest> guests, int round) {
    List<String> requests = new ArrayList<>();
    for (int number = 0; number < EACH_PEER; number++) {
      for (int i = 0; i < PEERS; i++) {
        Event event = guests.get(i).message("round " + round + ", number " + number);
        guests.get(i).follow(event);
        requests.add(put(server, peers.get(i), event, "b" + round + "-" + number));
      }
    }
    return requests;
  }

  private static String put(Server server, Peer peer, Event event, String txnId) {
    String target = "/_matrix/federation/v1/send/" + txnId;
    JsonObject body =
        JsonObject.builder()
            .put("origin", peer.name().value())
            .put("origin_server_ts", System.currentTimeMillis())
            .put("pdus", new JsonArray(List.of(event.json())))
            .build();
    String text = body.toString();
    return "PUT %s HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(
            target,
            peer.xMatrix(server.name(), "PUT", target, Optional.of(body)),
            text.getBytes(StandardCharsets.UTF_8).length,
            text);
  }

  /** How often in a second a page can be brought to the disk, one after the other. */
  private double commits() throws IOException {
    int count = 0;
    long began = System.nanoTime();
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("pages"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      for (; System.nanoTime() - began < COMMITS.toNanos(); count++) {
        file.write(ByteBuffer.allocate(PAGE));
        file.force(false);
      }
    }
    return count * 1e9 / (System.nanoTime() - began);
  }
}
