package org.theseus.transport.core.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.transport.core.discovery.TlsServer.answer;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.Resolution;

/** The well-known document: what is believed, followed and remembered. */
@Timeout(60)
class WellKnownTest {
  private static final String DELEGATED = "{\"m.server\":\"192.0.2.7:81\"}";
  private static final String HOME = "192.0.2.1";

  @TempDir static Path folder;
  private static SSLContext ours;
  private static SSLContext others;
  private static Path trusted;

  private World world;

  @BeforeAll
  static void makeCertificates() throws Exception {
    Certificates certificates = new Certificates(folder);
    ours = certificates.make("dns:example.org");
    others = certificates.make("dns:other.example");
    trusted = certificates.pem();
  }

  @BeforeEach
  void begin() throws Exception {
    world = new World(trusted);
    world.dns.add("example.org 9999 A " + HOME).add("other.example 9999 A 192.0.2.2");
  }

  @AfterEach
  void end() throws Exception {
    world.close();
  }

  private TlsServer serve(UnaryOperator<String> script) throws Exception {
    return world.serve(HOME, 443, ours, script);
  }

  private boolean isDelegated() {
    return last(world.find("example.org")).number().startsWith("3.");
  }

  private static Resolution.Step last(Resolution found) {
    return found.steps().get(found.steps().size() - 1);
  }

  private Resolution.Step step() {
    return world.find("example.org").steps().get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html></html>",
        "null",
        "[]",
        "{}",
        "{\"m.server\":7}",
        "{\"m.server\":\"\"}",
        "{\"m.server\":\"https://192.0.2.7\"}",
        "{\"m.server\":\"192.0.2.7/\"}",
        "{\"m.server\":\" 192.0.2.7\"}",
        "{\"m.server\":\"192.0.2.7:0\"}",
        "{\"m.server\":\"192.0.2.7:65536\"}",
        "{\"m.server\":\"192.0.2.777\"}",
        "{\"m.server\":\"[::g]\"}",
        "{\"m.server\":\"[1:2]\"}",
        "{\"m.server\":\"a_b.example\"}",
        "{\"m.server\":\"192.0.2.7:81\"} x",
      })
  void documentsThatDelegateToNobodyAreAsNone(String body) throws Exception {
    serve(path -> answer("200 OK", "", body));

    assertThat(isDelegated()).isFalse();
    assertThat(world.find("example.org").result().orElseThrow().addresses())
        .as("the other steps follow")
        .containsExactly(new InetSocketAddress(HOME, 8448));
  }

  @Test
  void theTypeOfADocumentDoesNotMatter() throws Exception {
    serve(path -> answer("200 OK", "Content-Type: text/html\r\n", DELEGATED));

    assertThat(isDelegated()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"404 Not Found", "500 Oops", "204 No Content", "429 Slow", "304 Same"})
  void otherStatusesAreAsNone(String status) throws Exception {
    serve(path -> answer(status, "", status.startsWith("204") ? "" : DELEGATED));

    assertThat(isDelegated()).isFalse();
    assertThat(step().answered()).startsWith("status " + status.substring(0, 3));
  }

  @Test
  void tooLongADocumentIsAsNoneWhetherItTellsItsLengthOrNot() throws Exception {
    String padding = " ".repeat(51 << 10);
    serve(path -> answer("200 OK", "", DELEGATED + padding));
    world.serve(
        "192.0.2.2",
        443,
        others,
        path ->
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "%x\r\n%s\r\n".formatted(padding.length(), padding)
                + "%x\r\n%s\r\n0\r\n\r\n".formatted(DELEGATED.length(), DELEGATED));

    assertThat(isDelegated()).isFalse();
    assertThat(last(world.find("other.example")).number()).isEqualTo("6");
  }

  @Test
  void aCertificateForAnotherNameIsAsNone() throws Exception {
    world.wellKnown(HOME, others, "", DELEGATED);

    assertThat(isDelegated()).isFalse();
  }

  @Test
  void silenceIsAsNoneAfterAWhile() throws Exception {
    serve(path -> "");
    long began = System.nanoTime();
    CompletableFuture<Resolution> found =
        world.finder.find(ServerName.of("example.org")).toCompletableFuture();
    world.serve("192.0.2.2", 443, others, path -> answer("200 OK", "", DELEGATED));
    assertThat(last(world.find("other.example")).number()).as("others").startsWith("3.");
    assertThat(found).isNotDone();

    assertThat(last(found.orTimeout(20, TimeUnit.SECONDS).join()).number()).isEqualTo("6");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(9));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsAreFollowedToOtherHostsWithTheirOwnNames(int status) throws Exception {
    serve(path -> answer(status + " X", "Location: //other.example:82/a%2Fb?c=d#e\r\n", ""));
    TlsServer other = world.serve("192.0.2.2", 82, others, path -> answer("200 OK", "", DELEGATED));

    assertThat(isDelegated()).isTrue();
    assertThat(other.seen()).containsExactly("/a%2Fb?c=d other.example:82 other.example");
  }

  @Test
  void fiveRedirectsAreFollowedAndNoMore() throws Exception {
    TlsServer server =
        serve(
            path ->
                path.equals("/0")
                    ? answer("200 OK", "", DELEGATED)
                    : answer("302 X", "Location: /" + next(path, 4) + "\r\n", ""));
    assertThat(isDelegated()).isTrue();
    assertThat(server.seen()).hasSize(6);

    TlsServer other =
        world.serve(
            "192.0.2.2",
            443,
            others,
            path -> answer("302 X", "Location: /" + next(path, 99) + "\r\n", ""));
    assertThat(world.find("other.example").steps().get(0).answered()).contains("too often");
    assertThat(other.seen()).hasSize(6);
  }

  private static int next(String path, int first) {
    return path.startsWith("/.well-known") ? first : Integer.parseInt(path.substring(1)) - 1;
  }

  @Test
  void circlesAreLeft() throws Exception {
    TlsServer server =
        serve(path -> answer("302 X", "Location: " + WellKnownEndpoint.PATH + "\r\n", ""));

    assertThat(isDelegated()).isFalse();
    assertThat(server.seen()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://other.example/",
        "https://me@other.example/",
        "https://other.example:0/",
        "https://other.example:99999/",
        "ftp://other.example/",
        "https:///x",
        "https://[::g]/",
        "mailto:x",
        "%",
      })
  void redirectsToElsewhereThanHttpsAreNotFollowed(String location) throws Exception {
    serve(path -> answer("302 X", "Location: " + location + "\r\n", ""));
    TlsServer other =
        world.serve("192.0.2.2", 443, others, path -> answer("200 OK", "", DELEGATED));

    assertThat(isDelegated()).isFalse();
    assertThat(step().answered()).startsWith("redirected");
    assertThat(other.seen()).isEmpty();
  }

  @Test
  void aStrangersTextIsNotRememberedAtLength() throws Exception {
    serve(path -> answer("302 X", "Location: ftp://" + "x".repeat(20_000) + "/\r\n", ""));

    assertThat(isDelegated()).isFalse();
    assertThat(step().answered()).startsWith("redirected to ftp://xxx").hasSizeLessThan(300);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 86400",
    "Cache-Control: max-age=3600, 3600",
    "Cache-Control: max-age=999999, 172800",
    "Cache-Control: no-store, 60",
    "'Expires: Mon, 23 Nov 2026 13:00:00 GMT', 3600",
  })
  void aDelegationIsKeptAsItsHeadersSay(String header, long seconds) throws Exception {
    TlsServer server =
        serve(path -> answer("200 OK", header.isEmpty() ? "" : header + "\r\n", DELEGATED));
    assertThat(step().remembered()).isFalse();

    world.now = world.now.plusSeconds(seconds - 1);
    assertThat(step().remembered()).isTrue();
    assertThat(server.seen()).hasSize(1);
    world.now = world.now.plusSeconds(1);
    assertThat(step().remembered()).isFalse();
    assertThat(server.seen()).hasSize(2);
  }

  @Test
  void whereThereIsNoneItIsAskedLessAndLessOftenUpToEachHour() throws Exception {
    TlsServer server = serve(path -> answer("404 No", "", ""));
    step();
    int asked = 1;
    for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      world.now = world.now.plus(Duration.ofMinutes(minutes)).minusSeconds(1);
      assertThat(step().remembered()).as("before %s min", minutes).isTrue();
      world.now = world.now.plusSeconds(1);
      assertThat(step().remembered()).isFalse();
      assertThat(server.seen()).hasSize(++asked);
    }
  }

  @Test
  void aDelegationOutlivesAHostThatIsAwayButNotFor48Hours() throws Exception {
    serve(path -> answer("200 OK", "", DELEGATED));
    assertThat(isDelegated()).isTrue();
    serve(path -> answer("502 Bad Gateway", "", ""));

    world.now = world.now.plus(Duration.ofHours(25));
    assertThat(isDelegated()).isTrue();
    assertThat(step().answered()).startsWith("status 502").contains("192.0.2.7:81 before");
    world.now = world.now.plus(Duration.ofHours(22));
    assertThat(isDelegated()).isTrue();
    world.now = world.now.plus(Duration.ofHours(2));
    assertThat(isDelegated()).isFalse();
  }

  @Test
  void aDelegationEndsWhenItsHostSaysSo() throws Exception {
    serve(path -> answer("200 OK", "", DELEGATED));
    assertThat(isDelegated()).isTrue();
    serve(path -> answer("404 Not Found", "", ""));

    world.now = world.now.plus(Duration.ofHours(25));

    assertThat(isDelegated()).isFalse();
  }

  @Test
  void failuresAreForgottenOnceThereIsADelegation() throws Exception {
    serve(path -> answer("404 No", "", ""));
    assertThat(isDelegated()).isFalse();
    serve(path -> answer("200 OK", "", DELEGATED));
    world.now = world.now.plus(Duration.ofMinutes(1));

    assertThat(isDelegated()).isTrue();
    assertThat(step().answered()).isEqualTo("m.server is 192.0.2.7:81, good for 86400 s");
  }
}
