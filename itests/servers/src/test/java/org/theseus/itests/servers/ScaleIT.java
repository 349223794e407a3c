package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;
import org.theseus.itests.peer.crowd.Crowd;
import org.theseus.itests.peer.crowd.Crowd.Kind;
import org.theseus.itests.peer.crowd.CrowdedRoom;
import org.theseus.protocol.api.ServerName;

/**
 * A server with little memory in a room with many others, nine of ten dead in all the ways servers
 * are dead: what is said reaches the living soon, also when the server comes back and all are
 * behind. The long form has ten thousand others and lasts a minute.
 */
class ScaleIT {
  private static final boolean LONG = Boolean.getBoolean("theseus.long");
  private static final int SERVERS = LONG ? 10_000 : 100;
  private static final int SECONDS = LONG ? 60 : 5;
  private static final int HEAP_MEGABYTES = 256;

  /** What pools come to under load; one thread for each destination would be more. */
  private static final int MORE_THREADS = LONG ? 350 : 100;

  /** Five times what is aimed at: this machine may have other things to do. */
  private static final Duration MEDIAN = Duration.ofSeconds(5);

  private static final Duration ALL_AFTER_RESTART = Duration.ofSeconds(50);
  private static final Duration PATIENCE = Duration.ofMinutes(LONG ? 20 : 5);

  private static final Pattern WORD = Pattern.compile("\"body\":\"(word-\\d+)\"");
  private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");

  private record Arrival(ServerName server, String word) {}

  @TempDir Path directory;

  private final Map<Arrival, Long> arrivals = new ConcurrentHashMap<>();
  private DnsServer dns;
  private Peer resident;
  private Crowd crowd;
  private CrowdedRoom room;
  private Server server;
  private int words;

  @BeforeEach
  void start() throws Exception {
    dns = new DnsServer();
    resident = Peer.start(directory.resolve("resident"));
    Path trusted = directory.resolve("trusted.pem");
    Files.copy(resident.certificate(), trusted);
    crowd = new Crowd(directory.resolve("crowd"), trusted, sizes(), this::took);
    room = new CrowdedRoom(resident, crowd.names());
    server = Server.create(directory.resolve("home"), trusted);
    Files.writeString(
        server
            .home()
            .directory()
            .resolve("etc")
            .resolve("org.theseus.transport.core.discovery.Discovery.cfg"),
        "dnsServers=" + dns.address() + "\n");
    room.introduce(server.home());
    server.with("-Xmx" + HEAP_MEGABYTES + "m").start();
    server.result("join", server.user("alice"), room.id(), "--via", resident.name().value());
  }

  private static Map<Kind, Integer> sizes() {
    int living = SERVERS / 10;
    int dead = (SERVERS - living) / (Kind.values().length - 1);
    Map<Kind, Integer> sizes = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      sizes.put(kind, kind == Kind.LIVING ? living : dead);
    }
    return sizes;
  }

  private void took(ServerName living, String transaction) {
    Matcher word = WORD.matcher(transaction);
    while (word.find()) {
      arrivals.putIfAbsent(new Arrival(living, word.group(1)), System.nanoTime());
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    crowd.close();
    resident.close();
    dns.close();
  }

  @Test
  void theLivingDoNotWaitForTheDead() throws Exception {
    // given a server that has met the living and the dead
    int threads = threads();
    long began = System.nanoTime();
    awaitAll(say(), began);
    System.out.printf("%d servers met in %d ms%n", SERVERS, millisSince(began));

    // when something is said each second
    Map<String, Long> said = new ConcurrentHashMap<>();
    for (int second = 0; second < SECONDS; second++) {
      long at = System.nanoTime();
      said.put(say(), at);
      TimeUnit.NANOSECONDS.sleep(Math.max(0, at + 1_000_000_000L - System.nanoTime()));
    }
    int most = threads();
    for (Map.Entry<String, Long> one : said.entrySet()) {
      awaitAll(one.getKey(), one.getValue());
    }

    // then the living have it soon
    List<Long> delays = new ArrayList<>();
    arrivals.forEach(
        (arrival, at) -> {
          if (said.containsKey(arrival.word())) {
            delays.add(at - said.get(arrival.word()));
          }
        });
    delays.sort(null);
    Duration median = Duration.ofNanos(delays.get(delays.size() / 2));
    System.out.printf(
        "%d of %d servers living: median %d ms, worst %d ms; %d threads before, %d then%n",
        living().size(),
        SERVERS,
        median.toMillis(),
        Duration.ofNanos(delays.get(delays.size() - 1)).toMillis(),
        threads,
        most);
    assertThat(median).isLessThan(MEDIAN);
    assertThat(most).isLessThan(threads + MORE_THREADS);

    // and when it was killed while all were away
    crowd.away(true);
    String missed = say();
    server.kill();
    crowd.away(false);
    server.start();
    long restarted = System.nanoTime();
    awaitAll(missed, restarted);
    long last =
        living().stream()
            .mapToLong(name -> arrivals.get(new Arrival(name, missed)) - restarted)
            .max()
            .orElseThrow();
    System.out.printf(
        "%d behind after a restart: the last had it after %d ms%n",
        living().size(), TimeUnit.NANOSECONDS.toMillis(last));
    assertThat(Duration.ofNanos(last)).isLessThan(ALL_AFTER_RESTART);
    assertThat(server.log()).doesNotContain("OutOfMemoryError");
  }

  private List<ServerName> living() {
    return crowd.names(Kind.LIVING);
  }

  private String say() throws Exception {
    String word = "word-" + ++words;
    server.result("send", server.user("alice"), room.id(), word);
    return word;
  }

  private void awaitAll(String word, long began) throws Exception {
    while (true) {
      long missing =
          living().stream().filter(name -> !arrivals.containsKey(new Arrival(name, word))).count();
      if (missing == 0) {
        return;
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .as("%s is still awaited by %d", word, missing)
          .isLessThan(PATIENCE);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private int threads() throws Exception {
    Matcher threads =
        THREADS.matcher(Files.readString(Path.of("/proc/" + server.pid() + "/status")));
    assertThat(threads.find()).isTrue();
    return Integer.parseInt(threads.group(1));
  }

  private static long millisSince(long began) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }
}
