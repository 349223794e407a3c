package org.theseus.itests.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.theseus.launcher.Failure;
import org.theseus.launcher.HostPort;
import org.theseus.launcher.SelfSignedCertificate;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.Signer;

/**
 * A homeserver on a loopback port. Requests to it are answered by the handlers a test adds, the
 * newest first; without one it serves its key, takes every transaction, and knows nothing else. Its
 * own requests are signed unless a test says how not to.
 */
public final class Peer implements AutoCloseable {
  /** Answers a request, or leaves it to the next handler. */
  @FunctionalInterface
  public interface Handler {
    /** Answers with status and JSON body, or with nothing if this request is another's. */
    Optional<Reply> answer(Asked asked) throws IOException;
  }

  /**
   * A request the peer was sent.
   *
   * @param connection a number that requests over the same connection share
   * @param at when it was read whole, by {@link System#nanoTime}
   */
  public record Asked(
      String method, String target, String authorization, byte[] body, int connection, long at) {
    /** Reads the body as a JSON object. */
    public JsonObject json() {
      return Grammar.JSON.readObject(body);
    }
  }

  /** An answer, given or received. */
  public record Reply(int status, String body) {
    /** Given as an answer: no answer, the connection is closed instead. */
    public static final Reply HANG_UP = new Reply(0, "");

    /** An answer with a JSON object. */
    public static Reply of(int status, JsonObject body) {
      return new Reply(status, body.toString());
    }

    /** Reads the body as a JSON object. */
    public JsonObject json() {
      return Grammar.JSON.readObject(body.getBytes(StandardCharsets.UTF_8));
    }

    /** The errcode, or "" if the body has none. */
    public String errcode() {
      return json().string("errcode").orElse("");
    }
  }

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int BACKLOG = 128;

  private final ServerName name;
  private final Optional<Path> certificate;
  private final SSLContext identity;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Signer signer;
  private final byte[] publicKey;
  private final List<Handler> handlers = new CopyOnWriteArrayList<>();
  private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
  private HttpsServer server;
  private HttpClient client;

  private Peer(int port, Optional<Path> certificate, SSLContext identity) {
    this.name = ServerName.of("127.0.0.1:" + port);
    this.certificate = certificate;
    this.identity = identity;
    byte[] seed = new byte[32];
    new SecureRandom().nextBytes(seed);
    this.publicKey = Grammar.ED25519.publicKey(seed);
    this.signer =
        new Signer() {
          @Override
          public KeyId keyId() {
            return KeyId.of("ed25519:test");
          }

          @Override
          public byte[] sign(byte[] message) {
            return Grammar.ED25519.sign(seed, message);
          }
        };
    handlers.add(this::usual);
  }

  /**
   * Makes a peer and starts it. Its certificate, for loopback, is what the folder holds, or is made
   * there: peers of one folder share it, so that who trusts one trusts all.
   */
  public static Peer start(Path directory)
      throws IOException, GeneralSecurityException, InterruptedException, Failure {
    int port = Server.freePort();
    Files.createDirectories(directory);
    Path keyStore = directory.resolve("peer.p12");
    Path certificate = directory.resolve("peer.pem");
    String password = "for tests";
    if (!Files.exists(certificate)) {
      List<HostPort> hosts = List.of(new HostPort("127.0.0.1", port));
      Files.writeString(certificate, SelfSignedCertificate.create(keyStore, password, hosts));
    }
    Peer peer = new Peer(port, Optional.of(certificate), Tls.identity(keyStore, password));
    peer.listen();
    return peer;
  }

  /** Makes a peer that presents a certificate others trust anyhow, and starts it. */
  public static Peer start(SSLContext identity) throws IOException {
    Peer peer = new Peer(Server.freePort(), Optional.empty(), identity);
    peer.listen();
    return peer;
  }

  /** Listens, at first or again. */
  public synchronized void listen() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    server =
        HttpsServer.create(new InetSocketAddress(loopback, name.port().orElseThrow()), BACKLOG);
    server.setHttpsConfigurator(new HttpsConfigurator(identity));
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Closes all connections and refuses new ones until it listens again. */
  public synchronized void refuse() {
    server.stop(0);
  }

  /** The peer's server name. */
  public ServerName name() {
    return name;
  }

  /** The certificate it has in its folder as PEM, for servers that shall trust it. */
  public Path certificate() {
    return certificate.orElseThrow();
  }

  /** What it shows to whoever connects. */
  public SSLContext identity() {
    return identity;
  }

  /** Its signing key. */
  public Signer signer() {
    return signer;
  }

  /** What it was asked, in order. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** Adds a handler in front of those there are. */
  public void handle(Handler handler) {
    handlers.add(0, handler);
  }

  /** Sends a request signed for a destination. */
  public Reply ask(String destination, String method, String target, Optional<JsonObject> body)
      throws IOException, InterruptedException {
    byte[] bytes = body.map(JsonObject::toBytes).orElseGet(() -> new byte[0]);
    return send(
        destination, method, target, bytes, List.of(xMatrix(destination, method, target, body)));
  }

  /** Sends bytes with the Authorization headers a test wants. */
  public Reply send(
      String destination, String method, String target, byte[] body, List<String> authorizations)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://" + destination + target))
            .timeout(TIMEOUT)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (body.length > 0) {
      request.header("Content-Type", "application/json");
    }
    authorizations.forEach(value -> request.header("Authorization", value));
    HttpResponse<String> response =
        client().send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Reply(response.statusCode(), response.body());
  }

  /** Made when it is first needed: it has a thread of its own. */
  private synchronized HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .sslContext(Tls.trustingEverybody())
              .connectTimeout(TIMEOUT)
              .build();
    }
    return client;
  }

  /** Signs a request as the specification has it. */
  public String xMatrix(
      String destination, String method, String target, Optional<JsonObject> content) {
    JsonObject.Builder request =
        JsonObject.builder()
            .put("method", method)
            .put("uri", target)
            .put("origin", name.value())
            .put("destination", destination);
    content.ifPresent(json -> request.put("content", json));
    String signature =
        Grammar.SIGNED_JSON
            .sign(request.build(), name, signer)
            .object("signatures")
            .flatMap(all -> all.object(name.value()))
            .flatMap(ours -> ours.string(signer.keyId().value()))
            .orElseThrow();
    return "X-Matrix origin=\"%s\",destination=\"%s\",key=\"%s\",sig=\"%s\""
        .formatted(name, destination, signer.keyId(), signature);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream in = exchange.getRequestBody()) {
      Asked request =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                  .orElse(""),
              in.readAllBytes(),
              exchange.getRemoteAddress().getPort(),
              System.nanoTime());
      asked.add(request);
      Reply reply = reply(request);
      if (reply.equals(Reply.HANG_UP)) {
        return;
      }
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Reply reply(Asked request) throws IOException {
    for (Handler handler : handlers) {
      Optional<Reply> reply = handler.answer(request);
      if (reply.isPresent()) {
        return reply.get();
      }
    }
    return new Reply(404, "{\"errcode\":\"M_UNRECOGNIZED\",\"error\":\"a peer of the tests\"}");
  }

  private Optional<Reply> usual(Asked request) {
    if (request.target().startsWith("/_matrix/key/v2/server")) {
      return Optional.of(Reply.of(200, keys()));
    }
    if (request.method().equals("PUT")
        && request.target().startsWith("/_matrix/federation/v1/send/")) {
      return Optional.of(new Reply(200, "{\"pdus\":{}}"));
    }
    return Optional.empty();
  }

  private JsonObject keys() {
    JsonObject key =
        JsonObject.builder()
            .put("key", Base64.getEncoder().withoutPadding().encodeToString(publicKey))
            .build();
    JsonObject unsigned =
        JsonObject.builder()
            .put("server_name", name.value())
            .put("valid_until_ts", System.currentTimeMillis() + Duration.ofDays(1).toMillis())
            .put("verify_keys", JsonObject.EMPTY.with(signer.keyId().value(), key))
            .put("old_verify_keys", JsonObject.EMPTY)
            .build();
    return Grammar.SIGNED_JSON.sign(unsigned, name, signer);
  }

  @Override
  public void close() {
    refuse();
    threads.shutdownNow();
  }
}
