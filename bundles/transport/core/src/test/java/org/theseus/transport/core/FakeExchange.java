package org.theseus.transport.core;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.BodyRoom;
import org.theseus.transport.api.Exchange;

/** A request that remembers what became of it. */
final class FakeExchange implements Exchange {
  final CompletableFuture<Answer> answer = new CompletableFuture<>();
  volatile CompletableFuture<Void> handedBack = new CompletableFuture<>();
  CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
  CompletableFuture<Void> bodyArrived = CompletableFuture.completedFuture(null);
  boolean bodyAsked;
  volatile Optional<ServerName> provedFrom = Optional.empty();
  long arrivedNanos;

  private final String method;
  private final String target;
  private final Map<String, List<String>> headers = new TreeMap<>();
  private final List<Runnable> onGone = new CopyOnWriteArrayList<>();
  private byte[] body = {};
  private InetSocketAddress remote =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

  FakeExchange(String method, String target) {
    this.method = method;
    this.target = target;
  }

  static FakeExchange get(String target) {
    return new FakeExchange("GET", target);
  }

  FakeExchange header(String name, String value) {
    headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), unused -> new ArrayList<>()).add(value);
    return this;
  }

  FakeExchange body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  FakeExchange body(byte[] bytes) {
    body = bytes;
    return this;
  }

  FakeExchange from(String address) {
    remote = new InetSocketAddress(address, 40_000);
    return this;
  }

  FakeExchange arrived(long nanos) {
    arrivedNanos = nanos;
    return this;
  }

  /** Makes ready for the next router, as a listener does with what was handed back to it. */
  FakeExchange again() {
    handedBack = new CompletableFuture<>();
    return this;
  }

  void go() {
    onGone.forEach(Runnable::run);
  }

  boolean isOpen() {
    return !answer.isDone() && !handedBack.isDone();
  }

  /** The answer; a test that waits for one in vain fails. */
  Answer answered() {
    try {
      return answer.get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException unanswered) {
      throw new AssertionError("not answered", unanswered);
    }
  }

  int status() {
    return answered().status();
  }

  JsonObject json() {
    try (InputStream in = answered().body().open()) {
      return Peer.JSON.readObject(in.readAllBytes());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  String errcode() {
    return json().string("errcode").orElseThrow();
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String target() {
    return target;
  }

  @Override
  public List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public void isFrom(ServerName origin) {
    provedFrom = Optional.of(origin);
  }

  @Override
  public long arrivedNanos() {
    return arrivedNanos;
  }

  @Override
  public CompletionStage<InputStream> readBody(long maxBytes, BodyRoom room) {
    bodyAsked = true;
    return bodyArrived
        .thenCompose(
            arrived -> {
              if (body.length > maxBytes) {
                throw new MatrixException(413, MatrixError.TOO_LARGE, "the body is too large");
              }
              return room.take(body.length);
            })
        .thenApply(granted -> new ByteArrayInputStream(body));
  }

  @Override
  public CompletionStage<Void> respond(Answer given) {
    if (handedBack.isDone() || !answer.complete(given)) {
      throw new IllegalStateException("answered twice");
    }
    return written;
  }

  @Override
  public void handBack() {
    if (answer.isDone() || !handedBack.complete(null)) {
      throw new IllegalStateException("cannot be handed back");
    }
  }

  @Override
  public void onGone(Runnable action) {
    onGone.add(action);
  }
}
