package org.theseus.itests.hull;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.theseus.transport.api.Listener;

/** Listeners come, change and go with their configurations, while others are busy. */
@Timeout(120)
class ListenersIT {
  private static final String PID = "org.theseus.transport.jettyserver.JettyListener";

  @TempDir static Path certificates;
  private static Path keyStore;
  private static SSLContext tls;

  @TempDir Path home;
  @TempDir Path jars;
  private Container container;

  @BeforeAll
  static void makeCertificate() throws Exception {
    keyStore = Tls.keyStore(certificates);
    tls = Tls.trusting(keyStore);
  }

  @BeforeEach
  void start() throws Exception {
    container = Container.start(home, keyStore);
    container.handle(Load.ECHO);
  }

  @AfterEach
  void stop() throws Exception {
    container.close();
  }

  private Configuration listener(int port, Map<String, Object> more) throws Exception {
    ConfigurationAdmin admin =
        container
            .context()
            .getService(container.context().getServiceReference(ConfigurationAdmin.class));
    Configuration made = admin.createFactoryConfiguration(PID, "?");
    update(made, port, more);
    return made;
  }

  private void update(Configuration made, int port, Map<String, Object> more) throws IOException {
    Map<String, Object> values = new HashMap<>(Map.of("address", "127.0.0.1", "port", port));
    values.putAll(more);
    made.update(FrameworkUtil.asDictionary(values));
  }

  private static Map<String, Object> secured() {
    return Map.of("keyStore", keyStore.toString(), "keyStorePassword", Tls.PASSWORD);
  }

  private static Map<String, Object> plain() {
    return Map.of("tls", false);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String askPlain(int port) throws IOException {
    try (Socket socket = TestClient.plain(port)) {
      socket
          .getOutputStream()
          .write("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
  }

  private void awaitRefusal(int port) throws Exception {
    container.await(
        () -> {
          try (Socket socket = TestClient.plain(port)) {
            return !socket.isConnected();
          } catch (IOException refused) {
            return true;
          }
        });
  }

  private void awaitAccepting(int count) throws Exception {
    container.await(
        () -> container.listeners().stream().filter(Listener::isAccepting).count() == count);
  }

  @Test
  void addressesFollowTheConfigurations() throws Exception {
    int port = freePort();
    int other = freePort();
    try (Load load = new Load(tls, container.port()).fresh().busy()) {
      Configuration second = listener(port, plain());
      awaitAccepting(2);
      assertThat(askPlain(port)).isEqualTo("/a");

      update(second, other, plain());
      awaitAnswer(other);
      awaitRefusal(port);

      second.delete();
      awaitRefusal(other);
      assertThat(container.listeners()).hasSize(1);
      assertThat(load.awaitAnswers(20).end()).isEmpty();
    }
  }

  @Test
  void addressThatSomebodyElseHasIsTakenOnceItIsFree() throws Exception {
    int port = freePort();
    Configuration second = listener(port, plain());
    awaitAccepting(2);
    int wanted;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      wanted = taken.getLocalPort();
      update(second, wanted, plain());
      // configurations are told in order: with a third listener there, this one has been
      Configuration third = listener(freePort(), plain());
      awaitAccepting(3);
      assertThat(askPlain(port)).as("stays where it was").isEqualTo("/a");
      third.delete();
      awaitAccepting(2);
    }
    awaitAnswer(wanted);
    awaitRefusal(port);
    assertThat(container.listeners()).hasSize(2);
  }

  @Test
  void listenerThatFindsItsAddressTakenTriesAgain() throws Exception {
    int wanted;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      wanted = taken.getLocalPort();
      listener(wanted, plain());
      container.await(() -> container.listeners().size() == 2);
    }
    awaitAnswer(wanted);
  }

  @Test
  void addressThatHoldsTheOldOneIsTakenInItsPlace() throws Exception {
    int port = freePort();
    Configuration second = listener(port, plain());
    awaitAccepting(2);
    Map<String, Object> all = new HashMap<>(plain());
    all.put("address", "0.0.0.0");
    update(second, port, all);
    container.await(
        () ->
            container.listeners().stream()
                .anyMatch(
                    listener ->
                        listener.isAccepting()
                            && ((InetSocketAddress) listener.address())
                                .getAddress()
                                .isAnyLocalAddress()));
    assertThat(askPlain(port)).isEqualTo("/a");
  }

  private void awaitAnswer(int port) throws Exception {
    container.await(
        () -> {
          try {
            return askPlain(port).equals("/a");
          } catch (IOException notYet) {
            return false;
          }
        });
  }

  @Test
  void configurationThatMakesNoSenseChangesNothing() throws Exception {
    int port = freePort();
    Configuration second = listener(port, plain());
    awaitAccepting(2);
    for (Map<String, Object> senseless :
        List.<Map<String, Object>>of(
            Map.of(),
            Map.of("keyStore", home.resolve("none").toString(), "keyStorePassword", ""),
            Map.of("tls", false, "trustedProxies", "example.org"))) {
      update(second, port, senseless);
      // configurations are told in order: with a third listener there, this one has been
      Configuration third = listener(freePort(), plain());
      awaitAccepting(3);
      assertThat(askPlain(port)).as(senseless.toString()).isEqualTo("/a");
      third.delete();
      awaitAccepting(2);
    }
  }

  @Test
  void swapHandsAllOver() throws Exception {
    int port = freePort();
    listener(port, secured());
    awaitAccepting(2);
    int first = container.port() == port ? otherPort(port) : container.port();
    try (Load one = new Load(tls, first).fresh().busy();
        Load two = new Load(tls, port).fresh().busy()) {
      for (String version : new String[] {"0.9.1", "0.9.2"}) {
        one.awaitAnswers(30);
        two.awaitAnswers(30);
        container.swap(NextJar.of(Container.jar(Container.LISTENER), version, jars));
        awaitAccepting(2);
      }
      assertThat(one.awaitAnswers(30).end()).isEmpty();
      assertThat(two.awaitAnswers(30).end()).isEmpty();
      assertThat(Math.max(one.slowestMillis(), two.slowestMillis())).isLessThan(7_000);
    }
    container.await(() -> container.bundles(Container.LISTENER).size() == 1);
    assertThat(container.listeners()).hasSize(2);
  }

  @Test
  void swapThatFailsOnOneHandsBackAll() throws Exception {
    int port = freePort();
    listener(port, secured());
    awaitAccepting(2);
    Path broken =
        NextJar.without("KeptConnector", Container.jar(Container.LISTENER), "0.9.1", jars);
    try (Load one = new Load(tls, port).fresh().busy()) {
      one.awaitAnswers(20);
      assertThatThrownBy(() -> container.swap(broken)).hasMessageContaining("cannot accept");
      awaitAccepting(2);
      assertThat(one.awaitAnswers(20).end()).isEmpty();
    }
  }

  private int otherPort(int port) throws Exception {
    return container.listeners().stream()
        .map(listener -> ((InetSocketAddress) listener.address()).getPort())
        .filter(bound -> bound != port)
        .findFirst()
        .orElseThrow();
  }
}
