package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;

/** The bundles of EXTENDING that stand at the edge, built as its reader would. */
class ThirdPartyBundlesIT {
  private static final String HELLO = "/_matrix/federation/unstable/org.example/hello/";

  @TempDir Path directory;

  private Server server;
  private Server hidden;
  private Peer peer;

  @BeforeEach
  void start() throws Exception {
    Path trusted = Files.createFile(directory.resolve("trusted.pem"));
    peer = Peer.start(directory.resolve("peer"));
    Files.writeString(trusted, Files.readString(peer.certificate()), StandardOpenOption.APPEND);
    server = Server.create(directory.resolve("home"), trusted);
    int port = Server.freePort();
    hidden =
        Server.create(
            directory.resolve("hidden"), trusted, "hidden.example:" + port, "127.0.0.1:" + port);
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    hidden.close();
    peer.close();
  }

  private Sample sample(String name) throws Exception {
    return Sample.of(name, Files.createDirectory(directory.resolve(name)));
  }

  private Peer.Reply greet(String name) throws Exception {
    return peer.ask(server.name(), "GET", HELLO + name, Optional.empty());
  }

  private CompletableFuture<Peer.Reply> greetMeanwhile(String name) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return greet(name);
          } catch (Exception failed) {
            throw new CompletionException(failed);
          }
        });
  }

  /** Greets without a break, and notes whatever is not answered as it must be. */
  private final class Greeter implements AutoCloseable {
    private final String name;
    private final int expected;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "greeter");
    private volatile boolean ended;

    Greeter(String name, int expected) {
      this.name = name;
      this.expected = expected;
      thread.start();
    }

    private void run() {
      while (!ended) {
        try {
          Peer.Reply reply = greet(name);
          if (reply.status() != expected) {
            failures.add(reply.toString());
          }
        } catch (Exception failed) {
          failures.add(failed.toString());
        }
        answers.incrementAndGet();
      }
    }

    void awaitAnswers(int more) throws InterruptedException {
      int goal = answers.get() + more;
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (answers.get() < goal) {
        assertThat(System.nanoTime()).as("answers").isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }

    @Override
    public void close() {
      ended = true;
      try {
        thread.join();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void anEndpointAndAFilterJoinAndLeaveUnderRequests() throws Exception {
    Sample hello = sample("org.example.hello.Hello");
    Sample doorkeeper = sample("org.example.doorkeeper.Doorkeeper");

    // given a path that nobody has named yet
    assertThat(greet("bob").status()).isEqualTo(404);
    assertThat(greet("bob").errcode()).isEqualTo("M_UNRECOGNIZED");

    // when its bundle comes
    server.result("swap", hello.bundle("1.0.0").toString());

    // then it is answered, to whoever signs
    assertThat(greet("bob").json().string("text")).contains("Hello bob, says " + peer.name());
    try (Greeter greeter = new Greeter("bob", 200)) {
      greeter.awaitAnswers(5);

      // when its component is away, then requests wait until it is back
      server.result("swap", hello.bundleWithoutComponents("1.0.1").toString());
      CompletableFuture<Peer.Reply> waits = greetMeanwhile("alice");
      server.result("swap", hello.bundle("1.0.2").toString());
      assertThat(waits.get(30, TimeUnit.SECONDS).json().string("text"))
          .hasValueSatisfying(text -> assertThat(text).startsWith("Hello alice"));
      greeter.awaitAnswers(5);

      // when a filter joins, then it refuses what it is there to refuse, and nothing else
      assertThat(greet("mallory").status()).isEqualTo(200);
      server.result("swap", doorkeeper.bundle("1.0.0").toString());
      Peer.Reply refused = greet("mallory");
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.errcode()).isEqualTo("M_FORBIDDEN");
      greeter.awaitAnswers(5);

      // when it is replaced, then nobody slips by meanwhile
      try (Greeter mallory = new Greeter("mallory", 403)) {
        mallory.awaitAnswers(5);
        server.result("swap", doorkeeper.bundle("1.0.1").toString());
        mallory.awaitAnswers(5);
        assertThat(mallory.failures).isEmpty();
      }

      // when its component is away, then requests wait until it is back
      server.result("swap", doorkeeper.bundleWithoutComponents("1.0.2").toString());
      waits = greetMeanwhile("mallory");
      server.result("swap", doorkeeper.bundle("1.0.3").toString());
      assertThat(waits.get(30, TimeUnit.SECONDS).status()).isEqualTo(403);

      // when it leaves, then what it refused is let in again
      server.result("swap", doorkeeper.bundleWithoutAnything("1.0.4").toString());
      assertThat(greet("mallory").status()).isEqualTo(200);
      greeter.awaitAnswers(5);

      assertThat(greeter.failures).isEmpty();
    }
  }

  @Test
  void aResolverJoinsAndLeaves() throws Exception {
    Sample hosts = sample("org.example.hosts.Hosts");
    String alice = server.user("alice");
    hidden.start();
    hidden.result("create", hidden.user("bob"), "--public", "--alias", "first");
    hidden.result("create", hidden.user("bob"), "--public", "--alias", "second");

    // given a server nobody finds
    assertThat(server.shell("join", alice, "#first:" + hidden.name()).status()).isEqualTo(1);

    // when a resolver comes that knows where it is, then it is reached
    server.result("swap", hosts.bundle("1.0.0").toString());
    assertThat(server.result("join", alice, "#first:" + hidden.name())).startsWith("!");

    // when the resolver leaves, then it is not found any more
    server.result("swap", hosts.bundleWithoutComponents("1.0.1").toString());
    assertThat(server.shell("join", alice, "#second:" + hidden.name()).status()).isEqualTo(1);
  }

  @Test
  void aPolicyJoinsAndLeaves() throws Exception {
    Sample quiet = sample("org.example.quiet.Quiet");

    // given a server that has spoken to us
    String pull = "/_matrix/federation/unstable/org.theseus.pull/v1/pull?after=none";
    assertThat(peer.ask(server.name(), "GET", pull, Optional.empty()).errcode())
        .isEqualTo("M_NOT_FOUND");
    awaitDestination(peer.name() + " idle");

    // when a policy comes that refuses it, then we do not speak to it
    server.result("swap", quiet.bundle("1.0.0").toString());
    server.result("retry", peer.name().value());
    awaitDestination(peer.name() + " held back");
    assertThat(server.result("destinations")).contains("refused: that machine wants quiet");

    // when the policy leaves, then we may again
    server.result("swap", quiet.bundleWithoutComponents("1.0.1").toString());
    awaitDestination(peer.name() + " idle");
  }

  private void awaitDestination(String line) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (server.result("destinations").lines().noneMatch(told -> told.startsWith(line))) {
      assertThat(System.nanoTime()).as(line).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
