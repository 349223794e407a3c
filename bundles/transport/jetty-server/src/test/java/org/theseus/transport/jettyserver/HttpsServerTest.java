package org.theseus.transport.jettyserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.Exchange;
import org.theseus.transport.api.RequestHandler;

class HttpsServerTest extends ServerTest {
  @Test
  void targetArrivesAsItWasSent() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      for (String target :
          new String[] {
            "/_matrix/federation/v1/event/$a%2Fb%2f..%2F%24?x=%20+&y=a%2Fb",
            "/a//b/%41;c=d/%C3%A9?",
            "/a%2e%2e/b%25?%zz"
          }) {
        assertThat(client.get(target).body()).isEqualTo("GET" + target);
      }
    }
  }

  @Test
  void whoIsAnsweredBeforeItsBodyHasComeIsToldThatTheConnectionEnds() throws Exception {
    dispatcher.bind(
        exchange -> exchange.respond(new Answer(401, Map.of(), Body.json(new byte[0]))));
    try (TestClient client = connect()) {
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\n");
      TestClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.closes()).isTrue();
      assertThat(client.ends()).isTrue();
    }
    try (TestClient client = connect()) {
      assertThat(client.get("/").closes()).isFalse();
      assertThat(client.get("/").closes()).isFalse();
    }
  }

  @Test
  void failingHandlerIsAnInternalError() throws Exception {
    dispatcher.bind(
        exchange -> {
          throw new IllegalStateException("secret");
        });
    try (TestClient client = connect()) {
      TestClient.Reply reply = client.get("/");
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.body()).isEqualTo("{\"errcode\":\"M_UNKNOWN\",\"error\":\"Server Error\"}");
    }
  }

  @Test
  void requestWaitsForAHandlerAndSurvivesItsReplacement() throws Exception {
    try (TestClient client = connect()) {
      client.request("PUT", "/a", "body");
      waitUntilParked(1);
      CompletableFuture<Exchange> first = new CompletableFuture<>();
      RequestHandler going = first::complete;
      dispatcher.bind(going);
      Exchange handed = first.get(5, TimeUnit.SECONDS);
      dispatcher.unbind(going);
      handed.handBack();
      waitUntilParked(1);
      dispatcher.bind(ECHO);
      assertThat(client.reply().body()).isEqualTo("PUT/a");
      assertThat(client.get("/b").body()).isEqualTo("GET/b");
    }
  }

  @Test
  void nextHandlerGetsTheBodyThatTheLastOneRead() throws Exception {
    CompletableFuture<Exchange> first = new CompletableFuture<>();
    RequestHandler going =
        exchange -> exchange.readBody(100).thenAccept(body -> first.complete(exchange));
    dispatcher.bind(going);
    try (TestClient client = connect()) {
      client.request("PUT", "/a", "body");
      Exchange handed = first.get(5, TimeUnit.SECONDS);
      dispatcher.unbind(going);
      handed.handBack();
      waitUntilParked(1);
      dispatcher.bind(
          exchange ->
              exchange
                  .readBody(100)
                  .thenAccept(
                      body -> {
                        try (body) {
                          exchange.respond(
                              new Answer(200, Map.of(), Body.json(body.readAllBytes())));
                        } catch (IOException impossible) {
                          throw new UncheckedIOException(impossible);
                        }
                      }));
      assertThat(client.reply().body()).isEqualTo("body");
      assertThat(client.get("/b").status()).isEqualTo(200);
    }
  }

  @Test
  void handedBackAfterTheNextHandlerCameGoesStraightToIt() throws Exception {
    CompletableFuture<Exchange> first = new CompletableFuture<>();
    RequestHandler going = first::complete;
    dispatcher.bind(going);
    try (TestClient client = connect()) {
      client.request("GET", "/a", "");
      Exchange handed = first.get(5, TimeUnit.SECONDS);
      dispatcher.bind(ECHO);
      dispatcher.unbind(going);
      handed.handBack();
      assertThat(client.reply().body()).isEqualTo("GET/a");
    }
  }

  @Test
  void parkedRequestWhoseClientGoesIsDropped() throws Exception {
    BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    for (String method : new String[] {"GET", "PUT"}) {
      TestClient client = connect();
      client.request(method, "/", method.equals("PUT") ? "body" : "");
      waitUntilParked(1);
      client.close();
      waitUntilParked(0);
    }
    dispatcher.bind(exchange -> handled.add(exchange.target()));
    assertThat(handled).isEmpty();
  }

  @Test
  void handlerIsToldThatTheClientWentAfterTheBodyToo() throws Exception {
    CountDownLatch body = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    dispatcher.bind(
        exchange -> {
          exchange.onGone(gone::countDown);
          exchange.readBody(100).thenAccept(read -> body.countDown());
        });
    TestClient client = connect();
    client.request("PUT", "/", "body");
    assertThat(body.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(gone.getCount()).isEqualTo(1);
    client.close();
    assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void parkedRequestIsRefusedAtTheEndOfItsBudget() throws Exception {
    try (TestClient client = connect()) {
      long began = System.nanoTime();
      TestClient.Reply reply = client.get("/");
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.body()).contains("\"errcode\":\"M_UNKNOWN\"");
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofMillis(6_500), Duration.ofSeconds(9));
    }
  }

  @Test
  void socketOutlivesItsServer() throws Exception {
    dispatcher.bind(ECHO);
    server.stop();
    assertThat(socket.isOpen()).isTrue();
    assertThatThrownBy(server::accept).isInstanceOf(IOException.class);
    try (Socket waiting = TestClient.plain(port)) {
      server = server(LIMITS);
      server.accept();
      TestClient client = TestClient.open(tls, waiting);
      client.handshake();
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void connectionThatWasNeverUsedDoesNotKeepAServerFromRetiring() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient unused = connect()) {
      long began = System.nanoTime();
      server.pause().toCompletableFuture().join();
      server.retire().toCompletableFuture().join();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
      assertThat(unused.ends()).isTrue();
    }
  }

  @Test
  void pausedServerTakesUpAgain() throws Exception {
    dispatcher.bind(ECHO);
    server.pause().toCompletableFuture().join();
    assertThat(server.isAccepting()).isFalse();
    socket.configureBlocking(true);
    server.accept();
    try (TestClient client = connect()) {
      assertThat(client.get("/").closes()).isFalse();
    }
  }
}
