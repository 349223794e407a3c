package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonObject;
import org.theseus.transport.api.Route;

/** What the router tells of itself. */
class TallyTest {
  private static final String EVENT = "/_matrix/federation/v1/event/{eventId}";
  private static final String GET = "/_matrix/federation/v1/event/$e";

  private final Harness router = new Harness();

  private long count(String... names) {
    JsonObject report = router.dispatcher.report();
    for (int i = 0; i < names.length - 1; i++) {
      report = report.object(names[i]).orElseThrow();
    }
    return report.integer(names[names.length - 1]).orElseThrow();
  }

  @Test
  void whatWaitsIsCounted() {
    router.declare("GET", EVENT);
    FakeExchange gone = router.handle(router.signed("GET", GET));
    FakeExchange late = router.handle(router.signed("GET", GET));
    router.pass(3_000);
    assertThat(count("parked", "now")).isEqualTo(2);
    assertThat(count("parked", "longest_wait_ms")).isEqualTo(3_000);

    gone.go();
    router.pass(4_000);

    assertThat(late.status()).isEqualTo(503);
    assertThat(count("gone")).isEqualTo(1);
    assertThat(count("parked", "now")).isZero();
    assertThat(count("parked", "most")).isEqualTo(2);
    assertThat(count("parked", "expired")).isEqualTo(1);
    assertThat(count("parked", "longest_wait_ms")).isEqualTo(7_000);
    assertThat(count("answered", "event")).isEqualTo(1);
  }

  @Test
  void whatIsAtWorkIsCounted() {
    router.add(Harness.echo(Route.put("/_matrix/federation/v1/send/{txnId}")));
    FakeExchange slow = router.signed("PUT", "/_matrix/federation/v1/send/1", "{}");
    slow.bodyArrived = new java.util.concurrent.CompletableFuture<>();
    router.handle(slow.header("Content-Length", "2"));
    assertThat(count("at_work")).isEqualTo(1);
    assertThat(count("body_bytes_at_work")).isEqualTo(2);

    slow.bodyArrived.complete(null);

    assertThat(count("at_work")).isZero();
    assertThat(count("body_bytes_at_work")).isZero();
    assertThat(count("answered", "send")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551615", "9223372036854775808", "-1"})
  void aLengthThatIsNoneCountsAsTheLongest(String length) {
    router.add(Harness.echo(Route.put("/_matrix/federation/v1/send/{txnId}")));
    FakeExchange slow = router.signed("PUT", "/_matrix/federation/v1/send/1", "{}");
    slow.bodyArrived = new java.util.concurrent.CompletableFuture<>();
    router.handle(slow.header("Content-Length", length));

    assertThat(count("body_bytes_at_work")).isEqualTo(64 << 10);
  }

  @Test
  void whatIsRefusedAndHandedBackIsCounted() {
    router.declare("GET", EVENT);
    for (int i = 0; i < 1_025; i++) {
      router.handle(router.signed("GET", GET));
    }
    assertThat(count("refused_by_limit")).isEqualTo(1);
    assertThat(count("parked", "turned_away")).isEqualTo(1);

    router.dispatcher.stop();
    router.handle(router.signed("GET", GET));

    assertThat(count("handed_back")).isEqualTo(1_025);
    assertThat(count("looking_for_keys")).isZero();
    assertThat(router.dispatcher.report().object("bodies_waiting")).isNotEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "/_matrix/federation/v1/send/{txnId}, send",
    "/_matrix/federation/v2/send_join/{roomId}/{eventId}, send_join",
    "/_matrix/federation/unstable/org.theseus.pull/v1/pull, unstable",
    "/_matrix/key/v2/server, key",
    "/.well-known/matrix/server, matrix",
    "/{any}, other",
  })
  void requestsAreOfFewKinds(String path, String kind) {
    assertThat(RouteKey.of("GET", path).kind()).isEqualTo(kind);
  }
}
