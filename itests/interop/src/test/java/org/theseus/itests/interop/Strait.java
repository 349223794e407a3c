package org.theseus.itests.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.theseus.itests.peer.Grammar;
import org.theseus.itests.peer.Tls;
import org.theseus.protocol.api.JsonObject;

/**
 * The water others must cross to reach a server: it hands every request on, but can let
 * transactions sink, whose sender is told they arrived.
 */
final class Strait implements AutoCloseable {
  private static final byte[] TAKEN = "{\"pdus\":{}}".getBytes(StandardCharsets.UTF_8);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .sslContext(Tls.trustingEverybody())
          .build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicReference<String> toSink = new AtomicReference<>("");
  private final List<String> passed = new CopyOnWriteArrayList<>();
  private final String shore;
  private final HttpsServer server;

  /**
   * Opens a strait.
   *
   * @param shore address and port of the server behind it
   */
  Strait(Authority authority, String shore) throws IOException, GeneralSecurityException {
    this.shore = shore;
    this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.identity()));
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** The name under which others reach the server behind it. */
  String name() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Has the next transaction sink that has an event of a room. */
  void sinkNext(String room) {
    toSink.set(room);
  }

  /** Whether the transaction that was to sink has sunk. */
  boolean sunk() {
    return toSink.get().isEmpty();
  }

  /** Whether a request to a path of this name was handed on. */
  boolean hasPassed(String part) {
    return passed.stream().anyMatch(target -> target.contains(part));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String target = exchange.getRequestURI().toString();
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (target.contains("/send/") && sinks(body)) {
        answer(exchange, 200, TAKEN);
      } else {
        passed.add(target);
        HttpResponse<byte[]> answer =
            client.send(request(exchange, body), BodyHandlers.ofByteArray());
        answer(exchange, answer.statusCode(), answer.body());
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean sinks(byte[] transaction) {
    String room = toSink.get();
    return ((JsonObject) Grammar.JSON.read(transaction))
            .array("pdus").stream()
                .flatMap(pdus -> pdus.objects().stream())
                .anyMatch(pdu -> pdu.string("room_id").filter(room::equals).isPresent())
        && toSink.compareAndSet(room, "");
  }

  private HttpRequest request(HttpExchange exchange, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://" + shore + exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    for (String name : List.of("Authorization", "Content-Type")) {
      Optional.ofNullable(exchange.getRequestHeaders().get(name))
          .ifPresent(values -> values.forEach(value -> request.header(name, value)));
    }
    return request.build();
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
