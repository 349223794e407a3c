package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Command;
import org.theseus.itests.peer.Grammar;
import org.theseus.itests.peer.Line;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Tls;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;

/** Servers that mean ill when ours asks them: it gives up on them in time, and on nobody else. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileServersIT {
  private static final byte[] SPACES = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);

  /** Whom we cannot believe is told so within this time, on a machine that is busy. */
  private static final Duration TOLD = Duration.ofSeconds(45);

  @TempDir static Path directory;

  private final SSLContext tls = Tls.trustingEverybody();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<HttpsServer> started = new ArrayList<>();
  private byte[] bomb;
  private DatagramSocket deaf;
  private BesetServer beset;

  @BeforeAll
  void start() throws Exception {
    bomb = packed();
    deaf = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    beset = new BesetServer(directory, "127.0.0.1:" + deaf.getLocalPort());
  }

  @AfterAll
  void stop() {
    threads.shutdownNow();
    started.forEach(server -> server.stop(0));
    beset.close();
    deaf.close();
  }

  @Test
  void keyServersThatDoNotServeTheirKeysAreNotBelieved() throws Exception {
    Map<String, HttpHandler> tricks = new LinkedHashMap<>();
    tricks.put("hangs", exchange -> pause(Duration.ofMinutes(5)));
    tricks.put("hangs up", HttpExchange::close);
    tricks.put("drips", HostileServersIT::drip);
    tricks.put("never ends", HostileServersIT::endless);
    tricks.put("bomb", this::bomb);
    tricks.put("redirects in a circle", HostileServersIT::redirect);
    tricks.put("lies", exchange -> answer(exchange, "{\"server_name\":\"127.0.0.1:1\"}"));
    tricks.put("no JSON", exchange -> answer(exchange, "<html>"));
    tricks.put("nested", exchange -> answer(exchange, "[".repeat(60_000)));
    tricks.put("error", exchange -> exchange.sendResponseHeaders(500, -1));
    Peer other = beset.peer();
    tricks.put("answers for another", exchange -> answer(exchange, keysOf(other)));

    beset.during(
        "key servers that hang, lie, redirect, do not end, are stale",
        () -> {
          List<Future<Integer>> told = new ArrayList<>();
          for (HttpHandler trick : tricks.values()) {
            for (int i = 0; i < 3; i++) {
              Peer liar = liar(trick);
              told.add(threads.submit(() -> ask(liar)));
            }
          }
          Peer stale = stale();
          told.add(threads.submit(() -> ask(stale)));
          for (Future<Integer> one : told) {
            assertThat(one.get(TOLD.toSeconds(), TimeUnit.SECONDS)).isIn(401, 403, 503);
          }
        });
  }

  /** A deaf DNS server is asked for whoever names no address. */
  @Test
  void namesThatDnsDoesNotTellHoldUpNobody() throws Exception {
    beset.during(
        "names that DNS does not tell",
        () -> {
          List<Future<Integer>> told = new ArrayList<>();
          for (int i = 0; i < 60; i++) {
            String origin = "deaf-" + i + ".example";
            told.add(threads.submit(() -> askAs(origin)));
          }
          for (Future<Integer> one : told) {
            assertThat(one.get(TOLD.toSeconds(), TimeUnit.SECONDS)).isIn(401, 403, 429, 503);
          }
        });
  }

  @Test
  void aResidentWhoseAnswersDoNotEndIsNotJoined() throws Exception {
    Map<String, HttpHandler> tricks = new LinkedHashMap<>();
    tricks.put("never ends", HostileServersIT::endless);
    tricks.put("bomb", this::bomb);
    tricks.put("nested", exchange -> answer(exchange, "[".repeat(1 << 20)));
    tricks.put("no state", exchange -> answer(exchange, "{\"state\":7}"));
    tricks.put("redirects", HostileServersIT::redirect);
    beset.during(
        "joins whose answers do not end",
        () -> {
          for (HttpHandler trick : tricks.values()) {
            Peer resident = resident(trick);
            Command.Result joined =
                beset
                    .server()
                    .shell(
                        "join",
                        beset.server().user("alice"),
                        "!trap:" + resident.name(),
                        "--via",
                        resident.name().value());
            assertThat(joined.status()).as(joined.err()).isNotZero();
          }
        });
  }

  private int ask(Peer origin) throws IOException {
    return ask(signature(origin));
  }

  private String signature(Peer origin) {
    return origin.xMatrix(beset.server().name(), "GET", beset.directory(), Optional.empty());
  }

  private int askAs(String origin) throws IOException {
    return ask(signature(beset.peer()).replace(beset.peer().name().value(), origin));
  }

  private int ask(String signature) throws IOException {
    try (Line line = Line.open(tls, beset.way(1))) {
      line.request("GET", beset.directory(), List.of(signature), new byte[0]);
      return line.reply().status();
    }
  }

  /** A peer that does this to whoever asks for its keys. */
  private Peer liar(HttpHandler trick) throws Exception {
    return replaced(beset.stranger(), trick);
  }

  /** A peer whose keys were good until yesterday. */
  private Peer stale() throws Exception {
    Peer peer = beset.stranger();
    long yesterday = System.currentTimeMillis() - Duration.ofDays(1).toMillis();
    JsonObject keys =
        Grammar.JSON
            .readObject(keysOf(peer).getBytes(StandardCharsets.UTF_8))
            .without("signatures")
            .with("valid_until_ts", JsonNumber.of(yesterday));
    String signed = Grammar.SIGNED_JSON.sign(keys, peer.name(), peer.signer()).toString();
    return replaced(peer, exchange -> answer(exchange, signed));
  }

  /** One that makes templates for joins as it should, and then does this. */
  private Peer resident(HttpHandler trick) throws Exception {
    Peer peer = beset.stranger();
    return replaced(
        peer,
        exchange -> {
          if (exchange.getRequestURI().getPath().contains("make_join")) {
            answer(exchange, template(peer, beset.server().user("alice")).toString());
          } else {
            trick.handle(exchange);
          }
        });
  }

  private static JsonObject template(Peer peer, String user) {
    JsonObject event =
        JsonObject.builder()
            .put("type", "m.room.member")
            .put("room_id", "!trap:" + peer.name())
            .put("sender", user)
            .put("state_key", user)
            .put("content", JsonObject.EMPTY.with("membership", "join"))
            .put("depth", 2)
            .put("origin_server_ts", System.currentTimeMillis())
            .put("prev_events", JsonArray.ofStrings(List.of("$" + "A".repeat(43))))
            .put("auth_events", JsonArray.ofStrings(List.of("$" + "A".repeat(43))))
            .build();
    return JsonObject.builder().put("room_version", "11").put("event", event).build();
  }

  private Peer replaced(Peer peer, HttpHandler handler) throws Exception {
    peer.refuse();
    HttpsServer server =
        HttpsServer.create(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), peer.name().port().orElseThrow()),
            128);
    server.setHttpsConfigurator(new HttpsConfigurator(peer.identity()));
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            handler.handle(exchange);
          }
        });
    server.start();
    started.add(server);
    return peer;
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private static String keysOf(Peer other) throws IOException {
    try (Line line = Line.open(Tls.trustingEverybody(), Line.Way.to(other.name().value()))) {
      return line.get("/_matrix/key/v2/server").text();
    }
  }

  /** An answer that grows until nobody takes it any more. */
  private static void endless(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.write("{\"state\":[".getBytes(StandardCharsets.UTF_8));
    while (!Thread.currentThread().isInterrupted()) {
      out.write(SPACES);
    }
  }

  /** An answer that comes byte by byte. */
  private static void drip(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    while (!Thread.currentThread().isInterrupted()) {
      exchange.getResponseBody().write(' ');
      exchange.getResponseBody().flush();
      pause(Duration.ofMillis(500));
    }
  }

  /** Half a gigabyte in half a megabyte. */
  private static byte[] packed() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      for (int i = 0; i < (1 << 29) / SPACES.length; i++) {
        out.write(SPACES);
      }
    }
    return packed.toByteArray();
  }

  private void bomb(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    exchange.sendResponseHeaders(200, bomb.length);
    exchange.getResponseBody().write(bomb);
  }

  private static void redirect(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Location", exchange.getRequestURI().toString());
    exchange.sendResponseHeaders(302, -1);
  }

  private static void pause(Duration time) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException("the test is over", stop);
    }
  }
}
