package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.JsonObject;

/**
 * The bundles a peer touches first are swapped under a mixed load of more than a hundred clients:
 * none sees a failure, and no pause is longer than a peer's patience. The long form swaps each a
 * hundred times; the property {@code theseus.swaps} may name some of the {@link #KINDS}.
 */
class SwapsUnderLoadIT {
  private static final boolean LONG = Boolean.getBoolean("theseus.long");
  private static final String LISTENER = "org.theseus.transport.jetty-server";
  private static final String LIBRARIES = "Jetty's own bundles";

  /** What is swapped, each bundle of a kind in its turn. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind("jetty-server", LONG ? 100 : 1, List.of(LISTENER)),
          new Kind("keys", LONG ? 100 : 2, List.of("org.theseus.transport.keys")),
          new Kind("core", LONG ? 100 : 2, List.of("org.theseus.transport.core")),
          new Kind("jetty-client", LONG ? 100 : 2, List.of("org.theseus.transport.jetty-client")),
          new Kind(
              LIBRARIES,
              LONG ? 100 : 4,
              List.of("jetty-client", "jetty-io", "jetty-util", "jetty-http", "jetty-server")));

  private static final int STREAMED_EVENTS = 64;

  private record Kind(String name, int times, List<String> bundles) {}

  @TempDir Path directory;

  private final List<Peer> peers = new ArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Integer> steps = new HashMap<>();
  private volatile boolean ended;
  private Server server;
  private Fleet fleet;
  private Guest guest;
  private String room;
  private String archive;

  @BeforeEach
  void start() throws Exception {
    for (int i = 0; i < 10; i++) {
      peers.add(Peer.start(directory.resolve("peers")));
    }
    Path trusted = directory.resolve("trusted.pem");
    Files.copy(peers.get(0).certificate(), trusted);
    server = Server.create(directory.resolve("home"), trusted);
    server.start();
    room = server.result("create", server.user("alice"), "--public", "--alias", "harbour");
    archive = archive();
    fleet = new Fleet(server.name(), peers, "#harbour:" + server.name(), room);
  }

  @AfterEach
  void stop() {
    ended = true;
    threads.shutdownNow();
    fleet.close();
    server.close();
    peers.forEach(Peer::close);
  }

  /** Makes a room whose state is some megabytes large, and tells what to ask to get it. */
  private String archive() throws Exception {
    String user = server.user("archivist");
    String large = server.result("create", user, "--public");
    String content = JsonObject.EMPTY.with("page", "x".repeat(60_000)).toString();
    for (int i = 0; i < STREAMED_EVENTS; i++) {
      server.result(
          "send", user, large, "--type", "m.page", "--state-key", "" + i, "--content", content);
    }
    Guest reader = Guest.join(peers.get(0), server.name(), large, "reader");
    return "/_matrix/federation/v1/state/%s?event_id=%s"
        .formatted(encode(large), encode(reader.last().id().value()));
  }

  @Test
  void noClientSeesAFailure() throws Exception {
    guest = Guest.join(peers.get(1), server.name(), room, "guest");
    fleet
        .fresh(24)
        .busy(50)
        .idle(20)
        .distant(6)
        .newcomers(2, directory.resolve("peers"))
        .guest(peers.get(1), guest, said);
    Future<Void> alice = threads.submit(this::talk);
    fleet.awaitMore(200, 3);
    assertThat(fleet.clients()).isGreaterThan(100);
    assertThat(fleet.failures()).as("before the first swap").isEmpty();

    Future<?> stream = fleet.stream(peers.get(0), archive, Duration.ofSeconds(30), "\"63\"");
    List<String> seen = new ArrayList<>();
    for (Kind kind : wanted()) {
      if (kind.name.equals(LIBRARIES)) {
        stream.get();
      }
      seen.addAll(swap(kind));
    }
    stream.get();

    ended = true;
    alice.get();
    fleet.end().forEach(failure -> seen.add("at the end: " + failure));
    assertThat(seen).isEmpty();
    await(() -> new HashSet<>(server.timelineIds(room)).containsAll(said), "what the guest said");
    await(() -> new HashSet<>(heard()).containsAll(told), "what alice said");
    assertThat(heard()).containsSubsequence(told).doesNotHaveDuplicates();
  }

  private static List<Kind> wanted() {
    List<String> names = List.of(System.getProperty("theseus.swaps", "").split(","));
    return KINDS.stream().filter(kind -> names.contains("") || names.contains(kind.name)).toList();
  }

  /** Every second swap is under slow clients too. Tells what clients must not have seen. */
  private List<String> swap(Kind kind) throws Exception {
    List<String> seen = new ArrayList<>();
    List<Long> all = new ArrayList<>();
    List<Long> slow = new ArrayList<>();
    int before = fleet.answers();
    long began = System.nanoTime();
    for (int time = 0; time < kind.times; time++) {
      boolean slowOnes = time % 2 == 1;
      String bundle = kind.bundles.get(time % kind.bundles.size());
      Future<?> stream = slowOnes(slowOnes, bundle, time);
      fleet.waits();
      String done = server.swap(bundle, steps.merge(bundle, 1, Integer::sum));
      assertThat(done).contains("pause");
      fleet.awaitMore(100, 1);
      all.add(last(fleet.waits()).toMillis());
      if (slowOnes) {
        slow.add(last(all));
      }
      stream.get();
      for (Throwable failure : fleet.failures()) {
        seen.add("%s, swap %d of %s: %s".formatted(kind.name, time + 1, bundle, failure));
        System.out.println(last(seen));
      }
    }
    System.out.printf(
        "%s: %d swaps in %d s, %d clients, %d answers, %d failures, load %.1f, longest pause"
            + " each%s; of these with slow clients%s%n",
        kind.name,
        kind.times,
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
        fleet.clients(),
        fleet.answers() - before,
        seen.size(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        summary(all),
        summary(slow));
    return seen;
  }

  private Future<?> slowOnes(boolean takePart, String bundle, int time) throws Exception {
    fleet.slowOnes(takePart);
    if (!takePart) {
      return CompletableFuture.completedFuture(null);
    }
    boolean longest = bundle.equals(LISTENER) && time % 20 == 19;
    Future<?> stream =
        fleet.stream(peers.get(0), archive, Duration.ofSeconds(longest ? 30 : 3), "\"63\"");
    TimeUnit.MILLISECONDS.sleep(500);
    return stream;
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  private static String summary(List<Long> millis) {
    if (millis.isEmpty()) {
      return " -";
    }
    List<Long> sorted = millis.stream().sorted().toList();
    int count = sorted.size();
    return " median %d ms, 99 of 100 within %d ms, worst %d ms"
        .formatted(sorted.get(count / 2), sorted.get((count * 99 - 1) / 100), last(sorted));
  }

  private Void talk() throws Exception {
    for (int number = 1; !ended; number++) {
      told.add(server.result("send", server.user("alice"), room, "alice's " + number));
      TimeUnit.MILLISECONDS.sleep(300);
    }
    return null;
  }

  /** What has come to the guest's server of what alice said. */
  private List<String> heard() {
    return peers.get(1).asked().stream()
        .filter(asked -> asked.target().startsWith("/_matrix/federation/v1/send/"))
        .collect(
            Collectors.toMap(
                Peer.Asked::target, asked -> asked, (one, again) -> again, LinkedHashMap::new))
        .values()
        .stream()
        .flatMap(asked -> asked.json().array("pdus").orElseThrow().objects().stream())
        .map(pdu -> guest.version().parse(pdu).id().value())
        .toList();
  }

  private static void await(Callable<Boolean> condition, String what) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what + " arrives").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
