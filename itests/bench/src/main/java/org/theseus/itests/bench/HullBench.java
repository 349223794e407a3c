package org.theseus.itests.bench;

import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.theseus.itests.peer.Line;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;
import org.theseus.itests.peer.Tls;

/**
 * What a request costs a whole server, held against Jetty with one handler: the same TLS, the same
 * options of the Java machine, a process each, in rounds that alternate.
 */
final class HullBench {
  private static final String VERSION = "/_matrix/federation/v1/version";
  static final String OPTIONS = "-Xmx256m";
  private static final Duration WARM_UP = Duration.ofSeconds(12);
  private static final Duration EACH = Duration.ofSeconds(3);
  private static final int ROUNDS = 7;
  private static final int SIGNED = 1_000;
  private static final int SIGNED_BYTES = 250;
  private static final int VERIFICATIONS = 3_000;

  private HullBench() {}

  /** Measures, which takes two minutes. */
  static List<Ratio> run() throws Exception {
    System.setProperty("theseus.distribution", distribution().toString());
    Path folder = Files.createTempDirectory("hull-bench");
    try (Peer peer = Peer.start(folder.resolve("peer"))) {
      Path trusted = Files.copy(peer.certificate(), folder.resolve("trusted.pem"));
      try (Server server = Server.create(folder.resolve("home"), trusted)) {
        server.with(OPTIONS).start();
        server.result("swap", EchoBundle.write(folder).toString());
        return measure(server, peer);
      }
    }
  }

  /** Beside this jar, unless it is told. */
  static Path distribution() throws URISyntaxException {
    Path jar = Path.of(HullBench.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String beside = jar.resolve("../../../../distribution/target/theseus").normalize().toString();
    return Path.of(System.getProperty("theseus.distribution", beside));
  }

  private static List<Ratio> measure(Server server, Peer peer) throws Exception {
    int port = Line.Way.to(server.name()).port();
    ProcessHandle process = ProcessHandle.of(server.pid()).orElseThrow();
    Process bareServer = bareServer(server);
    try (Askers bare =
            new Askers(port(bareServer), bareServer.toHandle(), List.of(get(VERSION, "")));
        Askers open = new Askers(port, process, List.of(get(VERSION, "")));
        Askers signed = new Askers(port, process, signed(server, peer))) {
      for (Askers one : List.of(bare, open, signed)) {
        one.ask(WARM_UP);
      }
      verification();
      // The best of the rounds is the one that was disturbed least.
      double bareRate = 0;
      double ourRate = 0;
      double bareCost = Double.MAX_VALUE;
      double signedCost = Double.MAX_VALUE;
      double verificationCost = Double.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        Askers.Round first = bare.ask(EACH);
        Askers.Round ours = open.ask(EACH);
        Askers.Round authenticated = signed.ask(EACH);
        double verification = verification();
        bareRate = Math.max(bareRate, first.rate());
        ourRate = Math.max(ourRate, ours.rate());
        bareCost = Math.min(bareCost, first.cost());
        signedCost = Math.min(signedCost, authenticated.cost());
        verificationCost = Math.min(verificationCost, verification);
        System.out.printf(
            Locale.ROOT,
            "{\"bare\":{\"rate\":%.0f,\"cpuMicros\":%.0f},\"version\":{\"rate\":%.0f,\"cpuMicros\":%.0f},"
                + "\"signed\":{\"rate\":%.0f,\"cpuMicros\":%.0f},\"verificationMicros\":%.0f}%n",
            first.rate(),
            first.cost(),
            ours.rate(),
            ours.cost(),
            authenticated.rate(),
            authenticated.cost(),
            verification);
      }
      return List.of(
          new Ratio("requests in a second / of bare Jetty", ourRate / bareRate, 0.7, false),
          new Ratio(
              "CPU of a signed request / of bare Jetty and a verification",
              signedCost / (bareCost + verificationCost),
              1.7,
              true));
    } finally {
      bareServer.destroyForcibly();
    }
  }

  private static Process bareServer(Server server) throws Exception {
    Path etc = server.home().directory().resolve("etc");
    Properties listener = new Properties();
    try (BufferedReader in =
        Files.newBufferedReader(
            etc.resolve("org.theseus.transport.jettyserver.JettyListener-main.cfg"))) {
      listener.load(in);
    }
    String answer;
    try (Line line = Line.open(Tls.trustingEverybody(), Line.Way.to(server.name()))) {
      answer = line.get(VERSION).text();
    }
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            OPTIONS,
            "-cp",
            System.getProperty("java.class.path"),
            BareServer.class.getName(),
            etc.resolve("tls").resolve("keystore.p12").toString(),
            listener.getProperty("keyStorePassword"),
            answer)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static int port(Process bareServer) {
    return bareServer
        .inputReader(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(BareServer.PORT))
        .map(line -> Integer.parseInt(line.substring(BareServer.PORT.length())))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> signed(Server server, Peer peer) {
    return IntStream.range(0, SIGNED)
        .mapToObj(number -> EchoBundle.PATH + "?number=" + number)
        .map(
            target ->
                get(
                    target,
                    "Authorization: "
                        + peer.xMatrix(server.name(), "GET", target, Optional.empty())
                        + "\r\n"))
        .toList();
  }

  private static String get(String target, String header) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + header + "\r\n";
  }

  /**
   * CPU of a verification of what a request signs, in microseconds; with all cores busy, as they
   * are while a server is asked.
   */
  static double verification() throws InterruptedException, ExecutionException {
    int cores = Runtime.getRuntime().availableProcessors();
    ExecutorService threads = Executors.newFixedThreadPool(cores);
    try {
      double sum = 0;
      for (Future<Double> one :
          threads.invokeAll(
              Collections.<Callable<Double>>nCopies(cores, HullBench::verificationOfOne))) {
        sum += one.get();
      }
      return sum / cores;
    } finally {
      threads.shutdownNow();
    }
  }

  private static double verificationOfOne() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    byte[] message = "x".repeat(SIGNED_BYTES).getBytes(StandardCharsets.UTF_8);
    byte[] signature = Subjects.sign(message);
    byte[] key = Subjects.publicKey();
    long began = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < VERIFICATIONS; i++) {
      if (!Subjects.ED25519.verify(key, message, signature)) {
        throw new IllegalStateException("a signature is false");
      }
    }
    return (threads.getCurrentThreadCpuTime() - began) / 1e3 / VERIFICATIONS;
  }
}
