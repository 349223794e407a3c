package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
 * after {@link #letGo} and once {@link #isReleased}. (A connector that is stopped while its
 * selector still holds the socket closes it.)
 */
final class KeptConnector extends ServerConnector {
  private final ServerSocketChannel socket;
  private final Connections connections;
  private volatile boolean released;

  /** The selector has done all that it was told before it was told to let go. */
  private volatile boolean settled;

  /** Accepted, but no endpoint yet. */
  private final Set<SelectableChannel> opening = ConcurrentHashMap.newKeySet();

  KeptConnector(
      Server server,
      ServerSocketChannel socket,
      Connections connections,
      ConnectionFactory... factories)
      throws IOException {
    // No acceptor threads: a selector accepts, and lets go of the socket when it is told to.
    super(server, 0, 1, factories);
    this.socket = socket;
    this.connections = connections;
    getSelectorManager()
        .addEventListener(
            new SelectorManager.AcceptListener() {
              @Override
              public void onAccepting(SelectableChannel channel) {
                opening.add(channel);
              }

              @Override
              public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
                opening.remove(channel);
                forget(channel);
              }
            });
    open(socket);
  }

  /** Who fails while its endpoint opens would stay in the list: only its channel was closed. */
  private void forget(SelectableChannel failed) {
    getConnectedEndPoints().stream()
        .filter(client -> ((ClientEndPoint) client).getChannel() == failed)
        .forEach(EndPoint::close);
  }

  /**
   * Begins again to accept, after another connector may have had the socket.
   *
   * @throws IOException if the socket cannot be used any more
   */
  void resume() throws IOException {
    released = false;
    settled = false;
    socket.configureBlocking(false);
    setAccepting(true);
  }

  /**
   * Ceases to accept. The selector may not even have taken the socket up yet: it has, and has let
   * go of it, once what is submitted after that is done.
   */
  void letGo() {
    setAccepting(false);
    ManagedSelector selector = getSelectorManager().getBean(ManagedSelector.class);
    if (selector == null) {
      settled = true;
    } else {
      selector.submit(done -> settled = true);
    }
  }

  /**
   * Tells whether this connector has let go of the socket, so that another may have it, or has it
   * already.
   */
  boolean isReleased() {
    released |= settled && !isAccepting() && !socket.isRegistered();
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
    return opening.isEmpty() && getConnectedEndPoints().isEmpty();
  }

  /** Tells whether all connections have gone that were there at a time. */
  boolean isLeftBy(long nanoTime) {
    return getConnectedEndPoints().stream()
        .noneMatch(client -> ((ClientEndPoint) client).wasThere(nanoTime));
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
    ClientEndPoint client = (ClientEndPoint) endPoint;
    connections.opened(client);
    opening.remove(client.getChannel());
  }

  @Override
  protected void onEndPointClosed(EndPoint endPoint) {
    connections.closed((ClientEndPoint) endPoint);
    super.onEndPointClosed(endPoint);
  }
}
