package org.theseus.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileLock;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.BundleException;

/** {@code theseus run}: a server in the foreground. */
final class RunCommand {
  static final String HELP =
      """
      theseus run [--home DIR] [--server-name NAME] [--listen ADDRESS:PORT]
                  [--trusted-certificates FILE] [--allow-private-addresses]

      Runs a server in the foreground until it is stopped (Ctrl-C or SIGTERM). The first run of
      a home creates its keys, a self-signed certificate for trials, the database and readable
      configuration. The flags other than --home only write that configuration; afterwards it
      is edited in the home's etc/, while the server runs.

        --home DIR                   what the server owns         (theseus-home)
        --server-name NAME           its name to other servers    (localhost:8448)
        --listen ADDRESS:PORT        where it listens             (0.0.0.0:8448)
        --trusted-certificates FILE  PEM, trusted beside the system's certificates
        --allow-private-addresses    reach servers at loopback and private addresses too

      Exit status: 0 stopped, 1 the work failed, 2 unusable input.
      """;

  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration SHELL_LIMIT = Duration.ofSeconds(10);

  private RunCommand() {}

  static int run(List<String> arguments, PrintStream out)
      throws IOException, InterruptedException, GeneralSecurityException, BundleException, Failure {
    Set<String> valued =
        Stream.concat(Stream.of("home"), Settings.VALUED.stream()).collect(Collectors.toSet());
    Flags flags = Flags.parse(arguments, valued, Settings.SWITCHES);
    if (flags.has("help")) {
      out.print(HELP);
      return 0;
    }
    if (!flags.words().isEmpty()) {
      throw Failure.usage("run takes flags only, not " + flags.words().get(0));
    }
    Settings wanted = Settings.of(flags);
    Home home = Home.of(flags);
    home.makeDirectories();
    FileLock lock = home.lock();
    boolean fresh = !home.exists();
    if (fresh) {
      ListeningSocket.checkFree(
          wanted.listen()); // before the home is made, so that other flags can be tried
      HomeConfiguration.create(home, wanted);
    } else {
      HomeConfiguration.checkSame(home, flags);
    }
    Settings settings = HomeConfiguration.read(home);
    ListeningSocket.checkFree(settings.listen());
    System.setProperty("theseus.log", home.log().toString());
    System.setProperty("theseus.log.client", home.clientLog().toString());
    System.setProperty("theseus.log.access", home.accessLog().toString());

    Container container = Container.install(Distribution.own(), home);
    // it may be told to stop as soon as it answers, which it does before all have started
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(container), "shutdown"));
    StopSignals.handle();
    container.start();
    awaitListening(container, settings.listen(), home);
    awaitShell(home);
    announce(out, home, settings, fresh);
    container.await();
    lock.release();
    return 0;
  }

  /** Has the program fail if it could not stop in order, whatever it ends with otherwise. */
  private static void stop(Container container) {
    if (!container.stop()) {
      Runtime.getRuntime().halt(1);
    }
  }

  /** The listener opens its socket when its configuration has reached it. */
  private static void awaitListening(Container container, HostPort listen, Home home)
      throws IOException, InterruptedException, Failure {
    Instant end = Instant.now().plus(START_LIMIT);
    while (!container.hasListener() || !ListeningSocket.isReachable(listen)) {
      if (Instant.now().isAfter(end)) {
        throw Failure.work(
            "nothing listens on %s after %d s, see %s"
                .formatted(listen, START_LIMIT.toSeconds(), home.log()));
      }
      Thread.sleep(50);
    }
  }

  /** Whoever reads how to talk to it does so at once; a home without the shell is not held up. */
  private static void awaitShell(Home home) throws InterruptedException {
    Instant end = Instant.now().plus(SHELL_LIMIT);
    while (Instant.now().isBefore(end)) {
      try {
        ShellClient.connect(home).close();
        return;
      } catch (IOException | Failure notYet) {
        Thread.sleep(50);
      }
    }
  }

  private static void announce(PrintStream out, Home home, Settings settings, boolean fresh) {
    if (fresh) {
      out.printf(
          """
          A new home was made: %s
            configuration: %s, editable while the server runs
            certificate: self-signed, for trials only. To make another server trust it:
              --trusted-certificates %s
          """,
          home.directory(), home.etc(), home.certificate());
    }
    out.printf(
        """
        %s listens on %s, log in %s
        talk to it: theseus shell --home %s create @you:%1$s
        """,
        settings.serverName(), settings.listen(), home.log(), home.directory());
    out.flush();
  }
}
