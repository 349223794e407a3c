package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;

/**
 * Accepts from a socket that is not its own: it never closes it, provided that it is stopped only
 * after {@code setAccepting(false)} and once {@link #isReleased}. (A connector that is stopped
 * while its selector still holds the socket closes it.)
 */
final class KeptConnector extends ServerConnector {
  private final ServerSocketChannel socket;
  private volatile boolean released;

  /** Accepted, but no endpoint yet. */
  private final AtomicInteger opening = new AtomicInteger();

  KeptConnector(Server server, ServerSocketChannel socket, ConnectionFactory... factories)
      throws IOException {
    // No acceptor threads: a selector accepts, and lets go of the socket when it is told to.
    super(server, 0, 1, factories);
    this.socket = socket;
    getSelectorManager()
        .addEventListener(
            new SelectorManager.AcceptListener() {
              @Override
              public void onAccepting(SelectableChannel channel) {
                opening.incrementAndGet();
              }

              @Override
              public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
                opening.decrementAndGet();
              }
            });
    open(socket);
  }

  /**
   * Begins again to accept, after another connector may have had the socket.
   *
   * @throws IOException if the socket cannot be used any more
   */
  void resume() throws IOException {
    released = false;
    socket.configureBlocking(false);
    setAccepting(true);
  }

  /**
   * Tells whether this connector has let go of the socket, so that another may have it, or has it
   * already.
   */
  boolean isReleased() {
    released |= !isAccepting() && !socket.isRegistered();
    return released;
  }

  /** Gives the socket up. One that the service manager handed over stays: it is not ours. */
  void closeSocket() throws IOException {
    if (socket != System.inheritedChannel()) {
      IO.close(socket);
    }
  }

  /** Tells whether no connection is left, nor one on its way from the socket. */
  boolean isQuiet() {
    return opening.get() == 0 && getConnectedEndPoints().isEmpty();
  }

  /** Lists the connections there are now. */
  List<ClientEndPoint> clients() {
    return getConnectedEndPoints().stream().map(ClientEndPoint.class::cast).toList();
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    ClientEndPoint client =
        new ClientEndPoint(channel, selector, key, getScheduler(), getExecutor());
    client.setIdleTimeout(getIdleTimeout());
    return client;
  }

  @Override
  protected void onEndPointOpened(EndPoint endPoint) {
    super.onEndPointOpened(endPoint);
    opening.decrementAndGet();
  }
}
