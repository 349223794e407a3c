package org.theseus.ops.shell;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import org.apache.felix.service.command.CommandProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonReader;
import org.theseus.support.Awaited;
import org.theseus.support.Gate;
import org.theseus.support.Threads;

/** Lets clients of one home's shell in. */
final class ShellServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShellServer.class);
  private static final int MAX_CLIENTS = 64;

  private final SocketFile socket;
  private final CommandProcessor processor;
  private final Awaited<JsonReader> json;
  private final Duration drain;
  private final Gate gate = new Gate();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  // A client may come before the thread of one who left is back: the queue bridges that.
  private final ThreadPoolExecutor threads = Threads.pool("shell", MAX_CLIENTS + 1, MAX_CLIENTS);

  /**
   * Begins to listen.
   *
   * @param drain how long commands in progress may go on once this is closed
   */
  ShellServer(Path home, CommandProcessor processor, Awaited<JsonReader> json, Duration drain)
      throws IOException {
    this.socket = SocketFile.open(home);
    this.processor = processor;
    this.json = json;
    this.drain = drain;
    threads.execute(this::accept);
    LOG.info("The shell listens on {}", socket.path());
  }

  private void accept() {
    try {
      while (true) {
        serve(socket.channel().accept());
      }
    } catch (ClosedChannelException closing) {
      LOG.debug("The shell listens no more");
    } catch (IOException failed) {
      LOG.warn("The shell cannot be reached any more", failed);
    }
  }

  private void serve(SocketChannel channel) throws IOException {
    if (connections.size() == MAX_CLIENTS) {
      LOG.warn("The shell has {} clients and takes no more", MAX_CLIENTS);
      channel.close();
      return;
    }
    Connection connection = new Connection(channel, processor, json, gate);
    connections.add(connection);
    try {
      threads.execute(
          () -> {
            connection.run();
            connections.remove(connection);
          });
    } catch (RejectedExecutionException closing) {
      connections.remove(connection);
      connection.close();
    }
  }

  /** Waits for commands in progress, then ends what is left. */
  @Override
  public void close() throws IOException {
    socket.close();
    int left = gate.drain(drain);
    if (left > 0) {
      LOG.warn("{} commands of the shell were ended", left);
    }
    connections.forEach(Connection::close);
    threads.shutdownNow();
  }
}
