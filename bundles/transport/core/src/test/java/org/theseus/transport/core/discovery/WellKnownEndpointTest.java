package org.theseus.transport.core.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.InboundRequest;

class WellKnownEndpointTest {
  private static final Instant NOW = Instant.EPOCH;
  private static final InetSocketAddress ANYBODY = new InetSocketAddress("192.0.2.1", 1);

  private static Answer ask(String configured) {
    return new WellKnownEndpoint(configured, 300)
        .answer(new InboundRequest(Optional.empty(), Map.of(), Map.of(), Optional.empty(), ANYBODY))
        .toCompletableFuture()
        .join();
  }

  private static String body(Answer answer) throws IOException {
    try (InputStream in = answer.body().open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void tellsWhereWeAreAndForHowLongToAnybody() throws IOException {
    Answer answer = ask("matrix.example.org:443");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(body(answer)).isEqualTo("{\"m.server\":\"matrix.example.org:443\"}");
    assertThat(answer.headers()).containsOnlyKeys("Cache-Control");
    assertThat(Freshness.of(Map.of("cache-control", answer.headers().get("Cache-Control")), NOW))
        .hasSeconds(300);
    assertThat(new WellKnownEndpoint("a.example", 1).route().signed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "https://matrix.example.org", "matrix.example.org:0", "999.1.1.1"})
  void tellsNothingWithoutANameOrWithWhatIsNone(String configured) throws IOException {
    Answer answer = ask(configured);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(body(answer))
        .isEqualTo("{\"errcode\":\"M_NOT_FOUND\",\"error\":\"this server delegates to no other\"}");
    assertThat(List.copyOf(answer.headers().keySet())).isEmpty();
  }
}
