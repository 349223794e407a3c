package org.theseus.itests.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.itests.peer.Command;
import org.theseus.itests.peer.Server;

/** The whole process is replaced on a socket that a service manager keeps, and nobody notices. */
@Timeout(400)
class HandedSocketIT {
  /** What systemd does, in a few lines: binds, hands over, starts and stops. */
  private static final String MANAGER =
      """
      import signal, socket, subprocess, sys
      how, port, log, command = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
      if how == "LISTEN_FDS":
          hand = 'exec 3<&0 0</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"'
          command = ["/bin/sh", "-c", hand, "sh"] + command
      listener = socket.socket()
      listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
      listener.bind(("127.0.0.1", port))
      listener.listen(1024)
      child = None
      for word in sys.stdin:
          if child:
              child.send_signal(signal.SIGTERM)
              print(child.wait(), flush=True)
          child = None
          if word.strip() == "start":
              child = subprocess.Popen(command, stdin=listener, stdout=open(log, "a"), stderr=subprocess.STDOUT)
              print("started", flush=True)
      if child:
          child.kill()
      """;

  @TempDir Path directory;
  private final int port = Server.freePort();

  @BeforeEach
  void needsPython() throws Exception {
    boolean there;
    try {
      there = new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException missing) {
      there = false;
    }
    Assumptions.assumeTrue(there, "there is no python3 to play the service manager");
  }

  private Process manager(String how) throws IOException {
    Path script = Files.writeString(directory.resolve("manager.py"), MANAGER);
    Path log = directory.resolve("output.log");
    ProcessBuilder manager = new ProcessBuilder("python3", script.toString(), how);
    manager.command().addAll(List.of(String.valueOf(port), log.toString()));
    manager
        .command()
        .addAll(
            Command.theseus(
                    "run",
                    "--home=" + directory.resolve("home"),
                    "--server-name=127.0.0.1:" + port,
                    "--listen=127.0.0.1:" + port)
                .command());
    return manager.redirectError(directory.resolve("manager.log").toFile()).start();
  }

  /** A first start makes a home and takes longer than any later one. */
  private void awaitFirst() throws InterruptedException {
    try (Visitors first = new Visitors(port).fresh(1)) {
      first.awaitAnswers(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"LISTEN_FDS", "stdin"})
  void theProcessIsReplacedAndNobodyIsRefused(String how) throws Exception {
    Process manager = manager(how);
    try (Writer orders = manager.outputWriter(UTF_8);
        BufferedReader reports = manager.inputReader(UTF_8)) {
      orders.append("start\n").flush();
      assertThat(reports.readLine()).isEqualTo("started");
      awaitFirst();
      try (Visitors visitors = new Visitors(port).fresh(4).keeping(4)) {
        visitors.awaitAnswers(100);
        for (int i = 0; i < 2; i++) {
          orders.append("start\n").flush();
          assertThat(reports.readLine()).as("status").isEqualTo("0");
          assertThat(reports.readLine()).isEqualTo("started");
          visitors.awaitAnswers(200);
        }
        visitors.end();
        assertThat(visitors.failures()).isEmpty();
        System.out.printf(
            "process replaced, socket by %s: slowest answer %d ms, %d later than a peer endures%n",
            how, visitors.slowestMillis(), visitors.late());
      }
      orders.append("stop\n").flush();
      assertThat(reports.readLine()).as("status").isEqualTo("0");
    } finally {
      manager.destroy();
      assertThat(manager.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
