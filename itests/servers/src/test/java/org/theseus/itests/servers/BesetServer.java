package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Line;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.JsonObject;

/**
 * A server with little memory that good peers talk with while hostile ones do their worst. What the
 * good ones wait is measured and bounded, and so is what the server keeps.
 */
final class BesetServer implements AutoCloseable {
  private static final int HEAP_MEGABYTES = 256;
  private static final int KEPT_MEGABYTES = 128;

  /** A good peer waits no longer, on a machine that is busy with the attack, too. */
  private static final Duration LATEST = Duration.ofSeconds(10);

  /** Nor this long as a rule. */
  private static final Duration USUAL = Duration.ofSeconds(2);

  private static final int ENOUGH = 40;
  private static final int LARGE_EVENTS = 64;
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  /** What a hostile peer does. */
  interface Attack {
    void run() throws Exception;
  }

  private final List<Peer> peers = new ArrayList<>();
  private final Path certificates;
  private final Server server;
  private final String room;
  private final String large;
  private final Fleet good;

  /**
   * Starts one.
   *
   * @param dnsServer whom it asks for names
   */
  BesetServer(Path directory, String dnsServer) throws Exception {
    certificates = directory.resolve("peers");
    for (int i = 0; i < 4; i++) {
      peers.add(Peer.start(certificates));
    }
    Path trusted = directory.resolve("trusted.pem");
    Files.copy(peers.get(0).certificate(), trusted);
    server = Server.create(directory.resolve("home"), trusted);
    Files.writeString(
        server
            .home()
            .directory()
            .resolve("etc")
            .resolve("org.theseus.transport.core.discovery.Discovery.cfg"),
        "dnsServers=" + dnsServer + "\n");
    server.with("-Xmx" + HEAP_MEGABYTES + "m").start();
    room = server.result("create", server.user("alice"), "--public", "--alias", "harbour");
    large = makeLarge();
    Guest guest = Guest.join(peers.get(1), server.name(), room, "guest");
    good =
        new Fleet(server.name(), peers, "#harbour:" + server.name(), room)
            .busy(4)
            .fresh(2)
            .newcomers(1, certificates)
            .guest(peers.get(1), guest, new CopyOnWriteArrayList<>());
    good.awaitMore(ENOUGH, 1);
  }

  private String makeLarge() throws Exception {
    String user = server.user("archivist");
    String archive = server.result("create", user, "--public");
    String page = JsonObject.EMPTY.with("page", "x".repeat(60_000)).toString();
    for (int i = 0; i < LARGE_EVENTS; i++) {
      server.result(
          "send", user, archive, "--type", "m.page", "--state-key", "" + i, "--content", page);
    }
    Guest reader = Guest.join(peers.get(0), server.name(), archive, "reader");
    return "/_matrix/federation/v1/state/%s?event_id=%s"
        .formatted(encode(archive), encode(reader.last().id().value()));
  }

  /** Holds the server to what it owes good peers while an attack lasts. */
  void during(String what, Attack attack) throws Exception {
    good.waits();
    attack.run();
    good.awaitMore(ENOUGH, 1);
    List<Duration> waits = good.waits();
    Duration median = waits.get(waits.size() / 2);
    Duration worst = waits.get(waits.size() - 1);
    long kept = keptMegabytes();
    System.out.printf(
        "%s: good peers got %d answers, median %d ms, worst %d ms; %d MiB kept%n",
        what, waits.size(), median.toMillis(), worst.toMillis(), kept);
    assertThat(good.failures()).isEmpty();
    assertThat(median).isLessThan(USUAL);
    assertThat(worst).isLessThan(LATEST);
    assertThat(server.isAlive()).isTrue();
    assertThat(server.log()).doesNotContain("OutOfMemoryError", "StackOverflowError");
    assertThat(kept).isLessThan(KEPT_MEGABYTES);
  }

  /** What is left of the heap after a collection. */
  private long keptMegabytes() throws Exception {
    jcmd("GC.run");
    Matcher used = USED.matcher(jcmd("GC.heap_info"));
    long kilobytes = 0;
    for (boolean found = used.find(); found; found = false) {
      kilobytes += Long.parseLong(used.group(1));
    }
    return kilobytes / 1024;
  }

  private String jcmd(String command) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(server.pid()),
                command)
            .redirectErrorStream(true)
            .start();
    String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jcmd.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  Server server() {
    return server;
  }

  /** The way to it, as one of many clients that take no part in what good peers do. */
  Line.Way way(int client) {
    return Line.Way.to(server.name()).from(1_000 + client);
  }

  /** A peer it knows. */
  Peer peer() {
    return peers.get(0);
  }

  /** Makes a peer it does not know yet. */
  Peer stranger() throws Exception {
    return Peer.start(certificates);
  }

  /** What to ask as {@link #peer} for an answer of some megabytes. */
  String large() {
    return large;
  }

  /** What to ask for the room's alias, signed. */
  String directory() {
    return "/_matrix/federation/v1/query/directory?room_alias="
        + encode("#harbour:" + server.name());
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    good.close();
    server.close();
    peers.forEach(Peer::close);
  }
}
