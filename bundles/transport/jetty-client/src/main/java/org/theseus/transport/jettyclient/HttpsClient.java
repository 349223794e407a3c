package org.theseus.transport.jettyclient;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamRequestContent;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Gate;
import org.theseus.support.Threads;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.ResolvedServer;

/**
 * An HTTP/1.1 client over TLS with a pool of connections for each certificate name and set of
 * addresses.
 */
final class HttpsClient implements HttpTransport {
  private static final Logger LOG = LoggerFactory.getLogger(HttpsClient.class);
  private static final Set<String> REPEATABLE = Set.of("GET", "PUT");
  private static final int PIECE = 32 * 1024;
  private static final int THREADS = 32;
  private static final int THREADS_KEPT = 2;
  private static final int ANSWERS = 256;
  private static final int CONNECTIONS_PER_DESTINATION = 8;
  private static final int CONNECTIONS = 1_000;
  private static final int REQUESTS = 1_000;
  private static final int HEAD = 32 * 1024;

  /** Of each address; there may be others to try. */
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private static final Duration TRUST = Duration.ofSeconds(2);

  /**
   * Less than most servers keep an idle connection, and more than a handshake takes with a server
   * whose listener is just being replaced.
   */
  private static final Duration IDLE = Duration.ofSeconds(20);

  private static final Duration DESTINATION_IDLE = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private final HttpClient client;
  private final OpenConnections connections;
  private final LiveTrust trust;
  private final ScheduledThreadPoolExecutor watch = Threads.scheduler("jetty-client-trust");
  private ScheduledFuture<?> watching;
  private final Gate gate = new Gate();
  private final Semaphore requests = new Semaphore(REQUESTS);

  /** For those who wait for bodies: a thread each, as they block. */
  private final ThreadPoolExecutor answers =
      new ThreadPoolExecutor(
          0,
          ANSWERS,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Threads.named("jetty-client-answer"));

  /** Connections on which an answer has begun. */
  private final Set<Connection> used =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /**
   * Makes a client.
   *
   * @param trusted a PEM file of certificates to believe besides the system's
   * @param allowsPrivate whether private addresses may be connected to
   */
  HttpsClient(Optional<Path> trusted, boolean allowsPrivate)
      throws IOException, GeneralSecurityException {
    this(trusted, allowsPrivate, CONNECTIONS);
  }

  HttpsClient(Optional<Path> trusted, boolean allowsPrivate, int most)
      throws IOException, GeneralSecurityException {
    SslContextFactory.Client tls = new SslContextFactory.Client();
    trust = new LiveTrust(trusted, tls);
    connections = new OpenConnections(most);
    tls.setIncludeProtocols("TLSv1.2", "TLSv1.3");
    tls.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSNIProvider(HttpsClient::serverNames);
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setSslContextFactory(tls);
    DeadAddresses dead = new DeadAddresses(System::nanoTime);
    client = new HttpClient(new CarefulTransport(connector, dead));
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, THREADS_KEPT);
    threads.setName("jetty-client");
    threads.setDaemon(true);
    client.setExecutor(threads);
    client.setSocketAddressResolver(new GuardedResolver(allowsPrivate, dead));
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setConnectTimeout(CONNECT.toMillis());
    client.setIdleTimeout(IDLE.toMillis());
    client.setDestinationIdleTimeout(DESTINATION_IDLE.toMillis());
    client.setMaxConnectionsPerDestination(CONNECTIONS_PER_DESTINATION);
    client.setMaxRequestsQueuedPerDestination(REQUESTS);
    client.setMaxResponseHeadersSize(HEAD);
    client.setUserAgentField(null);
    client.addBean(connections);
  }

  /** Names of one label are sent too, which the JDK leaves out; addresses never are. */
  private static List<SNIServerName> serverNames(SSLEngine engine, List<SNIServerName> names) {
    String host = engine.getPeerHost();
    return names.isEmpty() && host != null && !Addresses.isLiteral(host)
        ? List.of(new SNIHostName(host))
        : names;
  }

  /** Starts. */
  void start() throws Exception {
    client.start();
    client.getProtocolHandlers().clear();
    // What is answered is taken as it comes: nothing small becomes large here.
    client.getContentDecoderFactories().clear();
    watching =
        watch.scheduleWithFixedDelay(
            trust::refresh, TRUST.toMillis(), TRUST.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Gives requests in progress two seconds, then cancels them. */
  void stop() {
    int cancelled = gate.drain(DRAIN);
    if (cancelled > 0) {
      LOG.info("Cancelling {} requests", cancelled);
    }
    try {
      client.stop();
    } catch (Exception failure) {
      LOG.warn("The client did not stop cleanly", failure);
    }
    answers.shutdown();
    watching.cancel(false);
    watch.shutdown();
  }

  @Override
  public CompletionStage<Response> send(Request request) {
    CompletableFuture<Response> answer = new CompletableFuture<>();
    if (!requests.tryAcquire()) {
      answer.completeExceptionally(new TransientException("too many requests at once"));
    } else if (gate.enter()) {
      attempt(request, System.nanoTime() + request.timeout().toNanos(), answer);
    } else {
      requests.release();
      answer.completeExceptionally(new TransientException("the transport is stopping"));
    }
    return ClientLog.watch(request, answer);
  }

  private void leave() {
    requests.release();
    gate.leave();
  }

  private void attempt(Request request, long deadline, CompletableFuture<Response> answer) {
    Attempt attempt =
        new Attempt(
            request.maxAnswerBytes(),
            response -> answers.execute(() -> answer.complete(response)),
            (self, result) -> ended(request, deadline, answer, self, result));
    try {
      prepare(request, deadline).send(attempt);
    } catch (IOException | RuntimeException failure) {
      leave();
      fail(request, answer, failure);
    }
  }

  private org.eclipse.jetty.client.Request prepare(Request request, long deadline)
      throws IOException {
    ResolvedServer target = request.target();
    long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    org.eclipse.jetty.client.Request prepared =
        client
            .newRequest(target.certificateName(), target.addresses().get(0).getPort())
            .scheme("https")
            .tag(
                new GuardedResolver.Pool(
                    target.certificateName(), new LinkedHashSet<>(target.addresses())))
            .onRequestBegin(begun -> connections.busy(begun.getConnection()))
            .onResponseBegin(begun -> used.add(begun.getRequest().getConnection()))
            .method(request.method())
            .path(request.path())
            .timeout(left, TimeUnit.MILLISECONDS)
            // The time-out of idle connections does not go for a peer that thinks.
            .idleTimeout(left, TimeUnit.MILLISECONDS)
            .headers(
                headers -> {
                  headers.put(HttpHeader.HOST, target.hostHeader());
                  request.headers().forEach(headers::put);
                });
    if (request.body().isPresent()) {
      Body body = request.body().get();
      prepared.body(
          new InputStreamRequestContent(
              body.contentType(),
              body.open(),
              new ByteBufferPool.Sized(client.getByteBufferPool(), true, PIECE)) {
            @Override
            public long getLength() {
              return body.length();
            }
          });
    }
    return prepared;
  }

  private void ended(
      Request request,
      long deadline,
      CompletableFuture<Response> answer,
      Attempt attempt,
      Result result) {
    Connection connection = result.getRequest().getConnection();
    if (result.isSucceeded()) {
      connections.idle(connection);
    } else if (isStale(request, attempt, result, connection)) {
      LOG.debug("A pooled connection to {} was closed; trying another", request.target().server());
      attempt(request, deadline, answer);
      return;
    }
    if (!attempt.isTold()) {
      Throwable failure = result.getFailure();
      fail(request, answer, failure == null ? new IOException("too many answers") : failure);
    }
    leave();
  }

  /**
   * Tells whether a request met a connection of the pool that its peer closed meanwhile. Each time
   * one such connection leaves the pool, so this ends with a fresh one.
   */
  private boolean isStale(Request request, Attempt attempt, Result result, Connection connection) {
    return REPEATABLE.contains(request.method())
        && !attempt.hasBegun()
        && connection != null
        && used.contains(connection)
        && result.getFailure() instanceof IOException
        && client.isRunning();
  }

  private void fail(Request request, CompletableFuture<Response> answer, Throwable cause) {
    TransientException failure =
        new TransientException(
            "no answer from " + request.target().server() + ": " + reason(cause), cause);
    try {
      answers.execute(() -> answer.completeExceptionally(failure));
    } catch (RejectedExecutionException busy) {
      answer.completeExceptionally(failure);
    }
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
