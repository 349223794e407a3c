package org.theseus.itests.hull;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.RequestHandler;

/**
 * Clients of several kinds that ask without a break and note every failure: a connection refused or
 * reset, an answer that is wrong or missing. An idle connection that is closed is none.
 */
final class Load implements AutoCloseable {
  /** Answers with the request's target. */
  static final RequestHandler ECHO =
      exchange ->
          exchange.respond(new Answer(200, Map.of(), Body.json(exchange.target().getBytes(UTF_8))));

  private final SSLContext tls;
  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();
  private volatile boolean ended;

  private interface Client {
    void ask(int number) throws Exception;
  }

  Load(SSLContext tls, int port) {
    this.tls = tls;
    this.port = port;
  }

  /** A new connection for each request. */
  Load fresh() {
    return begin(
        number -> {
          try (TestClient client = TestClient.connect(tls, port)) {
            check(client, number);
          }
          Thread.sleep(10);
        });
  }

  /** One connection as long as the server keeps it, a request every few milliseconds. */
  Load busy() {
    TestClient[] kept = new TestClient[1];
    return begin(
        number -> {
          if (kept[0] == null) {
            kept[0] = TestClient.connect(tls, port);
          }
          if (check(kept[0], number).closes()) {
            kept[0].close();
            kept[0] = null;
          }
          Thread.sleep(3);
        });
  }

  /** A handshake that takes its time between the connection and each of its flights. */
  Load slow() {
    return begin(
        number -> {
          Socket socket = TestClient.plain(port);
          Thread.sleep(300);
          try (TestClient client = TestClient.open(tls, socket)) {
            client.handshake();
            Thread.sleep(300);
            check(client, number);
          }
        });
  }

  private TestClient.Reply check(TestClient client, int number) throws IOException {
    long began = System.nanoTime();
    TestClient.Reply reply = client.get("/" + number);
    if (reply.status() != 200 || !reply.body().equals("/" + number)) {
      throw new IOException("wrong answer: " + reply);
    }
    answers.incrementAndGet();
    slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
    return reply;
  }

  private Load begin(Client client) {
    threads.execute(
        () -> {
          for (int number = 0; !ended; number++) {
            try {
              client.ask(number);
            } catch (Exception failure) {
              failures.add(failure);
            }
          }
        });
    return this;
  }

  /** Asks on until some more answers have come. */
  Load awaitAnswers(int more) throws InterruptedException, IOException {
    int wanted = answers.get() + more;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (answers.get() < wanted) {
      if (System.nanoTime() > deadline) {
        throw new EOFException("no more answers; " + failures);
      }
      Thread.sleep(5);
    }
    return this;
  }

  /** Ends all clients. */
  Queue<Throwable> end() throws InterruptedException {
    ended = true;
    threads.shutdown();
    if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
      failures.add(new IOException("a client does not end"));
    }
    return failures;
  }

  long slowestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(slowest.get());
  }

  int answers() {
    return answers.get();
  }

  @Override
  public void close() {
    ended = true;
    threads.shutdownNow();
  }
}
