package org.theseus.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;

/**
 * The folder that holds everything one server owns.
 *
 * @param directory absolute
 */
public record Home(Path directory) {
  /** Where a server lives unless told otherwise. */
  public static final String DEFAULT = "theseus-home";

  public Home {
    directory = directory.toAbsolutePath().normalize();
  }

  /** The home that {@code --home} names. */
  static Home of(Flags flags) {
    return new Home(Path.of(flags.value("home").orElse(DEFAULT)));
  }

  /** Makes a fresh home with the configuration that the flags of {@code run} ask for. */
  public static Home create(Flags flags)
      throws IOException, InterruptedException, GeneralSecurityException, Failure {
    Home home = of(flags);
    home.makeDirectories();
    HomeConfiguration.create(home, Settings.of(flags));
    return home;
  }

  Path etc() {
    return directory.resolve("etc");
  }

  Path data() {
    return directory.resolve("data");
  }

  /** The server's log. */
  public Path log() {
    return directory.resolve("log").resolve("theseus.log");
  }

  /** What the server's client has asked of others, a line each; see {@code logback.xml}. */
  public Path clientLog() {
    return directory.resolve("log").resolve("client.log");
  }

  /** What the server was asked, a line each; see {@code logback.xml}. */
  public Path accessLog() {
    return directory.resolve("log").resolve("access.log");
  }

  Path run() {
    return directory.resolve("run");
  }

  Path bundlesList() {
    return directory.resolve("bundles.list");
  }

  /** The certificate as PEM, for peers that shall trust it. */
  public Path certificate() {
    return etc().resolve("tls").resolve("certificate.pem");
  }

  /** Tells whether a first run has finished here. */
  boolean exists() {
    return Files.isDirectory(etc());
  }

  /** The running server's shell; see the package's description. */
  public Path shellSocket() throws IOException {
    Path elsewhere = run().resolve("shell.path");
    return Files.exists(elsewhere)
        ? Path.of(Files.readString(elsewhere).strip())
        : run().resolve("shell.sock");
  }

  /** Makes the folders that are missing; what is inside is for its owner only. */
  public void makeDirectories() throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(directory);
    for (Path path : new Path[] {data(), log().getParent(), run()}) {
      if (!Files.isDirectory(path)) {
        Files.createDirectory(path, ownerOnly);
      }
    }
  }

  /** Takes the home for this process until it ends, or fails because another has it. */
  @SuppressWarnings("resource") // the process holds it to its end
  FileLock lock() throws IOException, Failure {
    FileChannel channel =
        FileChannel.open(
            run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      // another server in this very process: the same answer
    }
    channel.close();
    throw Failure.work("a server is already running in " + directory);
  }
}
