package org.theseus.transport.jettyserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.transport.api.Answer;

/** Requests that are odd, broken or meant to be misread. */
class HostileRequestsTest extends ServerTest {
  @Test
  void errorsOfJettyAreJsonAndTellNothing() throws Exception {
    dispatcher.bind(ECHO);
    String huge = "x".repeat(40_000);
    for (String request :
        new String[] {
          "GET / HTTP/1.1\r\n\r\n",
          "NONSENSE\r\n\r\n",
          "GET /" + huge + " HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nX: " + huge + "\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
          "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
          "GET /../../etc HTTP/1.1\r\nHost: a\r\n\r\n"
        }) {
      try (TestClient client = connect()) {
        client.send(request);
        TestClient.Reply reply = client.reply();
        assertThat(reply.status()).as(request.lines().findFirst().get()).isBetween(400, 505);
        assertThat(reply.headers()).containsEntry("content-type", "application/json");
        assertThat(reply.headers()).doesNotContainKey("server");
        assertThat(reply.body()).matches("\\{\"errcode\":\"M_[A-Z_]+\",\"error\":\"[A-Za-z ]+\"}");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "400|POST / HTTP/1.1~Host: a~Content-Length: 3~Transfer-Encoding: chunked~~0~~",
        "400|POST / HTTP/1.1~Host: a~Content-Length: 3~Content-Length: 4~~abcd",
        "400|POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked, identity~~0~~",
        "400|POST / HTTP/1.1~Host: a~Content-Length: -1~~",
        "400|POST / HTTP/1.1~Host: a~Content-Length : 3~~abc",
        "400|GET / HTTP/1.1~Host: a~ folded: b~~",
        "400|GET / HTTP/1.1~Host: a~Host: b~~",
        "400|GET / HTTP/1.1~Host:~X: a\0b~~",
        "400|GET / HTTP/1.1~~",
        "426|GET / HTTP/2.0~Host: a~~"
      })
  void whatCanBeReadInTwoWaysIsRefused(String line) throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      client.send(line.substring(4).replace("~", "\r\n"));
      TestClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(Integer.parseInt(line.substring(0, 3)));
      assertThat(reply.headers()).containsEntry("content-type", "application/json");
      assertThat(reply.body()).startsWith("{\"errcode\":\"M_UNKNOWN\"");
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void hugeHeadIsRefusedAsWhatItIs() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
      TestClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(431);
      assertThat(reply.body()).startsWith("{\"errcode\":\"M_TOO_LARGE\"");
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      client.send("GET /%d HTTP/1.1\r\nHost: a\r\n\r\n".repeat(5).formatted(1, 2, 3, 4, 5));
      for (int i = 1; i <= 5; i++) {
        assertThat(client.reply().body()).isEqualTo("GET/" + i);
      }
    }
  }

  @Test
  void olderClientsAreServedOncePerConnection() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      client.send("GET /old HTTP/1.0\r\n\r\n");
      assertThat(client.reply().body()).isEqualTo("GET/old");
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void absoluteTargetIsReadAsItsPath() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      assertThat(client.get("https://localhost/a%2Fb?c=%20").body()).isEqualTo("GET/a%2Fb?c=%20");
    }
  }

  @Test
  void bodyIsAwaitedWhereItWaitsToBeAskedFor() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      client.send(
          "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.reply().status()).isEqualTo(100);
      client.send("{}");
      assertThat(client.reply().body()).isEqualTo("PUT/a");
      assertThat(client.get("/b").body()).isEqualTo("GET/b");
    }
  }

  @Test
  void trailersAreReadAndLeftAlone() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      client.send("PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("2\r\n{}\r\n0\r\nX-Late: b\r\n\r\n");
      assertThat(client.reply().body()).isEqualTo("PUT/a");
      assertThat(client.get("/b").body()).isEqualTo("GET/b");
    }
  }

  @Test
  void chunkExtensionsWithoutEndEndWithTheTimeOfABody() throws Exception {
    restart(limits(Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(30)));
    dispatcher.bind(
        exchange ->
            exchange
                .readBody(100)
                .whenComplete(
                    (body, failure) -> exchange.respond(Answer.error(JsonErrors.error(408)))));
    try (TestClient client = connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;");
      for (int i = 0; i < 10; i++) {
        client.send("x".repeat(10_000));
      }
      assertThat(client.reply().status()).isEqualTo(408);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void upgradesAreNotOffered() throws Exception {
    dispatcher.bind(ECHO);
    for (String protocol : new String[] {"websocket", "h2c", "TLS/1.3"}) {
      try (TestClient client = connect()) {
        client.send(
            "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n"
                .formatted(protocol));
        assertThat(client.reply().body()).isEqualTo("GET/a");
      }
    }
  }

  @Test
  void prefaceOfHttp2IsRefused() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      assertThat(client.reply().status()).isBetween(400, 505);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void compressedBodyIsRefused() throws Exception {
    dispatcher.bind(ECHO);
    try (TestClient client = connect()) {
      client.send(
          "PUT / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}");
      TestClient.Reply reply = client.reply();
      assertThat(reply.status()).isEqualTo(415);
      assertThat(reply.body())
          .isEqualTo("{\"errcode\":\"M_UNKNOWN\",\"error\":\"Unsupported Media Type\"}");
    }
    try (TestClient client = connect()) {
      client.send(
          "PUT / HTTP/1.1\r\nHost: a\r\nContent-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}");
      assertThat(client.reply().status()).isEqualTo(200);
    }
  }

  @Test
  void whatIsNotTlsIsClosedWithoutAWord() throws Exception {
    dispatcher.bind(ECHO);
    for (String words :
        new String[] {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\0\1\2\3".repeat(100), "\r\n"}) {
      try (Socket plain = TestClient.plain(port)) {
        plain.getOutputStream().write(words.getBytes(UTF_8));
        plain.shutdownOutput();
        byte[] said = readToTheEnd(plain);
        assertThat(new String(said, UTF_8)).doesNotContain("HTTP", "etty", "ava");
        assertThat(said.length).as("an alert of TLS at most").isLessThan(16);
      }
    }
    assertThat(connect().get("/").status()).isEqualTo(200);
  }

  private static byte[] readToTheEnd(Socket socket) throws IOException {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (SocketException reset) {
      return new byte[0];
    }
  }
}
