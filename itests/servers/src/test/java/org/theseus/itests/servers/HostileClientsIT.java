package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Scanner;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Line;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Tls;
import org.theseus.protocol.api.JsonObject;

/** Clients that mean ill: the server cuts them off, and serves good peers as if they were not. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientsIT {
  private static final boolean LONG = Boolean.getBoolean("theseus.long");
  private static final String SEND = "/_matrix/federation/v1/send/";
  private static final String VERSION = "/_matrix/federation/v1/version";
  private static final int MEGABYTE = 1 << 20;
  private static final byte[] HALF_A_HELLO = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};

  /** What waits longest is cut after half a minute, and this machine may be late. */
  private static final Duration CUT = Duration.ofSeconds(75);

  @TempDir static Path directory;

  private final SSLContext tls = Tls.trustingEverybody();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Random random = new Random(5);
  private BesetServer beset;

  @BeforeAll
  void start() throws Exception {
    beset = new BesetServer(directory, "127.0.0.1:9");
  }

  @AfterAll
  void stop() {
    threads.shutdownNow();
    beset.close();
  }

  /** Handshakes that stop half-way, heads and bodies byte by byte, answers that are not read. */
  @Test
  void slowClientsAreCutOff() throws Exception {
    beset.during(
        "slow handshakes, headers, bodies and readers",
        () -> {
          List<Socket> halves = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            Socket half = Line.plain(beset.way(i));
            half.getOutputStream().write(HALF_A_HELLO);
            halves.add(half);
          }
          List<Line> heads = lines(100);
          List<Line> bodies = lines(60);
          List<Line> readers = new ArrayList<>();
          for (Line line : heads) {
            line.write("GET " + VERSION + " HTTP/1.1\r\nHost: a\r\nX-Slow: ");
          }
          for (Line line : bodies) {
            line.write(
                "PUT %s1 HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n{"
                    .formatted(SEND, signature("PUT", SEND + "1"), MEGABYTE));
          }
          for (int i = 0; i < 20; i++) {
            Line line = Line.open(tls, beset.way(i).narrow(4_096));
            line.request(
                "GET", beset.large(), List.of(signature("GET", beset.large())), new byte[0]);
            readers.add(line);
          }
          List<Line> dripping = new ArrayList<>(heads);
          dripping.addAll(bodies);
          long deadline = System.nanoTime() + CUT.toNanos();
          while (!dripping.isEmpty()) {
            assertThat(System.nanoTime()).as("%d hold on", dripping.size()).isLessThan(deadline);
            dripping.removeIf(line -> !drips(line));
            Thread.sleep(1_000);
          }
          for (Socket half : halves) {
            assertThat(ends(half)).isTrue();
            half.close();
          }
          for (Line line : readers) {
            assertThat(line.ends(CUT)).isTrue();
            line.close();
          }
        });
  }

  /** Sends a byte, if the connection still stands. */
  private static boolean drips(Line line) {
    try {
      if (line.isQuiet()) {
        line.write("x");
        return true;
      }
      line.close();
    } catch (IOException cut) {
      // as it should be
    }
    return false;
  }

  @Test
  void tenThousandIdleConnectionsDisturbNobody() throws Exception {
    int wanted = Math.min(10_000, openFiles() - 1_000);
    if (wanted < 10_000) {
      System.out.printf("only %d idle connections: ulimit -n allows no more%n", wanted);
    }
    int shaken = LONG ? wanted : wanted / 20;
    List<Closeable> idle = new ArrayList<>();
    beset.during(
        "%d idle connections, %d of them after a handshake".formatted(wanted, shaken),
        () -> {
          idle.addAll(lines(shaken));
          for (int i = shaken; i < wanted; i++) {
            idle.add(Line.plain(beset.way(i)));
          }
        });
    for (Closeable connection : idle) {
      connection.close();
    }
  }

  /** How many files a process may have open here. */
  private static int openFiles() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .map(line -> new Scanner(line).skip("Max open files *\\S+ *").next())
        .mapToInt(limit -> limit.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(limit))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void hugeHeadersAreRefused() throws Exception {
    beset.during(
        "huge headers",
        () -> {
          for (int i = 0; i < 20; i++) {
            try (Line line = Line.open(tls, beset.way(i))) {
              line.write("GET " + VERSION + " HTTP/1.1\r\nHost: a\r\nX-Huge: ");
              assertThat(isCutBefore(line, "x".repeat(8_192), 16 * MEGABYTE)).isTrue();
            }
          }
          try (Line line = Line.open(tls, beset.way(0))) {
            line.write("GET %s HTTP/1.1\r\nX-Huge: %s".formatted(VERSION, "x".repeat(40_000)));
            Line.Reply reply = line.reply();
            assertThat(reply.status()).isEqualTo(431);
            assertThat(reply.text()).contains("errcode").doesNotContain("jetty");
          }
        });
  }

  /** Writes on and on, and tells whether the server ended that in time. */
  private static boolean isCutBefore(Line line, String piece, int limit) {
    try {
      for (int written = 0; written < limit; written += piece.length()) {
        line.write(piece);
      }
      return false;
    } catch (IOException cut) {
      return true;
    }
  }

  @Test
  void badTlsIsCutOff() throws Exception {
    beset.during(
        "bad TLS",
        () -> {
          byte[] garbage = new byte[4_096];
          random.nextBytes(garbage);
          byte[] plain =
              ("GET " + VERSION + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.UTF_8);
          for (int i = 0; i < 100; i++) {
            try (Socket socket = Line.plain(beset.way(i))) {
              socket.getOutputStream().write(i % 2 == 0 ? garbage : plain);
              assertThat(ends(socket)).isTrue();
            }
          }
        });
  }

  private static boolean ends(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        // an alert, at most
      }
      return true;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Test
  void oversizedAndEndlessBodiesAreRefused() throws Exception {
    beset.during(
        "oversized and endless bodies",
        () -> {
          try (Line line = Line.open(tls, beset.way(0))) {
            line.write(
                "PUT %s1 HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n"
                    .formatted(SEND, signature("PUT", SEND + "1"), 1L << 40));
            assertThat(line.reply().status()).isEqualTo(413);
          }
          try (Line line = Line.open(tls, beset.way(0))) {
            line.write(
                "PUT %s1 HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\nContent-Encoding: gzip\r\nContent-Length: 40\r\n\r\n%s"
                    .formatted(SEND, signature("PUT", SEND + "1"), "x".repeat(40)));
            assertThat(line.reply().status()).isEqualTo(415);
          }
          List<Future<Boolean>> endless = new ArrayList<>();
          for (int i = 0; i < 8; i++) {
            Line.Way way = beset.way(i);
            endless.add(threads.submit(() -> endsAnEndlessBody(way)));
          }
          for (Future<Boolean> one : endless) {
            assertThat(one.get()).isTrue();
          }
        });
  }

  private boolean endsAnEndlessBody(Line.Way way) throws IOException {
    try (Line line = Line.open(tls, way)) {
      line.write(
          "PUT %s1 HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
              .formatted(SEND, signature("PUT", SEND + "1")));
      String chunk = "10000\r\n" + "[".repeat(0x10000) + "\r\n";
      return isCutBefore(line, chunk, 64 * MEGABYTE);
    }
  }

  /** False ones, those of another destination, method or target, and none at all. */
  @Test
  void falseSignaturesAreRefused() throws Exception {
    String target = beset.directory();
    String good = signature("GET", target);
    List<String> bad =
        List.of(
            good.replace("sig=\"", "sig=\"AAAA"),
            good.replace("ed25519:test", "ed25519:nobody"),
            signature("GET", target + "x"),
            signature("PUT", target),
            beset.peer().xMatrix("elsewhere.example", "GET", target, Optional.empty()),
            // replayed here: what it says of its destination is left out
            beset
                .peer()
                .xMatrix("elsewhere.example", "GET", target, Optional.empty())
                .replace("destination=\"elsewhere.example\",", ""),
            "X-Matrix " + "x".repeat(2_000),
            "X-Matrix origin=\"" + "a".repeat(300) + "\",key=\"ed25519:a\",sig=\"a\"");
    beset.during(
        "false signatures",
        () -> {
          List<Callable<Integer>> attackers =
              IntStream.range(0, 8)
                  .<Callable<Integer>>mapToObj(
                      i -> () -> wrongAnswers(beset.way(i), target, bad, LONG ? 2_000 : 200))
                  .toList();
          for (Future<Integer> wrong : threads.invokeAll(attackers)) {
            assertThat(wrong.get()).isZero();
          }
        });
  }

  private int wrongAnswers(Line.Way way, String target, List<String> signatures, int times)
      throws IOException {
    int wrong = 0;
    Line line = Line.open(tls, way);
    for (int i = 0; i < times; i++) {
      line.request("GET", target, List.of(signatures.get(i % signatures.size())), new byte[0]);
      Line.Reply reply = line.reply();
      // past the bound of failures per client it may be told to come later
      wrong += reply.status() == 401 || reply.status() == 429 ? 0 : 1;
      if (reply.closes()) {
        line.close();
        line = Line.open(tls, way);
      }
    }
    line.close();
    return wrong;
  }

  private List<Line> lines(int count) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(Line.open(tls, beset.way(i)));
    }
    return lines;
  }

  private String signature(String method, String target) {
    Optional<JsonObject> content =
        method.equals("PUT") ? Optional.of(JsonObject.EMPTY) : Optional.empty();
    Peer peer = beset.peer();
    return peer.xMatrix(beset.server().name(), method, target, content);
  }
}
