package org.theseus.transport.jettyserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.RequestHandler;

/** Plain HTTP from a proxy that says who its clients are. */
class BehindProxyTest extends ServerTest {
  private static final RequestHandler WHO =
      exchange ->
          exchange.respond(
              new Answer(
                  200,
                  Map.of(),
                  Body.json(
                      (exchange.remote().getAddress().getHostAddress() + exchange.target())
                          .getBytes(UTF_8))));

  private void restart(Proxies proxies, boolean proxyProtocol) throws Exception {
    server.stop();
    server = server(new Settings(ADDRESS, Optional.empty(), LIMITS, proxies, proxyProtocol, true));
    server.accept();
    dispatcher.bind(WHO);
  }

  private String ask(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  private static String get(String target, String header) {
    return "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s\r\n".formatted(target, header);
  }

  @Test
  void whatTheProxySaysOfItsClientIsBelieved() throws Exception {
    restart(Proxies.LOCAL, false);
    try (Socket proxy = TestClient.plain(port)) {
      assertThat(
              ask(
                  proxy,
                  get(
                      "/_matrix/federation/v1/event/%24a%2Fb?x=%20",
                      "X-Forwarded-For: 192.0.2.1, 198.51.100.7\r\n")))
          .isEqualTo("198.51.100.7/_matrix/federation/v1/event/%24a%2Fb?x=%20");
    }
    try (Socket proxy = TestClient.plain(port)) {
      assertThat(ask(proxy, get("/", ""))).isEqualTo("127.0.0.1/");
    }
  }

  @Test
  void oneHeaderIsBelievedAndNotTheOther() throws Exception {
    String both = "Forwarded: for=10.0.0.1, for=192.0.2.8\r\nX-Forwarded-For: 192.0.2.9\r\n";
    restart(Proxies.LOCAL, false);
    try (Socket proxy = TestClient.plain(port)) {
      assertThat(ask(proxy, get("/", both))).isEqualTo("192.0.2.9/");
    }
    restart(Proxies.LOCAL.withForwarded(true), false);
    try (Socket proxy = TestClient.plain(port)) {
      assertThat(ask(proxy, get("/", both))).isEqualTo("192.0.2.8/");
    }
  }

  @Test
  void strangersAreNotLetIn() throws Exception {
    restart(Proxies.of(List.of("127.0.0.9")), false);
    try (Socket stranger = TestClient.plain(port)) {
      assertThat(readToTheEnd(stranger)).isEmpty();
    }
    try (Socket proxy =
        new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName("127.0.0.9"), 0)) {
      assertThat(ask(proxy, get("/", "X-Forwarded-For: 192.0.2.1\r\n"))).isEqualTo("192.0.2.1/");
    }
    assertThatThrownBy(() -> restart(Proxies.NONE, false)).hasMessageContaining("trustedProxies");
    server = server(LIMITS);
  }

  private static byte[] readToTheEnd(Socket socket) throws IOException {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (SocketException reset) {
      return new byte[0];
    }
  }

  @Test
  void proxyProtocolTellsTheClientToo() throws Exception {
    restart(Proxies.LOCAL, true);
    try (Socket proxy = TestClient.plain(port)) {
      assertThat(ask(proxy, "PROXY TCP4 192.0.2.3 127.0.0.1 4711 8448\r\n" + get("/", "")))
          .isEqualTo("192.0.2.3/");
    }
    try (Socket proxy = TestClient.plain(port)) {
      String second = "\r\n\r\n\0\r\nQUIT\n!\21\0\14\300\0\2\4\177\0\0\1\20\0 \0";
      assertThat(ask(proxy, second + get("/", ""))).isEqualTo("192.0.2.4/");
    }
  }

  @Test
  void proxyOnTlsIsBelievedAndOthersAreNot() throws Exception {
    server.stop();
    server =
        server(
            new Settings(
                ADDRESS,
                Optional.of(new CertificateSource.Pkcs12(keyStore, Certificates.PASSWORD)),
                LIMITS,
                Proxies.of(List.of("127.0.0.9")),
                false,
                true));
    server.accept();
    dispatcher.bind(WHO);
    String request = get("/", "X-Forwarded-For: 192.0.2.1\r\n");
    try (TestClient stranger = connect();
        TestClient proxy = TestClient.connectFrom("127.0.0.9", tls, port)) {
      stranger.send(request);
      assertThat(stranger.reply().body()).isEqualTo("127.0.0.1/");
      proxy.send(request);
      assertThat(proxy.reply().body()).isEqualTo("192.0.2.1/");
    }
  }

  @Test
  void clientsOfAProxyHaveNoCommonShare() throws Exception {
    server.stop();
    server =
        server(
            new Settings(
                ADDRESS,
                Optional.empty(),
                LIMITS.withConnections(1_000, 1),
                Proxies.LOCAL,
                false,
                true));
    server.accept();
    dispatcher.bind(WHO);
    try (Socket first = TestClient.plain(port);
        Socket second = TestClient.plain(port)) {
      assertThat(ask(second, get("/", ""))).isEqualTo("127.0.0.1/");
      assertThat(ask(first, get("/", ""))).isEqualTo("127.0.0.1/");
    }
  }
}
