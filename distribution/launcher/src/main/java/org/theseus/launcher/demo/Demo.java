package org.theseus.launcher.demo;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.theseus.launcher.Failure;

/** The play itself: the two servers, the talk, the swaps, the comparison. */
final class Demo implements AutoCloseable {
  private static final int LEAST_MESSAGES = 200;
  private static final int ROUNDS = 2;
  private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(60);
  private static final Duration BETWEEN_SWAPS = Duration.ofMillis(500);
  private static final List<String> REPLACED =
      List.of(
          "org.theseus.transport.jetty-server",
          "org.theseus.transaction.core",
          "org.theseus.persistence.sqlite");

  private record TimedSwap(DemoServer server, String bundle, Interval time) {}

  private final Path distribution;
  private final Path directory;
  private final Progress progress;
  private final DemoServer first;
  private final DemoServer second;
  private final Map<DemoServer, Prober> probers = new HashMap<>();

  private Demo(
      Path distribution, Path directory, Progress progress, DemoServer first, DemoServer second) {
    this.distribution = distribution;
    this.directory = directory;
    this.progress = progress;
    this.first = first;
    this.second = second;
  }

  /** Makes two homes that trust each other, and starts both servers. */
  static Demo start(Path directory, Progress progress) throws Exception {
    String property = System.getProperty("theseus.distribution");
    if (property == null) {
      throw Failure.work("start me by bin/theseus, which says where the bundles are");
    }
    Path distribution = Path.of(property);
    Path trusted = Files.createFile(directory.resolve("trusted.pem"));
    DemoServer first = DemoServer.create(directory.resolve("first"), trusted);
    DemoServer second = DemoServer.create(directory.resolve("second"), trusted);
    for (DemoServer server : List.of(first, second)) {
      Files.writeString(
          trusted, Files.readString(server.home().certificate()), StandardOpenOption.APPEND);
    }
    Demo demo = new Demo(distribution, directory, progress, first, second);
    Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "demo-stop"));
    try {
      progress.tell("starting " + first.name() + " and " + second.name());
      first.start(distribution);
      second.start(distribution);
      first.awaitReady();
      second.awaitReady();
      demo.probers.put(first, new Prober(first.name(), trusted));
      demo.probers.put(second, new Prober(second.name(), trusted));
      return demo;
    } catch (IOException | Failure | InterruptedException failed) {
      demo.close();
      throw failed;
    }
  }

  Report run() throws Exception {
    String alice = "@alice:" + first.name();
    String bob = "@bob:" + second.name();
    String room;
    String join;
    try (DemoServer.Shell aliceShell = first.shell();
        DemoServer.Shell bobShell = second.shell()) {
      room = aliceShell.result("create", alice, "--public", "--alias", "demo");
      progress.tell("alice made " + room);
      bobShell.result("join", bob, "#demo:" + first.name());
      progress.tell("bob joined it from the other server");
      join = memberEvent(bobShell.array("state", room, "--json"), bob);
    }
    probers.values().forEach(Prober::start);
    progress.tell("both servers are probed every 20 ms");
    Talker aliceTalks = new Talker(first, alice, room, LEAST_MESSAGES);
    Talker bobTalks = new Talker(second, bob, room, LEAST_MESSAGES);
    aliceTalks.start();
    bobTalks.start();
    List<TimedSwap> swaps = swapAll();
    aliceTalks.finish();
    bobTalks.finish();
    progress.tell(
        "alice said %d messages, bob %d"
            .formatted(aliceTalks.sent().size(), bobTalks.sent().size()));
    Timelines timelines = awaitArrival(room, aliceTalks, bobTalks);
    probers.values().forEach(Prober::close);
    return report(timelines, join, aliceTalks, bobTalks, swaps);
  }

  private static String memberEvent(JsonArray state, String user) throws Failure {
    return state.getValuesAs(JsonObject.class).stream()
        .filter(event -> event.getString("type").equals("m.room.member"))
        .filter(event -> event.getString("state_key").equals(user))
        .map(event -> event.getString("event_id"))
        .findFirst()
        .orElseThrow(() -> Failure.work("the join of " + user + " is not in the room's state"));
  }

  private List<TimedSwap> swapAll() throws Exception {
    List<TimedSwap> swaps = new ArrayList<>();
    try (DemoServer.Shell firstShell = first.shell();
        DemoServer.Shell secondShell = second.shell()) {
      for (int round = 1; round <= ROUNDS; round++) {
        for (String bundle : REPLACED) {
          Path jar = NextVersion.write(NextVersion.jarOf(distribution, bundle), round, directory);
          for (DemoServer server : List.of(first, second)) {
            Thread.sleep(BETWEEN_SWAPS.toMillis());
            DemoServer.Shell shell = server == first ? firstShell : secondShell;
            Instant start = Instant.now();
            String result = shell.result("swap", jar.toString());
            swaps.add(new TimedSwap(server, bundle, new Interval(start, Instant.now())));
            progress.tell(server.name() + ": " + result);
          }
        }
      }
    }
    return swaps;
  }

  /** Waits until both servers hold every message, or long enough. */
  private Timelines awaitArrival(String room, Talker one, Talker other)
      throws IOException, InterruptedException, Failure {
    long deadline = System.nanoTime() + ARRIVAL_LIMIT.toNanos();
    int sent = one.sent().size() + other.sent().size();
    try (DemoServer.Shell firstShell = first.shell();
        DemoServer.Shell secondShell = second.shell()) {
      while (true) {
        Timelines timelines =
            new Timelines(timeline(firstShell, room), timeline(secondShell, room));
        int held = timelines.heldByBoth(one.sent()) + timelines.heldByBoth(other.sent());
        if (held == sent || System.nanoTime() > deadline) {
          progress.tell("both servers hold %d of %d messages".formatted(held, sent));
          return timelines;
        }
        Thread.sleep(100);
      }
    }
  }

  private static JsonArray timeline(DemoServer.Shell shell, String room)
      throws IOException, Failure {
    return shell.array("timeline", room, "--limit", "1000000", "--json");
  }

  private Report report(
      Timelines timelines, String join, Talker one, Talker other, List<TimedSwap> swaps)
      throws IOException {
    Map<DemoServer, List<ClientLog.Call>> calls = new HashMap<>();
    calls.put(first, ClientLog.read(first.home().clientLog()));
    calls.put(second, ClientLog.read(second.home().clientLog()));
    List<String> refused =
        Stream.concat(
                calls.values().stream()
                    .flatMap(List::stream)
                    .filter(ClientLog.Call::failed)
                    .map(ClientLog.Call::toString),
                probers.values().stream()
                    .flatMap(prober -> prober.probes().stream())
                    .filter(probe -> !probe.problem().isEmpty())
                    .map(Prober.Probe::toString))
            .toList();
    List<String> problems =
        Stream.concat(one.problems().stream(), other.problems().stream()).toList();
    Stream.concat(refused.stream(), problems.stream()).forEach(progress::tell);

    int sent = one.sent().size() + other.sent().size();
    int received = timelines.heldByBoth(one.sent()) + timelines.heldByBoth(other.sent());
    return new Report(
        sent,
        received,
        Math.max(sent - received, timelines.differing(join)) + problems.size(),
        timelines.duplicated(),
        refused.size(),
        swaps.stream().map(swap -> reported(swap, calls)).toList());
  }

  private Report.Swap reported(TimedSwap swap, Map<DemoServer, List<ClientLog.Call>> calls) {
    DemoServer peer = swap.server() == first ? second : first;
    Stream<Interval> probed = probers.get(swap.server()).probes().stream().map(Prober.Probe::time);
    Stream<Interval> sent =
        calls.get(peer).stream().filter(ClientLog.Call::isSend).map(ClientLog.Call::time);
    long longest =
        Stream.concat(probed, sent)
            .filter(time -> time.overlaps(swap.time()))
            .mapToLong(Interval::millis)
            .max()
            .orElse(0);
    return new Report.Swap(swap.server().name(), swap.bundle(), longest);
  }

  @Override
  public void close() {
    probers.values().forEach(Prober::close);
    first.close();
    second.close();
  }
}
