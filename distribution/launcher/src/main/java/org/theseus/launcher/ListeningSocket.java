package org.theseus.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;

/** What the launcher sees of the socket that a server listens on. */
final class ListeningSocket {
  private static final int PATIENCE_MILLIS = 1000;

  private ListeningSocket() {}

  /** Refuses an address that somebody else has; the service manager's own socket is ours. */
  static void checkFree(HostPort listen) throws Failure {
    Optional<InetSocketAddress> handed = handed();
    InetSocketAddress asked = new InetSocketAddress(listen.host(), listen.port());
    if (handed.filter(bound -> serves(bound, asked)).isPresent()) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(asked);
    } catch (IOException e) {
      throw Failure.work(
          "cannot listen on %s: %s%s"
              .formatted(
                  listen,
                  e.getMessage(),
                  handed.map(bound -> "; the socket handed over is " + bound).orElse("")));
    }
  }

  /** Tells whether connections are taken, at least by the kernel. */
  static boolean isReachable(HostPort listen) throws IOException {
    InetAddress address = InetAddress.getByName(listen.host());
    InetAddress reachable =
        address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(reachable, listen.port()), PATIENCE_MILLIS);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static Optional<InetSocketAddress> handed() {
    try {
      Channel inherited = System.inheritedChannel();
      return inherited instanceof ServerSocketChannel channel
              && channel.getLocalAddress() instanceof InetSocketAddress bound
          ? Optional.of(bound)
          : Optional.empty();
    } catch (IOException stdinIsAnotherSocket) {
      return Optional.empty();
    }
  }

  private static boolean serves(InetSocketAddress bound, InetSocketAddress asked) {
    return bound.getPort() == asked.getPort()
        && !asked.isUnresolved()
        && (bound.getAddress().isAnyLocalAddress()
            || asked.getAddress().isAnyLocalAddress()
            || bound.getAddress().equals(asked.getAddress()));
  }
}
