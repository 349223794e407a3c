package org.theseus.persistence.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.LockingMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteDataSource;
import org.theseus.persistence.api.PersistenceException;
import org.theseus.persistence.sql.store.Migrator;

/**
 * The open file: one connection, and a lock that keeps everybody else out.
 *
 * <p>The lock is on a file of its own beside the database. SQLite's own locks do not part two
 * copies of its native library in one process, and there are two of them once its bundle has been
 * updated; a Java lock does.
 */
final class SqliteFile implements AutoCloseable {
  private static final int CACHE_KIB = 32 * 1024;
  private static final Duration POLL = Duration.ofMillis(20);

  private final Path file;
  private final FileChannel lock;
  private final int schemaVersion;
  private Connection connection;

  private SqliteFile(Path file, FileChannel lock, Connection connection, int schemaVersion) {
    this.file = file;
    this.lock = lock;
    this.connection = connection;
    this.schemaVersion = schemaVersion;
  }

  /**
   * Opens the file, makes it if need be, and brings it to our schema.
   *
   * @param file the file
   * @param patience how long to wait for whoever has it open, as the generation before us may for a
   *     moment
   */
  static SqliteFile open(Path file, Duration patience) {
    FileChannel lock = lock(file, patience);
    try {
      return open(file, lock);
    } catch (SQLException failed) {
      closeQuietly(lock, failed);
      throw new PersistenceException("cannot open " + file, failed);
    } catch (RuntimeException failed) {
      closeQuietly(lock, failed);
      throw failed;
    }
  }

  private static SqliteFile open(Path file, FileChannel lock) throws SQLException {
    Connection connection = connect(file);
    try {
      int version = new Migrator(new SqliteDialect()).migrate(connection);
      return new SqliteFile(file, lock, connection, version);
    } catch (SQLException | RuntimeException failed) {
      closeQuietly(connection, failed);
      throw failed;
    }
  }

  private static Connection connect(Path file) throws SQLException {
    Connection connection = dataSource(file).getConnection();
    try {
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException failed) {
      closeQuietly(connection, failed);
      throw failed;
    }
  }

  private static SQLiteDataSource dataSource(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setLockingMode(LockingMode.EXCLUSIVE);
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setCacheSize(-CACHE_KIB);
    config.setTempStore(TempStore.MEMORY);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  private static FileChannel lock(Path file, Duration patience) {
    Path absolute = file.toAbsolutePath();
    Path lockFile = absolute.resolveSibling(absolute.getFileName() + ".lock");
    long deadline = System.nanoTime() + patience.toNanos();
    FileChannel channel = null;
    try {
      Files.createDirectories(absolute.getParent());
      channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      while (!tryLock(channel)) {
        if (System.nanoTime() > deadline) {
          throw new PersistenceException(file + " is in use by another process or component");
        }
        Thread.sleep(POLL.toMillis());
      }
      return channel;
    } catch (IOException failed) {
      closeQuietly(channel, failed);
      throw new PersistenceException("cannot lock " + lockFile, failed);
    } catch (InterruptedException interrupted) {
      closeQuietly(channel, interrupted);
      Thread.currentThread().interrupt();
      throw new PersistenceException("interrupted while waiting for " + lockFile, interrupted);
    } catch (PersistenceException inUse) {
      closeQuietly(channel, inUse);
      throw inUse;
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  private static void closeQuietly(AutoCloseable resource, Exception because) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception failed) {
      because.addSuppressed(failed);
    }
  }

  Connection connection() {
    return connection;
  }

  /** Gives up the connection, with whatever transaction it is in, and makes another. */
  Connection reconnect() throws SQLException {
    connection.close();
    connection = connect(file);
    return connection;
  }

  int schemaVersion() {
    return schemaVersion;
  }

  /**
   * Closes the connection, by which SQLite moves the write-ahead log into the file, and frees the
   * file.
   */
  @Override
  public void close() throws SQLException, IOException {
    try (lock) {
      connection.close();
    }
  }
}
