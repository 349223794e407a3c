package org.theseus.launcher.demo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * After a warm-up opens a new TLS connection to a server every 20 ms, whatever became of those
 * before, as long as fewer than {@value #MOST_AT_ONCE} wait for their answer; asks in turn for its
 * version and for its keys, which come from the store. Every probe is kept, the warm-up's too.
 */
final class Prober implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /**
   * More than wait for answers in the longest pause there may be; past it the prober is the load.
   */
  private static final int MOST_AT_ONCE = 512;

  private static final int WARM_UP = 100;

  private static final List<String> PATHS =
      List.of("/_matrix/federation/v1/version", "/_matrix/key/v2/server");

  /**
   * A request and what became of it.
   *
   * @param problem "" if it was answered with 200
   */
  record Probe(Interval time, String path, String problem) {}

  private final InetSocketAddress address;
  private final SSLContext tls;
  private final Queue<Probe> probes = new ConcurrentLinkedQueue<>();
  private final AtomicLong count = new AtomicLong();
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService connections = Executors.newCachedThreadPool();

  Prober(String server, Path trusted) throws IOException, GeneralSecurityException {
    int colon = server.lastIndexOf(':');
    this.address =
        new InetSocketAddress(
            server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)));
    this.tls = trusting(trusted);
  }

  private static SSLContext trusting(Path pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    byte[] bytes = Files.readAllBytes(pem);
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(bytes))) {
      store.setCertificateEntry("trusted-" + store.size(), certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /**
   * Begins to probe: one after the other at first, until both ends have warmed up, then by the
   * clock. Returns when the clock has been started.
   */
  void start() {
    for (int i = 0; i < WARM_UP; i++) {
      probe();
    }
    var unused =
        clock.scheduleAtFixedRate(this::begin, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  List<Probe> probes() {
    return List.copyOf(probes);
  }

  private void begin() {
    if (places.tryAcquire()) {
      connections.execute(
          () -> {
            probe();
            places.release();
          });
    }
  }

  private void probe() {
    String path = PATHS.get((int) (count.getAndIncrement() % PATHS.size()));
    Instant start = Instant.now();
    String problem;
    try {
      int status = ask(path);
      problem = status == 200 ? "" : "status " + status;
    } catch (IOException failed) {
      problem = failed.toString();
    }
    probes.add(new Probe(new Interval(start, Instant.now()), path, problem));
  }

  /** Asks once on a connection of its own; the time-out holds for each step. */
  private int ask(String path) throws IOException {
    try (Socket plain = new Socket()) {
      plain.connect(address, (int) TIMEOUT.toMillis());
      plain.setSoTimeout((int) TIMEOUT.toMillis());
      try (SSLSocket socket =
          (SSLSocket)
              tls.getSocketFactory()
                  .createSocket(plain, address.getHostString(), address.getPort(), true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        String request =
            "GET %s HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
                .formatted(path, address.getHostString(), address.getPort());
        OutputStream out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return status(socket.getInputStream());
      }
    }
  }

  /** Reads an answer to its end, so that one cut short is noticed. */
  private static int status(InputStream in) throws IOException {
    String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    if (!answer.startsWith("HTTP/1.1 ") || !answer.endsWith("}")) {
      throw new IOException("cut short after " + answer.length() + " characters");
    }
    return Integer.parseInt(answer.substring(9, 12));
  }

  /** Ceases to probe and waits for the answers under way. */
  @Override
  public void close() {
    clock.shutdownNow();
    connections.shutdown();
    try {
      if (!connections.awaitTermination(2 * TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        Instant now = Instant.now();
        probes.add(new Probe(new Interval(now, now), "", "a probe was never answered"));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
