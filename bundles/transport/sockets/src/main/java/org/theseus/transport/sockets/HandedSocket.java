package org.theseus.transport.sockets;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A listening socket that whoever started this process, such as systemd, has bound and keeps: it
 * goes on taking connections while one process ends and the next one starts. It comes as the
 * standard input.
 */
final class HandedSocket {
  private final Callable<Channel> inherited;

  /**
   * Looks for a socket.
   *
   * @param inherited the JDK's view of the standard input, always the same; null if it is no socket
   */
  HandedSocket(Callable<Channel> inherited) {
    this.inherited = inherited;
  }

  /** Returns the socket if it serves an address: same port, and same host or either is any. */
  Optional<ServerSocketChannel> forAddress(SocketAddress address) {
    return channel().filter(channel -> serves(channel, address));
  }

  /** Tells whether a socket is the one that was handed over. */
  boolean is(ServerSocketChannel channel) {
    return channel().filter(channel::equals).isPresent();
  }

  private Optional<ServerSocketChannel> channel() {
    try {
      return inherited.call() instanceof ServerSocketChannel channel && channel.isOpen()
          ? Optional.of(channel)
          : Optional.empty();
    } catch (Exception notASocketThatListens) {
      return Optional.empty();
    }
  }

  private static boolean serves(ServerSocketChannel channel, SocketAddress address) {
    try {
      return channel.getLocalAddress() instanceof InetSocketAddress bound
          && address instanceof InetSocketAddress asked
          && bound.getPort() == asked.getPort()
          && !asked.isUnresolved()
          && (bound.getAddress().isAnyLocalAddress()
              || asked.getAddress().isAnyLocalAddress()
              || bound.getAddress().equals(asked.getAddress()));
    } catch (IOException closed) {
      return false;
    }
  }
}
