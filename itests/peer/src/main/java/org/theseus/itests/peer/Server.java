package org.theseus.itests.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.theseus.launcher.Flags;
import org.theseus.launcher.Home;
import org.theseus.launcher.ShellClient;
import org.theseus.launcher.demo.NextVersion;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;

/**
 * A server in a process of its own, on a loopback port; can be stopped, killed and started again.
 */
public final class Server implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  // below the ports that the system gives to whoever asks for any: nobody takes one by chance while
  // its server is stopped
  private static final int FIRST_PORT = 20_000;
  private static final int PORTS = 12_000;
  private static final AtomicInteger TRIED = new AtomicInteger(new Random().nextInt(PORTS));

  private final String name;
  private final String address;
  private final Home home;
  private String javaOptions = "";
  private Child process;

  private Server(String name, String address, Home home) {
    this.name = name;
    this.address = address;
    this.home = home;
  }

  /** Makes a home that trusts the certificates in a file, and adds its own there. */
  public static Server create(Path directory, Path trusted) throws Exception {
    String name = "127.0.0.1:" + freePort();
    return create(directory, trusted, name, name);
  }

  /** The same, where others reach the server elsewhere than where it listens. */
  public static Server create(Path directory, Path trusted, String name, String address)
      throws Exception {
    Flags flags =
        Flags.parse(
            List.of(
                "--home=" + directory,
                "--server-name=" + name,
                "--listen=" + address,
                "--trusted-certificates=" + trusted,
                "--allow-private-addresses"),
            Set.of("home", "server-name", "listen", "trusted-certificates"),
            Set.of("allow-private-addresses"));
    Home home = Home.create(flags);
    Files.writeString(trusted, Files.readString(home.certificate()), StandardOpenOption.APPEND);
    return new Server(name, address, home);
  }

  /** A loopback port that nobody listens on, and that the system gives to nobody by chance. */
  public static int freePort() {
    return IntStream.generate(() -> FIRST_PORT + TRIED.getAndIncrement() % PORTS)
        .filter(Server::isFree)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  /** Its server name. */
  public String name() {
    return name;
  }

  /** Its home. */
  public Home home() {
    return home;
  }

  /** Names one of its users. */
  public String user(String localpart) {
    return "@" + localpart + ":" + name;
  }

  /** Has its next starts take options of the Java machine. */
  public Server with(String options) {
    javaOptions = options;
    return this;
  }

  /** Starts it and waits until it carries out commands. */
  public void start() throws Exception {
    launch();
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("the server does not start: " + Files.readString(output()));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Has it begin to start. */
  public void launch() throws IOException {
    ProcessBuilder run =
        Command.theseus("run", "--home", home.directory().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
    run.environment().merge("JAVA_OPTS", javaOptions, (given, ours) -> given + ' ' + ours);
    process = Child.start("Theseus at " + address, run);
  }

  private boolean answers() {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon);
    try (Socket listening = new Socket(host, Integer.parseInt(address.substring(colon + 1)))) {
      return listening.isConnected() && shell("rooms").status() == 0;
    } catch (Exception notYet) {
      return false;
    }
  }

  private Path output() {
    return home.directory().resolve("log").resolve("output.log");
  }

  /** Has a command carried out, on a connection of its own. */
  public Command.Result shell(String... words) throws Exception {
    StringBuilder out = new StringBuilder();
    StringBuilder err = new StringBuilder();
    try (ShellClient client = ShellClient.connect(home)) {
      int status = client.words(List.of(words), out::append, err::append);
      return new Command.Result(status, out.toString().strip(), err.toString().strip());
    }
  }

  /** Has a command carried out that must succeed. */
  public String result(String... words) throws Exception {
    Command.Result result = shell(words);
    if (result.status() != 0) {
      throw new AssertionError(String.join(" ", words) + " failed: " + result.err());
    }
    return result.out();
  }

  /** The events a command with {@code --json} tells. */
  public List<JsonObject> events(String... words) throws Exception {
    String json = result(words).lines().reduce("", (before, line) -> line);
    return ((JsonArray) Grammar.JSON.read(json.getBytes(StandardCharsets.UTF_8))).objects();
  }

  /** The whole timeline of a room. */
  public List<JsonObject> timeline(String room) throws Exception {
    return events("timeline", room, "--limit", "1000000", "--json");
  }

  /** The ids of the whole timeline of a room. */
  public List<String> timelineIds(String room) throws Exception {
    return timeline(room).stream().map(event -> event.string("event_id").orElseThrow()).toList();
  }

  /** Its process's id. */
  public long pid() {
    return process.pid();
  }

  /** Whether its process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** What the server has logged, on file and on its standard streams. */
  public String log() throws IOException {
    return Files.readString(home.log()) + Files.readString(output());
  }

  /** Replaces a running bundle by itself, as many versions later as a step says. */
  public String swap(String symbolicName, int step) throws Exception {
    Path folder = Files.createDirectories(home.directory().resolve("next"));
    Path jar = NextVersion.jarOf(Command.distribution(), symbolicName);
    return result("swap", NextVersion.write(jar, step, folder).toString());
  }

  /** Ends the process without a word of warning (SIGKILL). */
  public void kill() throws InterruptedException {
    process.kill();
  }

  /** Stops the server as a user would, if it runs; it must do so in time. */
  @Override
  public void close() {
    if (process != null) {
      process.stop(STOP_LIMIT);
    }
  }
}
