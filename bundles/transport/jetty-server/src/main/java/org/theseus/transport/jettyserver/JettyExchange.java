package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Clients;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.BodyRoom;
import org.theseus.transport.api.Exchange;
import org.theseus.transport.api.RequestHandler;

/** A request of Jetty's. */
final class JettyExchange implements Exchange {
  /** The attribute of Jetty's request that holds its exchange. */
  static final String ATTRIBUTE = JettyExchange.class.getName();

  private static final int PIECE = 32 * 1024;

  /** What an exchange asks its server. */
  interface Host {
    /** Takes back a request that its handler did not answer. */
    void takeBack(JettyExchange exchange);

    /** Tells whether connections are to end with their answers. */
    boolean isLettingGo();

    /** Tells whom to believe who a client is. */
    Proxies proxies();

    /** Tells how long the body of a request may take. */
    Duration bodyLimit();
  }

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Host host;
  private final ClientEndPoint client;
  private final InetSocketAddress remote;
  private final long arrived;
  private final AtomicBoolean answered = new AtomicBoolean();

  /** Reads the body, for the next handler too; null until the first asks for it. */
  private final AtomicReference<BodyReader> body = new AtomicReference<>();

  /** What to run when the client goes; null once it has gone. Guarded by this. */
  private List<Runnable> whenGone = new ArrayList<>();

  private volatile Optional<ServerName> origin = Optional.empty();
  private volatile RequestHandler handler;

  private final AtomicLong parkedNanos = new AtomicLong();

  JettyExchange(Request request, Response response, Callback callback, Host host) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.host = host;
    client = ClientEndPoint.below(request.getConnectionMetaData().getConnection().getEndPoint());
    remote = remote(request, host.proxies());
    request.setAttribute(ATTRIBUTE, this);
    arrived = client.requestBegins(request.getBeginNanoTime());
    Request.addCompletionListener(request, failure -> client.requestEnds());
    // How long an answer may take is not for the connection to say.
    request.addIdleTimeoutListener(timeout -> false);
    request.addFailureListener(failure -> gone());
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public String target() {
    String target = request.getHttpURI().asString();
    return target.startsWith("/") ? target : request.getHttpURI().getPathQuery();
  }

  @Override
  public List<String> headers(String name) {
    return request.getHeaders().getFields(name).stream().map(field -> field.getValue()).toList();
  }

  private static InetSocketAddress remote(Request request, Proxies proxies) {
    InetSocketAddress peer =
        (InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress();
    InetAddress client =
        proxies.client(
            peer.getAddress(),
            proxies.forwarded()
                ? Forwarded.clients(request.getHeaders().getValuesList(HttpHeader.FORWARDED))
                : request.getHeaders().getCSV(HttpHeader.X_FORWARDED_FOR, false));
    return client.equals(peer.getAddress()) ? peer : new InetSocketAddress(client, 0);
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  /** Tells whether it came to a server. */
  boolean isOf(Host server) {
    return host == server;
  }

  @Override
  public void isFrom(ServerName proved) {
    origin = Optional.of(proved);
  }

  /** Tells which server it was proved to come from. */
  Optional<ServerName> origin() {
    return origin;
  }

  /** Notes that it begins to wait for somebody to handle it. */
  void parks() {
    parkedNanos.addAndGet(-System.nanoTime());
  }

  /** Notes that it does so no longer. */
  void leavesParking() {
    parkedNanos.addAndGet(System.nanoTime());
  }

  /** Tells how long it has waited for somebody to handle it. */
  long parkedNanos() {
    return parkedNanos.get();
  }

  /** Notes who handles it. */
  void handedTo(RequestHandler handler) {
    this.handler = handler;
  }

  /** Tells who handles it, or did last; null if nobody yet. */
  RequestHandler handler() {
    return handler;
  }

  /** Tells whose share of the waiting places this takes. */
  InetAddress remoteAddress() {
    return Clients.share(remote.getAddress());
  }

  @Override
  public long arrivedNanos() {
    return arrived;
  }

  @Override
  public CompletionStage<InputStream> readBody(long maxBytes, BodyRoom room) {
    if (isEncoded()) {
      // Nobody sends these, and who inflates what strangers send can be made to inflate anything.
      return CompletableFuture.failedFuture(
          new MatrixException(JsonErrors.error(HttpStatus.UNSUPPORTED_MEDIA_TYPE_415)));
    }
    BodyReader fresh = new BodyReader(request, request.getLength(), maxBytes);
    boolean isFirst = body.compareAndSet(null, fresh);
    CompletableFuture<InputStream> read = new CompletableFuture<>();
    body.get()
        .into(room)
        .whenComplete(
            (pieces, failure) -> {
              watch();
              if (failure == null) {
                read.complete(BodyReader.stream(pieces));
              } else {
                read.completeExceptionally(
                    failure instanceof CompletionException ? failure.getCause() : failure);
              }
            });
    if (isFirst) {
      fresh.start(host.bodyLimit(), request.getComponents().getScheduler());
    }
    return read;
  }

  private boolean isEncoded() {
    return request.getHeaders().getCSV(HttpHeader.CONTENT_ENCODING, false).stream()
        .anyMatch(
            encoding -> !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity"));
  }

  @Override
  public CompletionStage<Void> respond(Answer answer) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    if (!answered.compareAndSet(false, true)) {
      written.completeExceptionally(new IllegalStateException("answered before"));
      return written;
    }
    Callback done =
        Callback.from(
            () -> {
              callback.succeeded();
              written.complete(null);
            },
            failure -> {
              callback.failed(failure);
              written.completeExceptionally(failure);
            });
    try {
      response.setStatus(answer.status());
      HttpFields.Mutable headers = response.getHeaders();
      answer.headers().forEach(headers::put);
      headers.put(HttpHeader.CONTENT_TYPE, answer.body().contentType());
      headers.put(HttpHeader.CONTENT_LENGTH, answer.body().length());
      // Answered before its body has come: the connection ends with this answer, and the client is
      // told so, lest it send its next request into a closed one.
      if (!request.consumeAvailable() || host.isLettingGo()) {
        headers.put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
      }
      ByteBufferPool pool = request.getComponents().getByteBufferPool();
      Content.copy(
          Content.Source.from(new ByteBufferPool.Sized(pool, true, PIECE), answer.body().open()),
          response,
          done);
    } catch (IOException | RuntimeException failure) {
      done.failed(failure);
    }
    return written;
  }

  @Override
  public void handBack() {
    if (!answered.get()) {
      host.takeBack(this);
    }
  }

  @Override
  public void onGone(Runnable action) {
    synchronized (this) {
      if (whenGone != null) {
        whenGone.add(action);
        watch();
        return;
      }
    }
    action.run();
  }

  private synchronized void watch() {
    if (whenGone != null && !whenGone.isEmpty() && !answered.get()) {
      client.watch(this::gone);
    }
  }

  /** Ends a request whose client went: nobody is left to be answered. */
  private void gone() {
    List<Runnable> actions;
    synchronized (this) {
      if (!answered.compareAndSet(false, true)) {
        return;
      }
      actions = whenGone;
      whenGone = null;
    }
    actions.forEach(Runnable::run);
    callback.failed(new EofException("the client went"));
  }
}
