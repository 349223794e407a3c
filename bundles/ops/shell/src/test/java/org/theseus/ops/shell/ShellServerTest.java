package org.theseus.ops.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.ops.shell.ShellClientOfTest.Ended;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.support.Awaited;

/** The socket with the real Gogo behind it. */
@Timeout(30)
class ShellServerTest {
  @TempDir Path home;
  private final Awaited<JsonReader> json = new Awaited<>();
  private final Commands commands = new Commands();
  private CommandProcessorImpl gogo;
  private ShellServer server;

  /** Commands that keep to the convention. */
  public static final class Commands {
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);
    final CompletableFuture<String> ended = new CompletableFuture<>();

    public void echo(String... words) {
      Output.json(JsonArray.ofStrings(List.of(words)));
    }

    public void unusable(String... words) {
      if (words.length == 0) {
        throw new IllegalArgumentException("USER is missing");
      }
    }

    public void refused(String... words) {
      System.out.println("half a result");
      throw new MatrixException(403, "M_FORBIDDEN", "not \u001b[31myou");
    }

    public void broken(String... words) {
      if (words.length == 0) {
        throw new IllegalStateException();
      }
    }

    public void slow(String... words) throws InterruptedException {
      Output.progress("working");
      started.countDown();
      try {
        goOn.await();
        Output.line("done");
        ended.complete("finished");
      } catch (InterruptedException stop) {
        ended.complete("interrupted");
        throw stop;
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    gogo = TestGogo.processor();
    for (String name : List.of("echo", "unusable", "refused", "broken", "slow")) {
      gogo.addCommand("theseus", commands, name);
    }
    gogo.addCommand("theseus", new HelpCommand(), "help");
    json.come(new JacksonJsonReader());
    server = new ShellServer(home, gogo, json, Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() throws IOException {
    commands.goOn.countDown();
    server.close();
    gogo.stop();
  }

  private ShellClientOfTest client() throws IOException {
    return new ShellClientOfTest(home.resolve("run/shell.sock"));
  }

  @Test
  void givenWordsThatMeanSomethingToGogoThenTheyArriveAsTyped() throws IOException {
    String[] words = {
      "echo",
      "#room:a.example",
      "$event",
      "[::1]:8448",
      "(x) | y; z",
      "{a,b}",
      "~",
      "*",
      "`ls`",
      "'single' \"double\" \\",
      "",
      "two\nlines",
      "%(1+1)",
      "--flag",
      "<in >out &",
      "null",
      "true",
      "5",
      "h\u00e9\u00df\u20ac\ud83d\ude00",
      "x=y",
      "@{1}",
      "!room",
      " "
    };
    try (ShellClientOfTest client = client()) {
      Ended ended = client.words(words);

      assertThat(ended.exit()).isZero();
      assertThat(new JacksonJsonReader().read(ended.out().strip().getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(JsonArray.ofStrings(List.of(words).subList(1, words.length)));
    }
  }

  @Test
  void givenALineThenGogoReadsIt() throws IOException {
    try (ShellClientOfTest client = client()) {
      assertThat(client.line("echo a 'b c' | echo d; echo e"))
          .isEqualTo(new Ended("[\"d\"]\n[\"e\"]\n", "", 0));
      assertThat(client.line("theseus:echo (\"x\" length)"))
          .isEqualTo(new Ended("[\"1\"]\n", "", 0));
      assertThat(client.line("\"text\" length")).isEqualTo(new Ended("4\n", "", 0));
    }
  }

  @Test
  void givenHowCommandsEndThenTheExitStatusTellsIt() throws IOException {
    try (ShellClientOfTest client = client()) {
      assertThat(client.words("unusable")).isEqualTo(new Ended("", "USER is missing\n", 2));
      assertThat(client.words("refused"))
          .isEqualTo(new Ended("half a result\n", "M_FORBIDDEN: not \ufffd[31myou\n", 1));
      assertThat(client.words("broken")).isEqualTo(new Ended("", "IllegalStateException\n", 1));
      assertThat(client.words("echo")).isEqualTo(new Ended("[]\n", "", 0));
    }
  }

  @Test
  void givenManyClientsThatComeAndGoThenEachIsServed() throws Exception {
    ExecutorService people = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Long>> visits = Collections.nCopies(600, this::visit);
      for (Future<Long> visit : people.invokeAll(visits)) {
        assertThat(visit.get()).isZero();
      }
    } finally {
      people.shutdownNow();
    }
  }

  private long visit() throws IOException {
    try (ShellClientOfTest client = client()) {
      return client.words("echo").exit();
    }
  }

  @Test
  void givenUnusableInputThenStatusTwoAndTheConnectionGoesOn() throws IOException {
    try (ShellClientOfTest client = client()) {
      assertThat(client.words("nothing").exit()).isEqualTo(2);
      assertThat(client.words("echo | unusable").exit()).isEqualTo(2);
      assertThat(client.words("$x").exit()).isEqualTo(2);
      assertThat(client.line("echo (").exit()).isEqualTo(2);
      assertThat(client.line("echo 'a").exit()).isEqualTo(2);
      assertThat(client.request("no json").exit()).isEqualTo(2);
      assertThat(client.request("[]").exit()).isEqualTo(2);
      assertThat(client.request("{}").exit()).isEqualTo(2);
      assertThat(client.request("{\"words\":[]}").exit()).isEqualTo(2);
      assertThat(client.request("{\"words\":[\"echo\",1]}").exit()).isEqualTo(2);
      assertThat(client.words("echo", "still there").out()).isEqualTo("[\"still there\"]\n");
    }
  }

  @Test
  void givenHelpThenAllCommandsOfTheScopeAreListed() throws IOException {
    gogo.addCommand("other", commands, "echo");
    try (ShellClientOfTest client = client()) {
      assertThat(client.words("help").out())
          .isEqualTo("broken\necho\nhelp\nrefused\nslow\nunusable\n");
    }
  }

  @Test
  void givenACommandInProgressThenItsProgressIsSeenBeforeItsEnd() throws Exception {
    try (ShellClientOfTest client = client()) {
      client.begin("{\"words\":[\"slow\"]}");

      assertThat(client.frame().string("err")).contains("working\n");
      commands.goOn.countDown();
      assertThat(client.end()).isEqualTo(new Ended("done\n", "", 0));
    }
  }

  @Test
  void givenTheClientGoesThenItsCommandEnds() throws Exception {
    try (ShellClientOfTest client = client()) {
      client.begin("{\"words\":[\"slow\"]}");
      assertThat(commands.started.await(10, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(commands.ended.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
  }

  @Test
  void givenTheShellIsReplacedThenACommandInProgressEndsFirst() throws Exception {
    try (ShellClientOfTest client = client()) {
      client.begin("{\"words\":[\"slow\"]}");
      assertThat(commands.started.await(10, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(this::closeServer);
      commands.goOn.countDown();

      assertThat(client.end()).isEqualTo(new Ended("done\n", "working\n", 0));
      closed.get(10, TimeUnit.SECONDS);
    }
    assertThat(home.resolve("run/shell.sock")).doesNotExist();
  }

  @Test
  void givenACommandThatDoesNotEndThenTheShellDoesNotWaitForEver() throws Exception {
    server.close();
    server = new ShellServer(home, gogo, json, Duration.ofMillis(50));
    try (ShellClientOfTest client = client()) {
      client.begin("{\"words\":[\"slow\"]}");
      assertThat(commands.started.await(10, TimeUnit.SECONDS)).isTrue();

      server.close();

      assertThat(commands.ended.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }
  }

  @Test
  void givenNobodyReadsJsonThenTheCommandWaitsForTheNextReader() throws Exception {
    JsonReader reader = json.await(Duration.ZERO).get();
    json.go(reader);
    try (ShellClientOfTest client = client()) {
      client.begin("{\"words\":[\"echo\",\"later\"]}");
      json.come(reader);

      assertThat(client.end().out()).isEqualTo("[\"later\"]\n");
    }
  }

  @Test
  void givenTheSocketThenOnlyItsOwnerMayUseIt() throws IOException {
    assertThat(mode(home.resolve("run/shell.sock"))).isEqualTo("rw-------");
    assertThat(mode(home.resolve("run"))).isEqualTo("rwx------");
  }

  @Test
  void givenAHomeWithALongPathThenTheSocketIsElsewhereAndTheHomeTellsWhere() throws IOException {
    Path deep = home.resolve("d".repeat(60)).resolve("e".repeat(60));
    ShellServer far = new ShellServer(deep, gogo, json, Duration.ofSeconds(5));
    Path pointer = deep.resolve("run/shell.path");
    Path socket = Path.of(Files.readString(pointer).strip());
    try (far;
        ShellClientOfTest client = new ShellClientOfTest(socket)) {
      assertThat(client.words("echo", "far").out()).isEqualTo("[\"far\"]\n");
      assertThat(mode(socket.getParent())).isEqualTo("rwx------");
    }
    assertThat(socket.getParent()).doesNotExist();
    assertThat(pointer).doesNotExist();
  }

  @Test
  void givenWhatAKilledProcessLeftBehindThenTheNextOneListensAllTheSame() throws IOException {
    server.close();
    Files.writeString(home.resolve("run/shell.sock"), "left behind");
    Files.writeString(home.resolve("run/shell.path"), "/nowhere");

    server = new ShellServer(home, gogo, json, Duration.ofSeconds(5));

    try (ShellClientOfTest client = client()) {
      assertThat(client.words("echo", "again").out()).isEqualTo("[\"again\"]\n");
    }
    assertThat(home.resolve("run/shell.path")).doesNotExist();
  }

  @Test
  void givenFramesThenCharactersAreNeverSplit() throws IOException {
    StringBuilder sent = new StringBuilder();
    byte[] euro = "\u20ac\ud83d\ude00".getBytes(StandardCharsets.UTF_8);
    FrameStream stream = new FrameStream(sent::append);

    for (byte octet : euro) {
      stream.write(octet);
    }
    stream.write("x".repeat(20_000).getBytes(StandardCharsets.UTF_8));

    assertThat(sent.toString()).isEqualTo("\u20ac\ud83d\ude00" + "x".repeat(20_000));
  }

  @Test
  void givenALineTooLongThenTheClientIsLetGo() throws IOException {
    try (ShellClientOfTest client = client()) {
      assertThatThrownBy(() -> client.request("x".repeat(5 << 20))).isInstanceOf(IOException.class);
    }
  }

  private void closeServer() {
    try {
      server.close();
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
