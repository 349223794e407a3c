package org.theseus.transport.sockets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import java.util.function.Function;

/**
 * Opens a listening socket for an address the first time it is asked for, and answers with the same
 * one from then on, until somebody closes it. The address asked for is the key: with port 0 each
 * asker gets the port that the first one was given. If the service manager handed over a socket
 * with that port, it is taken instead. Guarded by the map, which may be shared.
 */
final class KeptSockets implements Function<SocketAddress, ServerSocketChannel> {
  /** The kernel takes connections while nobody accepts; this many wait for whoever comes next. */
  private static final int BACKLOG = 1024;

  private final Map<SocketAddress, ServerSocketChannel> kept;
  private final HandedSocket handed;

  /**
   * Keeps sockets in a map.
   *
   * @param kept the sockets kept so far
   * @param handed what the service manager handed over
   */
  KeptSockets(Map<SocketAddress, ServerSocketChannel> kept, HandedSocket handed) {
    this.kept = kept;
    this.handed = handed;
  }

  /**
   * Opens a socket, or finds the one that is open.
   *
   * @param address where to listen
   * @return the bound socket
   * @throws UncheckedIOException if it cannot be bound
   */
  @Override
  public ServerSocketChannel apply(SocketAddress address) {
    synchronized (kept) {
      ServerSocketChannel channel = kept.get(address);
      if (channel == null || !channel.isOpen()) {
        channel =
            handed
                .forAddress(address)
                .filter(free -> !kept.containsValue(free))
                .orElseGet(() -> open(address));
        kept.put(address, channel);
      }
      return channel;
    }
  }

  /** Closes every socket but the service manager's: it serves the next process too. */
  void close() {
    synchronized (kept) {
      kept.values().removeIf(handed::is);
      for (ServerSocketChannel channel : kept.values()) {
        try {
          channel.close();
        } catch (IOException ignored) {
          // It serves nobody any more either way.
        }
      }
      kept.clear();
    }
  }

  private static ServerSocketChannel open(SocketAddress address) {
    try {
      ServerSocketChannel channel = ServerSocketChannel.open();
      try {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        return channel.bind(address, BACKLOG);
      } catch (IOException | RuntimeException failure) {
        channel.close();
        throw failure;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot listen on " + address, failure);
    }
  }
}
