package org.theseus.launcher.demo;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.launcher.Home;
import org.theseus.launcher.ShellClient;

/** One of the two servers: a process of its own on a loopback port, steered by its shell. */
final class DemoServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final String name;
  private final Home home;
  private Process process;

  private DemoServer(String name, Home home) {
    this.name = name;
    this.home = home;
  }

  /** Makes a home that trusts the certificates in a file, on a port that is free now. */
  static DemoServer create(Path directory, Path trusted)
      throws IOException, InterruptedException, GeneralSecurityException, Failure {
    String name = "127.0.0.1:" + freePort();
    Flags flags =
        Flags.parse(
            List.of(
                "--home=" + directory,
                "--server-name=" + name,
                "--listen=" + name,
                "--trusted-certificates=" + trusted,
                "--allow-private-addresses"),
            Set.of("home", "server-name", "listen", "trusted-certificates"),
            Set.of("allow-private-addresses"));
    return new DemoServer(name, Home.create(flags));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String name() {
    return name;
  }

  Home home() {
    return home;
  }

  /** Starts the process; {@link #awaitReady} waits for it. */
  void start(Path distribution) throws IOException {
    Path output = home.directory().resolve("log").resolve("output.log");
    process =
        new ProcessBuilder(
                distribution.resolve("bin").resolve("theseus").toString(),
                "run",
                "--home",
                home.directory().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
            .start();
  }

  /** Waits until the server carries out commands and accepts connections. */
  void awaitReady() throws IOException, InterruptedException, Failure {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try (Shell shell = shell()) {
        shell.result("rooms");
        connect();
        return;
      } catch (IOException | Failure notYet) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw Failure.work(
              "the server " + name + " does not start: " + notYet.getMessage() + "\n" + output());
        }
      }
      Thread.sleep(100);
    }
  }

  private void connect() throws IOException {
    int colon = name.lastIndexOf(':');
    new Socket(name.substring(0, colon), Integer.parseInt(name.substring(colon + 1))).close();
  }

  private String output() throws IOException {
    return Files.readString(home.directory().resolve("log").resolve("output.log"));
  }

  /** Opens a connection to the server's shell, for one thread. */
  Shell shell() throws IOException, Failure {
    return new Shell(ShellClient.connect(home));
  }

  /** Stops the server as a user would. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stop) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** A connection to the shell of a server. */
  static final class Shell implements AutoCloseable {
    private final ShellClient client;

    private Shell(ShellClient client) {
      this.client = client;
    }

    /**
     * Has a command carried out.
     *
     * @return its output, without the last line's end
     * @throws Failure if it ended with anything but success
     */
    String result(String... words) throws IOException, Failure {
      StringBuilder out = new StringBuilder();
      StringBuilder err = new StringBuilder();
      int status = client.words(List.of(words), out::append, err::append);
      if (status != 0) {
        throw Failure.work(words[0] + " ended with " + status + ": " + err.toString().strip());
      }
      return out.toString().strip();
    }

    /** Has a command carried out whose last line is a JSON array. */
    JsonArray array(String... words) throws IOException, Failure {
      List<String> lines = new ArrayList<>(result(words).lines().toList());
      String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
      try (JsonReader reader = Json.createReader(new StringReader(last))) {
        return reader.readArray();
      } catch (JsonException malformed) {
        throw Failure.work(words[0] + " did not answer with a JSON array: " + last);
      }
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }
}
