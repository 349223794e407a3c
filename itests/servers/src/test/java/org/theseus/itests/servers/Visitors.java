package org.theseus.itests.servers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.theseus.itests.peer.Tls;

/**
 * Clients of one server that ask it for its version without a break, some on a new connection each
 * time, some on one for as long as the server keeps it. Each failure is noted: a connection refused
 * or reset, an answer that is not 200 or does not come. A kept connection that was closed before
 * the request met it is none; it is asked again on a new one.
 */
final class Visitors implements AutoCloseable {
  private static final SSLContext TLS = Tls.trustingEverybody();

  /** Five times what a peer endures: a machine may be as busy as that. */
  private static final int LIMIT_MILLIS = 5 * (int) Question.BUDGET.toMillis();

  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();
  private final AtomicInteger late = new AtomicInteger();
  private volatile boolean ended;

  Visitors(int port) {
    this.port = port;
  }

  /** Adds clients that open a connection for each request. */
  Visitors fresh(int count) {
    return begin(
        count,
        kept -> {
          try (Socket socket = connect()) {
            ask(socket, "close");
          }
          return null;
        });
  }

  /** Adds clients that keep their connection. */
  Visitors keeping(int count) {
    return begin(
        count,
        kept -> {
          Socket socket = kept == null ? connect() : kept;
          try {
            return ask(socket, "keep-alive") ? socket : null;
          } catch (EOFException | SocketException closedWhileIdle) {
            socket.close();
            if (kept == null) {
              throw closedWhileIdle;
            }
            return null;
          }
        });
  }

  private interface Visit {
    /** Asks once; takes and gives a connection, or null for none. */
    Socket on(Socket kept) throws IOException;
  }

  private Visitors begin(int count, Visit visit) {
    for (int i = 0; i < count; i++) {
      threads.execute(() -> visitAgainAndAgain(visit));
    }
    return this;
  }

  private void visitAgainAndAgain(Visit visit) {
    Socket kept = null;
    while (!ended) {
      long began = System.nanoTime();
      try {
        kept = visit.on(kept);
        long waited = System.nanoTime() - began;
        slowest.accumulateAndGet(waited, Math::max);
        late.addAndGet(waited > Question.BUDGET.toNanos() ? 1 : 0);
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (IOException failure) {
        kept = null;
        failures.add(
            failure + " after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) + " ms");
      } catch (InterruptedException stop) {
        return;
      }
    }
  }

  private Socket connect() throws IOException {
    Socket plain = new Socket();
    plain.setSoTimeout(LIMIT_MILLIS);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
    return TLS.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
  }

  /** Asks, and tells whether the connection stays. */
  private boolean ask(Socket socket, String connection) throws IOException {
    String request =
        "GET /_matrix/federation/v1/version HTTP/1.1\r\nHost: a\r\nConnection: %s\r\n\r\n";
    socket.getOutputStream().write(request.formatted(connection).getBytes(US_ASCII));
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection ended in the head of the answer");
      }
      head.append((char) next);
    }
    String length = head.toString().replaceFirst("(?is).*content-length: *(\\d+).*", "$1");
    String body = new String(in.readNBytes(Integer.parseInt(length)), UTF_8);
    if (!head.toString().startsWith("HTTP/1.1 200 ") || !body.endsWith("}")) {
      throw new IOException("answered " + head + body);
    }
    answers.incrementAndGet();
    return !head.toString().contains("onnection: close");
  }

  /** Waits for more answers. */
  void awaitAnswers(int more) throws InterruptedException {
    int wanted = answers.get() + more;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2L * LIMIT_MILLIS);
    while (answers.get() < wanted) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no more answers; " + failures);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** What went wrong so far. */
  Queue<String> failures() {
    return failures;
  }

  /** The longest that anybody waited. */
  long slowestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(slowest.get());
  }

  /** How many answers came later than a peer endures. */
  int late() {
    return late.get();
  }

  /** Lets the requests under way end. */
  void end() throws InterruptedException {
    ended = true;
    threads.shutdown();
    if (!threads.awaitTermination(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
      failures.add("a request does not end");
    }
  }

  @Override
  public void close() {
    ended = true;
    threads.shutdownNow();
  }
}
