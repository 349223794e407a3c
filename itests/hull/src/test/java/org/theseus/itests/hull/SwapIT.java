package org.theseus.itests.hull;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.FrameworkWiring;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.Listener;

/** The mechanisms of the hot swap, one by one, in a bare framework under load. */
@Timeout(180)
class SwapIT {
  @TempDir static Path certificates;
  private static Path keyStore;
  private static SSLContext tls;

  @TempDir Path home;
  @TempDir Path jars;
  private Container container;
  private AutoCloseable handler;

  @BeforeAll
  static void makeCertificate() throws Exception {
    keyStore = Tls.keyStore(certificates);
    tls = Tls.trusting(keyStore);
  }

  @BeforeEach
  void start() throws Exception {
    container = Container.start(home, keyStore);
    handler = container.handle(Load.ECHO);
  }

  @AfterEach
  void stop() throws Exception {
    container.close();
  }

  private Path next(String bundle, String version) throws IOException {
    return NextJar.of(Container.jar(bundle), version, jars);
  }

  private List<String> list() throws IOException {
    return Files.readAllLines(home.resolve("bundles.list"));
  }

  @Test
  void listenerIsReplacedBesideItselfWithoutAFailure() throws Exception {
    int port = container.port();
    try (Load load = new Load(tls, port).fresh().fresh().busy().busy().slow();
        TestClient idle = TestClient.connect(tls, port)) {
      assertThat(idle.get("/idle").status()).isEqualTo(200);
      load.awaitAnswers(50);
      for (String version : List.of("0.9.1", "0.9.2", "0.9.3")) {
        container.swap(next(Container.LISTENER, version));
        assertThat(container.bundles(Container.LISTENER)).hasSizeLessThan(3);
        assertThat(container.listener().isAccepting()).isTrue();
        load.awaitAnswers(50);
      }
      assertThat(idle.ends()).isTrue();
      container.await(() -> container.bundles(Container.LISTENER).size() == 1);
      assertThat(load.end()).isEmpty();
      assertThat(load.slowestMillis()).isLessThan(7_000);
    }
    Bundle now = container.bundle(Container.LISTENER);
    assertThat(now.getVersion()).hasToString("0.9.3");
    assertThat(container.port()).isEqualTo(port);
    assertThat(list())
        .last()
        .asString()
        .isEqualTo(
            String.join(
                "\t",
                now.getLocation(),
                Container.LISTENER,
                "0.9.3",
                "bundles/" + Container.LISTENER + "-0.9.3.jar"));
    assertThat(home.resolve("bundles")).isDirectoryNotContaining("glob:**0.9.2.jar");
  }

  @Test
  void longAnswerEndsWhileTheListenerRetires() throws Exception {
    handler.close();
    CountDownLatch begun = new CountDownLatch(1);
    handler =
        container.handle(
            exchange -> {
              begun.countDown();
              exchange.respond(new Answer(200, Map.of(), slowly("x".repeat(80), 100)));
            });
    try (TestClient client = TestClient.connect(tls, container.port())) {
      client.request("GET", "/", "");
      assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
      container.swap(next(Container.LISTENER, "0.9.1"));
      assertThat(container.bundles(Container.LISTENER)).hasSize(2);
      assertThat(client.reply().body()).isEqualTo("x".repeat(80));
    }
    container.await(() -> container.bundles(Container.LISTENER).size() == 1);
  }

  private static Body slowly(String text, int millisEach) {
    return new Body() {
      @Override
      public String contentType() {
        return JSON;
      }

      @Override
      public long length() {
        return text.length();
      }

      @Override
      public InputStream open() {
        return new FilterInputStream(new ByteArrayInputStream(text.getBytes(UTF_8))) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
              Thread.sleep(millisEach);
            } catch (InterruptedException stop) {
              throw new InterruptedIOException();
            }
            return super.read(bytes, offset, Math.min(length, 1));
          }
        };
      }
    };
  }

  @Test
  void listenerThatDoesNotWorkIsTakenBack() throws Exception {
    Path jar = Container.jar(Container.LISTENER);
    try (Load load = new Load(tls, container.port()).fresh().busy()) {
      load.awaitAnswers(20);
      assertThatThrownBy(() -> container.swap(NextJar.unresolvable(jar, "0.9.1", jars)))
          .hasMessageContaining("org.example.nowhere")
          .hasMessageContaining("old version");
      assertThatThrownBy(() -> container.swap(NextJar.without("KeptConnector", jar, "0.9.2", jars)))
          .hasMessageContaining("cannot accept");
      load.awaitAnswers(20);
      assertThat(container.bundles(Container.LISTENER)).hasSize(1);
      String version = container.bundle(Container.LISTENER).getVersion().toString();
      assertThatThrownBy(() -> container.swap(next(Container.LISTENER, version)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another version");
      container.swap(next(Container.LISTENER, "0.9.3"));
      assertThat(load.awaitAnswers(20).end()).isEmpty();
    }
  }

  @Test
  void listenerStoppedUpdatedAndStartedInPlaceLosesNothing() throws Exception {
    Bundle bundle = container.bundle(Container.LISTENER);
    try (Load load = new Load(tls, container.port()).fresh().fresh().busy().slow()) {
      load.awaitAnswers(50);
      bundle.stop();
      try (InputStream jar = Files.newInputStream(next(Container.LISTENER, "0.9.1"))) {
        bundle.update(jar);
      }
      CompletableFuture<Void> refreshed = new CompletableFuture<>();
      container
          .context()
          .getBundle()
          .adapt(FrameworkWiring.class)
          .refreshBundles(List.of(bundle), event -> refreshed.complete(null));
      refreshed.get(10, TimeUnit.SECONDS);
      bundle.start();
      assertThat(load.awaitAnswers(50).end()).isEmpty();
      assertThat(load.slowestMillis()).isLessThan(7_000);
    }
  }

  @Test
  void whatTheListenerHangsOnIsReplacedInPlace() throws Exception {
    try (Load load = new Load(tls, container.port()).fresh().busy()) {
      load.awaitAnswers(20);
      container.swap(next("jetty-io", "12.1.99"));
      assertThat(load.awaitAnswers(20).end()).isEmpty();
      assertThat(load.slowestMillis()).isLessThan(7_000);
    }
    assertThat(container.bundle("org.eclipse.jetty.io").getVersion()).hasToString("12.1.99");
    assertThat(container.bundle(Container.LISTENER).getState()).isEqualTo(Bundle.ACTIVE);
  }

  @Test
  void bundleThatDoesNotWorkInPlaceIsTakenBack() throws Exception {
    Path jar = Container.jar("jetty-io");
    assertThatThrownBy(() -> container.swap(NextJar.unresolvable(jar, "12.1.98", jars)))
        .hasMessageContaining("the old version runs again");
    assertThat(container.bundle("org.eclipse.jetty.io").getVersion().toString())
        .doesNotStartWith("12.1.98");
    try (TestClient client = TestClient.connect(tls, container.port())) {
      assertThat(client.get("/").status()).isEqualTo(200);
    }
    assertThat(home.resolve("bundles")).isDirectoryContaining("glob:**.failed");
  }

  @Test
  void socketsAreReplacedAndTheSocketStays() throws Exception {
    int port = container.port();
    try (Load load = new Load(tls, port).fresh().busy()) {
      load.awaitAnswers(20);
      container.swap(next(Container.SOCKETS, "0.9.1"));
      load.awaitAnswers(20);
      container.swap(next(Container.LISTENER, "0.9.1"));
      assertThat(load.awaitAnswers(20).end()).isEmpty();
    }
    assertThat(container.port()).isEqualTo(port);
  }

  @Test
  void swapReplacesItself() throws Exception {
    Bundle bundle = container.bundle(Container.SWAP);
    container.swap(next(Container.SWAP, "0.9.1"));
    container.await(() -> bundle.getVersion().toString().equals("0.9.1"));
    container.await(() -> Files.exists(home.resolve("bundles.list")) && list().size() == 2);
    container.await(
        () -> container.context().getServiceReference("org.theseus.ops.swap.SwapCommands") != null);
    container.swap(next(Container.SOCKETS, "0.9.1"));
    assertThat(list()).hasSize(3);
  }

  @Test
  void droppedJarIsSwappedIn() throws Exception {
    Path folder = Files.createDirectories(home.resolve("bundles"));
    Path dropped = folder.resolve("dropped.jar");
    Files.copy(next(Container.LISTENER, "0.9.1"), dropped);
    container.await(
        () ->
            container.bundles(Container.LISTENER).stream()
                .anyMatch(bundle -> bundle.getVersion().toString().equals("0.9.1")));
    container.await(() -> Files.exists(home.resolve("bundles.list")));
    assertThat(list()).last().asString().endsWith("\t0.9.1\tbundles/dropped.jar");
    Files.write(folder.resolve("broken.jar"), new byte[] {1, 2, 3});
    container.await(() -> Files.exists(folder.resolve("broken.jar.failed")));
  }

  @Test
  void requestsWaitWhileTheirHandlerIsAway() throws Exception {
    try (Load load = new Load(tls, container.port()).fresh().busy()) {
      for (int i = 0; i < 5; i++) {
        load.awaitAnswers(10);
        handler.close();
        Thread.sleep(200);
        handler = container.handle(Load.ECHO);
      }
      assertThat(load.awaitAnswers(10).end()).isEmpty();
    }
  }

  @Test
  void addressIsGivenUpWithItsConfigurationOnly() throws Exception {
    int port = container.port();
    container.bundle(Container.LISTENER).stop();
    TestClient.plain(port).close();
    container.bundle(Container.LISTENER).start();
    container.await(() -> !container.listeners().isEmpty() && container.listener().isAccepting());
    List<Listener> before = container.listeners();
    assertThat(before).hasSize(1);
    container.deleteConfiguration();
    container.await(() -> container.listeners().isEmpty());
    assertThatThrownBy(() -> TestClient.plain(port)).isInstanceOf(IOException.class);
  }
}
