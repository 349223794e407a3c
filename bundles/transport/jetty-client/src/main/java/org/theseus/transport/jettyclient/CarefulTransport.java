package org.theseus.transport.jettyclient;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.Promise;

/**
 * Opens connections few at a time for each host, and takes one for open only after its TLS
 * handshake; an address where that fails is given up for the next as one that does not answer.
 */
final class CarefulTransport extends HttpClientTransportOverHTTP {
  /** Of each address, while there are others to try. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  /** More than it takes with a server whose listener is just being replaced. */
  private static final Duration ONLY_HANDSHAKE = Duration.ofSeconds(10);

  private final DeadAddresses dead;
  private final Openings openings =
      new Openings(
          System::nanoTime,
          (pause, task) ->
              getHttpClient().getScheduler().schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS));

  CarefulTransport(ClientConnector connector, DeadAddresses dead) {
    super(connector);
    this.dead = dead;
  }

  @Override
  public void connect(SocketAddress address, Map<String, Object> context) {
    openings.open(new Connecting((InetSocketAddress) address, context));
  }

  private void connectNow(SocketAddress address, Map<String, Object> context) {
    super.connect(address, context);
  }

  @Override
  public org.eclipse.jetty.io.Connection newConnection(
      EndPoint endPoint, Map<String, Object> context) throws IOException {
    return new Handshake(
        (SslConnection.SslEndPoint) endPoint,
        getHttpClient().getExecutor(),
        getHttpClient().getScheduler(),
        pool(context).addresses().size() > 1 ? HANDSHAKE : ONLY_HANDSHAKE,
        () -> super.newConnection(endPoint, context),
        promise(context)::failed);
  }

  private static HttpDestination destination(Map<String, Object> context) {
    return (HttpDestination) context.get(Destination.CONTEXT_KEY);
  }

  private static GuardedResolver.Pool pool(Map<String, Object> context) {
    return (GuardedResolver.Pool) destination(context).getOrigin().getTag();
  }

  @SuppressWarnings("unchecked")
  private static Promise<Connection> promise(Map<String, Object> context) {
    return (Promise<Connection>) context.get(Connection.PROMISE_CONTEXT_KEY);
  }

  /** The JDK has no class of its own for a good certificate of another name; others it has. */
  private static boolean isMismatch(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(cause -> cause.getClass().equals(CertificateException.class));
  }

  /** An attempt at an address. */
  private final class Connecting implements Openings.Opening, Promise<Connection> {
    private final InetSocketAddress address;
    private final Map<String, Object> context;
    private final Promise<Connection> promise;
    private final AtomicBoolean over = new AtomicBoolean();

    Connecting(InetSocketAddress address, Map<String, Object> context) {
      this.address = address;
      this.context = context;
      this.promise = promise(context);
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public String name() {
      return pool(context).certificateName();
    }

    @Override
    public boolean isWanted() {
      return destination(context).getQueuedRequestCount() > 0;
    }

    @Override
    public void begin() {
      context.put(Connection.PROMISE_CONTEXT_KEY, this);
      connectNow(address, context);
    }

    @Override
    public void drop() {
      promise.failed(new CancellationException("nobody waits for it any more"));
    }

    @Override
    public void succeeded(Connection connection) {
      if (over.compareAndSet(false, true)) {
        dead.works(address);
        openings.succeeded(this);
        promise.succeeded(connection);
      }
    }

    @Override
    public void failed(Throwable failure) {
      if (over.compareAndSet(false, true)) {
        dead.fails(address);
        if (isMismatch(failure)) {
          openings.mismatched(this);
        } else {
          openings.failed(this);
        }
        promise.failed(failure);
      }
    }
  }
}
