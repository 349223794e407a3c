package org.theseus.itests.servers;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Line;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Tls;
import org.theseus.protocol.api.Event;

/**
 * The load under which bundles are swapped: clients of every kind, each at a modest rate from an
 * address of its own, who note what a peer must not see. These are a refused connection, one that
 * ends or is reset after a request was sent, a wrong answer, an answer later than the budget. That
 * a connection is closed which was idle for long is none of them.
 */
final class Fleet implements AutoCloseable {
  private static final Duration ROUND_TRIP = Duration.ofMillis(300);
  private static final int NARROW = 8_192;
  private static final int STREAM_PARTS = 200;
  private static final Duration IDLE = Duration.ofSeconds(7);
  private static final String FEDERATION = "/_matrix/federation/v1";

  private interface Client {
    void ask() throws Exception;
  }

  private final String server;
  private final SSLContext tls = Tls.trustingEverybody();
  private final List<Peer> origins;
  private final List<Question> questions;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicInteger newcomers = new AtomicInteger();
  private final Queue<Long> waits = new ConcurrentLinkedQueue<>();
  private volatile boolean slowOnes;
  private volatile boolean ended;

  /**
   * Makes a fleet without clients.
   *
   * @param server the server's name, which is where it listens
   * @param origins who signs
   * @param alias an alias there, for its room
   */
  Fleet(String server, List<Peer> origins, String alias, String room) {
    this.server = server;
    this.origins = List.copyOf(origins);
    questions =
        List.of(
            Question.get(FEDERATION + "/version", false, "\"server\""),
            Question.get("/_matrix/key/v2/server", false, "\"server_name\":\"" + server + '"'),
            directory(alias, room),
            directory(alias, room));
  }

  private static Question directory(String alias, String room) {
    return Question.get(
        FEDERATION + "/query/directory?room_alias=" + encode(alias),
        true,
        "\"room_id\":\"" + room + '"');
  }

  /** A new connection for each request. */
  Fleet fresh(int count) {
    return join(
        count,
        way ->
            () -> {
              long began = System.nanoTime();
              try (Line line = Line.open(tls, way)) {
                ask(line, any(), anybody(), began);
                noteAnswer(began);
              }
              rest(Duration.ofSeconds(1));
            });
  }

  /** One connection as long as the server keeps it, never idle for long. */
  Fleet busy(int count) {
    return join(
        count,
        way -> {
          Kept kept = new Kept(way);
          return () -> {
            kept.ask(any());
            rest(Duration.ofMillis(400));
          };
        });
  }

  /** One connection, idle longer than a server that lets go of its connections keeps such ones. */
  Fleet idle(int count) {
    return join(
        count,
        way -> {
          Kept kept = new Kept(way);
          return () -> {
            kept.ask(any());
            rest(IDLE);
          };
        });
  }

  /** From far away, on new connections, while slow clients take part. */
  Fleet distant(int count) {
    return join(
        count,
        way ->
            () -> {
              if (slowOnes) {
                long began = System.nanoTime();
                try (Line line = Line.open(tls, way.distant(ROUND_TRIP))) {
                  ask(line, any(), anybody(), began);
                  answers.incrementAndGet();
                }
              }
              rest(Duration.ofMillis(200));
            });
  }

  /** Servers never heard of before: each asks once, and its keys are fetched for that. */
  Fleet newcomers(int count, Path certificates) {
    return join(
        count,
        way ->
            () -> {
              long began = System.nanoTime();
              try (Peer newcomer = Peer.start(certificates);
                  Line line = Line.open(tls, way)) {
                ask(line, questions.get(2), newcomer, began);
                noteAnswer(began);
                newcomers.incrementAndGet();
              }
              rest(Duration.ofSeconds(1));
            });
  }

  /** Says one thing after the other in a room, each in a transaction. */
  Fleet guest(Peer peer, Guest guest, List<String> said) {
    AtomicInteger number = new AtomicInteger();
    return join(
        1,
        way -> {
          Kept kept = new Kept(way);
          return () -> {
            Event event = guest.message("number " + number.incrementAndGet());
            String body =
                "{\"origin\":\"%s\",\"origin_server_ts\":%d,\"pdus\":[%s]}"
                    .formatted(peer.name(), System.currentTimeMillis(), event.json());
            kept.ask(
                Question.send(
                    FEDERATION + "/send/" + number,
                    body,
                    "{\"pdus\":{\"" + event.id().value() + "\":{}}}"),
                peer);
            said.add(event.id().value());
            guest.follow(event);
            rest(Duration.ofMillis(150));
          };
        });
  }

  /** Reads a large answer so slowly that it takes a time. */
  Future<?> stream(Peer peer, String target, Duration time, String within) {
    Line.Way way = Line.Way.to(server).from(clients.incrementAndGet()).narrow(NARROW);
    Question question = Question.get(target, true, within);
    return threads.submit(
        () -> {
          try (Line line = Line.open(tls, way)) {
            long began = System.nanoTime();
            question.put(line, server, peer);
            judge(question, line.reply(time.dividedBy(STREAM_PARTS), STREAM_PARTS), began);
          } catch (IOException failure) {
            failures.add(failure);
          }
        });
  }

  /** Has slow clients take part or pause. */
  void slowOnes(boolean takePart) {
    slowOnes = takePart;
  }

  private Question any() {
    return questions.get(ThreadLocalRandom.current().nextInt(questions.size()));
  }

  private void judge(Question question, Line.Reply reply, long began) {
    question.fault(reply, began).map(IOException::new).ifPresent(failures::add);
  }

  private Peer anybody() {
    return origins.get(ThreadLocalRandom.current().nextInt(origins.size()));
  }

  /** A connection that is kept as long as the server does. */
  private final class Kept {
    private final Line.Way way;
    private Line line;
    private long used;

    Kept(Line.Way way) {
      this.way = way;
    }

    void ask(Question question) throws IOException {
      ask(question, anybody());
    }

    void ask(Question question, Peer origin) throws IOException {
      boolean idled = System.nanoTime() - used > IDLE.dividedBy(4).toNanos();
      if (line != null && idled && !line.isQuiet()) {
        drop();
      }
      long began = System.nanoTime();
      boolean isNew = line == null;
      try {
        if (isNew) {
          line = Line.open(tls, way);
        }
        if (Fleet.this.ask(line, question, origin, began).closes()) {
          drop();
        }
      } catch (IOException failure) {
        drop();
        if (isNew || !idled) {
          throw failure;
        }
        // closed at the very moment the request was sent: as pools do, once more, anew
        line = Line.open(tls, way);
        Fleet.this.ask(line, question, origin, began);
      }
      noteAnswer(began);
      used = System.nanoTime();
    }

    private void drop() throws IOException {
      if (line != null) {
        line.close();
        line = null;
      }
    }
  }

  private void noteAnswer(long began) {
    answers.incrementAndGet();
    waits.add(System.nanoTime() - began);
  }

  private Line.Reply ask(Line line, Question question, Peer origin, long began) throws IOException {
    question.put(line, server, origin);
    Line.Reply reply = line.reply();
    judge(question, reply, began);
    return reply;
  }

  private interface Kind {
    Client with(Line.Way way);
  }

  private Fleet join(int count, Kind kind) {
    for (int i = 0; i < count; i++) {
      Client client = kind.with(Line.Way.to(server).from(clients.incrementAndGet()));
      threads.execute(
          () -> {
            while (!ended) {
              try {
                client.ask();
              } catch (InterruptedException end) {
                return;
              } catch (Exception failure) {
                if (!ended) {
                  failures.add(failure);
                }
              }
            }
          });
    }
    return this;
  }

  /** A time, give or take half of it, so that clients do not march in step. */
  private void rest(Duration time) throws InterruptedException {
    long nanos = time.toNanos();
    long end =
        System.nanoTime() + nanos / 2 + ThreadLocalRandom.current().nextLong(Math.max(1, nanos));
    while (!ended && System.nanoTime() < end) {
      TimeUnit.NANOSECONDS.sleep(Math.min(end - System.nanoTime(), 250_000_000L));
    }
  }

  /** Waits for some more answers, and for some more newcomers' among them. */
  void awaitMore(int more, int moreNewcomers) throws InterruptedException {
    int wanted = answers.get() + more;
    int wantedNewcomers = newcomers.get() + moreNewcomers;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (answers.get() < wanted || newcomers.get() < wantedNewcomers) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no more answers; " + failures);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** What clients waited that are not slow themselves, since this was last asked, sorted. */
  List<Duration> waits() {
    List<Duration> taken = new ArrayList<>();
    for (Long wait = waits.poll(); wait != null; wait = waits.poll()) {
      taken.add(Duration.ofNanos(wait));
    }
    taken.sort(Comparator.naturalOrder());
    return taken;
  }

  int clients() {
    return clients.get();
  }

  int answers() {
    return answers.get();
  }

  /** What a peer must not see, since this was last asked. */
  List<Throwable> failures() {
    List<Throwable> taken = new ArrayList<>();
    for (Throwable failure = failures.poll(); failure != null; failure = failures.poll()) {
      taken.add(failure);
    }
    return taken;
  }

  /** Ends all clients, each after the answer it waits for. */
  List<Throwable> end() throws InterruptedException {
    ended = true;
    threads.shutdown();
    if (!threads.awaitTermination(60, TimeUnit.SECONDS)) {
      failures.add(new IOException("a client does not end"));
    }
    return failures();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    ended = true;
    threads.shutdownNow();
  }
}
