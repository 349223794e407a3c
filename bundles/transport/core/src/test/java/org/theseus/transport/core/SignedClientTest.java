package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.HttpTransport;

class SignedClientTest {
  private static final ServerName THERE = ServerName.of("there.example:8449");
  private static final String TARGET = "/_matrix/federation/v1/send/1?a=%2F";

  private final Peer us = new Peer("us.example", "ed25519:a_1", 3);
  private final List<HttpTransport.Request> requests = new ArrayList<>();
  private CompletionStage<HttpTransport.Response> response = answer(200, "{}");
  private final SignedClient client =
      new SignedClient(
          () -> us,
          us::name,
          Peer.RESOLVER,
          request -> {
            requests.add(request);
            return response;
          },
          Peer.JSON,
          Peer.SIGNED_JSON);

  @Test
  void sendsWhatItSigned() throws IOException {
    JsonObject body =
        Peer.JSON.readObject("{\"b\":1.0,\"a\":\"\u00e9\"}".getBytes(StandardCharsets.UTF_8));

    assertThat(send("PUT", Optional.of(body)).isOk()).isTrue();

    HttpTransport.Request request = requests.get(0);
    assertThat(requests).hasSize(1);
    assertThat(request.method()).isEqualTo("PUT");
    assertThat(request.path()).isEqualTo(TARGET);
    assertThat(request.target().hostHeader()).isEqualTo("there.example:8449");
    assertThat(request.timeout())
        .as("less what it took to find the server")
        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
    assertThat(request.maxAnswerBytes()).isEqualTo(1_000);
    try (InputStream in = request.body().orElseThrow().open()) {
      assertThat(in.readAllBytes()).isEqualTo(body.toBytes());
    }
    assertThat(request.headers())
        .containsOnly(
            Map.entry("Authorization", us.header("PUT", TARGET, THERE, Optional.of(body))));
  }

  @Test
  void withoutBodyNoContentIsSigned() {
    send("GET", Optional.empty());

    assertThat(requests.get(0).body()).isEmpty();
    assertThat(requests.get(0).headers())
        .containsEntry("Authorization", us.header("GET", TARGET, THERE, Optional.empty()));
  }

  @Test
  void tellsRefusals() {
    response = answer(403, "{\"errcode\":\"M_FORBIDDEN\",\"error\":\"no\"}");
    FederationClient.Response refused = send("GET", Optional.empty());
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).hasToString("{\"errcode\":\"M_FORBIDDEN\",\"error\":\"no\"}");

    response = answer(502, "<html>Bad Gateway</html>");
    FederationClient.Response html = send("GET", Optional.empty());
    assertThat(html.status()).isEqualTo(502);
    assertThat(html.body()).isEqualTo(JsonNull.NULL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "{", "{} x"})
  void aGrantThatIsNoJsonIsATransientFailure(String body) {
    response = answer(200, body);

    assertThatThrownBy(() -> send("GET", Optional.empty()))
        .hasCauseInstanceOf(TransientException.class);
  }

  @Test
  void anAnswerThatIsTooLongOrBreaksOffIsATransientFailure() throws IOException {
    response = answer(200, "\"" + "x".repeat(1_000) + "\"");
    assertThatThrownBy(() -> send("GET", Optional.empty()))
        .hasCauseInstanceOf(TransientException.class);

    InputStream broken = InputStream.nullInputStream();
    broken.close();
    response = CompletableFuture.completedFuture(new HttpTransport.Response(200, Map.of(), broken));
    assertThatThrownBy(() -> send("GET", Optional.empty()))
        .hasCauseInstanceOf(TransientException.class);
  }

  @Test
  void aServerThatCannotBeReachedIsATransientFailure() {
    response = CompletableFuture.failedFuture(new TransientException("unreachable"));

    assertThatThrownBy(() -> send("GET", Optional.empty()))
        .hasCauseInstanceOf(TransientException.class);
  }

  private FederationClient.Response send(String method, Optional<JsonObject> body) {
    return client
        .send(
            new FederationClient.Request(THERE, method, TARGET, body, Duration.ofSeconds(3), 1_000))
        .toCompletableFuture()
        .join();
  }

  private static CompletionStage<HttpTransport.Response> answer(int status, String body) {
    return CompletableFuture.completedFuture(
        new HttpTransport.Response(
            status, Map.of(), new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
  }
}
