package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Listener;

/**
 * An HTTP server on a kept socket, over TLS or behind a proxy. It starts without accepting; the
 * socket is opened when it is first told to accept, and never closed by it. Changes of state are
 * guarded by this.
 */
final class HttpsServer implements Listener, JettyExchange.Host {
  private static final Logger LOG = LoggerFactory.getLogger(HttpsServer.class);
  private static final int THREADS = 64;
  private static final int THREADS_KEPT = 4;
  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final Duration SWEEP_WHEN_LETTING_GO = Duration.ofMillis(50);
  private static final Duration CHECK = Duration.ofSeconds(2);
  private static final Duration RELEASE = Duration.ofSeconds(5);
  private static final Duration RETIRE = Duration.ofSeconds(60);
  private static final Duration RETIRE_IDLE = Duration.ofSeconds(5);
  private static final Duration LEAVE = Duration.ofSeconds(3);
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final Duration DRAIN_IDLE = Duration.ofSeconds(2);

  /** How long connections may wait for their next request, and how long its head may take. */
  private record Patience(Duration idle, Duration head, boolean lettingGo) {}

  private final Settings settings;
  private final Function<SocketAddress, ServerSocketChannel> sockets;
  private final Dispatcher dispatcher;
  private final ScheduledExecutorService timer;
  private final Server server;
  private final Protocols protocols;
  private final Tally tally = new Tally();
  private final Connections connections;
  private volatile Patience patience;
  private volatile KeptConnector connector;
  private ScheduledFuture<?> sweeping;
  private ScheduledFuture<?> checking;
  private CompletionStage<Boolean> leaving;

  /**
   * Makes a server.
   *
   * @param settings what it is told
   * @param sockets opens or finds the kept socket
   * @param dispatcher takes the requests
   * @param timer of one thread, lives longer than the server
   */
  HttpsServer(
      Settings settings,
      Function<SocketAddress, ServerSocketChannel> sockets,
      Dispatcher dispatcher,
      ScheduledExecutorService timer) {
    this.settings = settings;
    this.sockets = sockets;
    this.dispatcher = dispatcher;
    this.timer = timer;
    connections = new Connections(settings, tally);
    protocols = new Protocols(settings, tally);
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, THREADS_KEPT);
    threads.setName("jetty-server");
    threads.setDaemon(true);
    server = new Server(threads);
    // This class lets connections go before it stops the server.
    server.setStopTimeout(0);
    server.setErrorHandler(new JsonErrors());
    if (settings.accessLog()) {
      server.setRequestLog(new AccessLog());
    }
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            tally.request();
            dispatcher.dispatch(new JettyExchange(request, response, callback, HttpsServer.this));
            return true;
          }
        });
  }

  /** Starts everything but accepting. */
  void start() throws Exception {
    protocols.start();
    server.start();
    synchronized (this) {
      checking =
          timer.scheduleWithFixedDelay(
              protocols::check, CHECK.toMillis(), CHECK.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public SocketAddress address() {
    KeptConnector accepting = connector;
    return accepting == null
        ? settings.address()
        : new InetSocketAddress(settings.address().getAddress(), accepting.getLocalPort());
  }

  @Override
  public boolean isAccepting() {
    KeptConnector accepting = connector;
    return accepting != null && accepting.isAccepting();
  }

  @Override
  public synchronized void accept() throws IOException {
    if (leaving != null) {
      throw new IOException("the server has been stopped");
    }
    if (isAccepting()) {
      return;
    }
    patience = new Patience(settings.limits().idle(), settings.limits().head(), false);
    if (connector == null) {
      connector = connect();
    } else {
      connector.resume();
    }
    sweepEvery(SWEEP);
    LOG.info("Accepting connections on {}", address());
  }

  private KeptConnector connect() throws IOException {
    KeptConnector made = null;
    try {
      made =
          new KeptConnector(
              server, sockets.apply(settings.address()), connections, protocols.stack());
      made.setIdleTimeout(settings.limits().idle().plus(settings.limits().head()).toMillis());
      server.addConnector(made);
      made.start();
      return made;
    } catch (Exception failure) {
      if (made != null) {
        server.removeConnector(made);
      }
      throw new IOException("cannot accept connections on " + settings.address(), failure);
    }
  }

  @Override
  public synchronized CompletionStage<Void> pause() {
    KeptConnector pausing = connector;
    if (pausing == null) {
      return CompletableFuture.completedFuture(null);
    }
    pausing.letGo();
    LOG.info("No longer accepting connections on {}", address());
    return Until.holds(pausing::isReleased, RELEASE, timer)
        .thenAccept(
            released -> {
              if (!released) {
                throw new TransientException("the socket is still in use");
              }
            });
  }

  @Override
  public CompletionStage<Void> retire() {
    return letGo(
            new Patience(RETIRE_IDLE, settings.limits().head(), true),
            KeptConnector::isQuiet,
            RETIRE)
        .thenAccept(quiet -> LOG.info("Retired{}", quiet ? "" : " with connections still open"));
  }

  /**
   * Begins to stop in place: lets the connections there are go while it still accepts, so that new
   * ones wait for few; then ceases to accept, and waits another 5 s for what is left. The socket
   * stays open, its backlog takes new connections.
   *
   * @return whether all have gone
   */
  synchronized CompletionStage<Boolean> leave() {
    if (leaving == null) {
      Patience patience = new Patience(DRAIN_IDLE, DRAIN, true);
      long now = System.nanoTime();
      leaving =
          letGo(patience, left -> left.isLeftBy(now), LEAVE)
              .thenCompose(left -> pause())
              .thenCompose(paused -> letGo(patience, KeptConnector::isQuiet, DRAIN));
    }
    return leaving;
  }

  /** Stops in place: leaves, and cuts what is left then. */
  void stop() {
    try {
      if (!leave().toCompletableFuture().join()) {
        LOG.info("Stopping with connections still open");
      }
    } catch (CompletionException failure) {
      LOG.warn("Stopping with the socket still in use", failure);
    }
    synchronized (this) {
      if (sweeping != null) {
        sweeping.cancel(false);
      }
      checking.cancel(false);
    }
    dispatcher.refuseAll(this);
    try {
      server.stop();
      protocols.stop();
    } catch (Exception failure) {
      LOG.warn("The server did not stop cleanly", failure);
    }
  }

  /** Lists its connections. */
  Connections connections() {
    return connections;
  }

  /** What it has counted. */
  Tally tally() {
    return tally;
  }

  /** Tells when its certificate expires, if it has one. */
  Optional<Instant> certificateExpiry() {
    return protocols.expiry();
  }

  /** Closes the socket, for good; to be called once stopped. */
  void closeSocket() {
    KeptConnector stopped = connector;
    if (stopped != null) {
      try {
        stopped.closeSocket();
      } catch (IOException failure) {
        LOG.warn("Cannot give up {}", settings.address(), failure);
      }
    }
  }

  @Override
  public void takeBack(JettyExchange exchange) {
    dispatcher.takeBack(exchange);
  }

  @Override
  public boolean isLettingGo() {
    return patience.lettingGo;
  }

  @Override
  public Proxies proxies() {
    return settings.proxies();
  }

  @Override
  public Duration bodyLimit() {
    return settings.limits().body();
  }

  private synchronized CompletionStage<Boolean> letGo(
      Patience left, Predicate<KeptConnector> done, Duration limit) {
    KeptConnector leaving = connector;
    if (leaving == null) {
      return CompletableFuture.completedFuture(true);
    }
    patience = left;
    sweepEvery(SWEEP_WHEN_LETTING_GO);
    return Until.holds(() -> done.test(leaving), limit, timer);
  }

  private void sweepEvery(Duration pause) {
    if (sweeping != null) {
      sweeping.cancel(false);
    }
    sweeping =
        timer.scheduleWithFixedDelay(
            this::sweep, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    Patience now = patience;
    connections.sweep(now.idle, now.head);
  }
}
