package org.theseus.ops.shell;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Where the shell listens: a Unix socket in its home's {@code run/}, or, if that path is too long
 * for one, in a folder of the temporary directory that {@code run/shell.path} names. For its owner
 * only.
 */
final class SocketFile implements AutoCloseable {
  private static final int MAX_PATH = 100;
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path pointer;
  private final Path path;
  private final Optional<Path> folder;
  private final ServerSocketChannel channel;

  private SocketFile(Path pointer, Path path, Optional<Path> folder, ServerSocketChannel channel) {
    this.pointer = pointer;
    this.path = path;
    this.folder = folder;
    this.channel = channel;
  }

  /** Listens in a home; what an earlier process left behind is replaced. */
  static SocketFile open(Path home) throws IOException {
    Path run = home.resolve("run");
    if (!Files.isDirectory(run)) {
      Files.createDirectories(home);
      Files.createDirectory(run, OWNER_ONLY);
    }
    Path inHome = run.resolve("shell.sock");
    Path pointer = run.resolve("shell.path");
    boolean fits = inHome.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH;
    Optional<Path> folder =
        fits ? Optional.empty() : Optional.of(Files.createTempDirectory("theseus-", OWNER_ONLY));
    Path path = folder.map(temporary -> temporary.resolve("shell.sock")).orElse(inHome);
    Files.deleteIfExists(path);
    Files.deleteIfExists(pointer);
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      if (!fits) {
        Files.writeString(pointer, path + "\n");
      }
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
    return new SocketFile(pointer, path, folder, channel);
  }

  ServerSocketChannel channel() {
    return channel;
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
    if (folder.isPresent()) {
      Files.deleteIfExists(folder.get());
      Files.deleteIfExists(pointer);
    }
  }
}
