package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Route;

/** What a peer is answered. */
class DispatcherTest {
  private static final String EVENT = "/_matrix/federation/v1/event/{eventId}";
  private static final String SEND = "/_matrix/federation/v1/send/{txnId}";

  private final Harness router = new Harness();

  @Test
  void aSignedRequestReachesItsEndpoint() {
    router.add(Harness.echo(Route.put(SEND)));

    FakeExchange exchange =
        router.handle(
            router.signed("PUT", "/_matrix/federation/v1/send/a%2Fb?x=1+2&x=3", "{\"n\": 1.50}"));

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(exchange.json().toString())
        .isEqualTo(
            "{\"origin\":\"peer.example:8448\",\"txnId\":\"a/b\",\"?x\":\"[1 2,"
                + " 3]\",\"body\":{\"n\":1.50}}");
    assertThat(router.heardFrom).containsExactly(router.peer.name());
  }

  @Test
  void anUnknownPathIsUnrecognized() {
    FakeExchange exchange = router.handle(FakeExchange.get("/_matrix/federation/v1/nothing"));

    assertThat(exchange.status()).isEqualTo(404);
    assertThat(exchange.errcode()).isEqualTo("M_UNRECOGNIZED");
  }

  @Test
  void aWrongMethodIsUnrecognizedEvenWhileTheEndpointIsAway() {
    router.declare("GET", EVENT);

    FakeExchange exchange =
        router.handle(new FakeExchange("POST", "/_matrix/federation/v1/event/$e"));

    assertThat(exchange.status()).isEqualTo(405);
    assertThat(exchange.errcode()).isEqualTo("M_UNRECOGNIZED");
    assertThat(exchange.answered().headers()).containsEntry("Allow", "GET");
  }

  @Test
  void whatAnEndpointThrowsBecomesAnError() {
    answers(new MatrixException(403, "M_FORBIDDEN", "no"), 403, "M_FORBIDDEN", "no");
    answers(new TransientException("later"), 503, "M_UNKNOWN", "later");
    answers(new IllegalStateException("secret"), 500, "M_UNKNOWN", "this server has a fault");
  }

  private static void answers(RuntimeException thrown, int status, String errcode, String error) {
    for (boolean late : new boolean[] {false, true}) {
      Harness router = new Harness();
      router.add(
          Harness.endpoint(
              Route.get(EVENT),
              request -> {
                if (late) {
                  return CompletableFuture.failedFuture(thrown);
                }
                throw thrown;
              }));

      FakeExchange exchange =
          router.handle(router.signed("GET", "/_matrix/federation/v1/event/$e"));

      assertThat(exchange.status()).isEqualTo(status);
      assertThat(exchange.errcode()).isEqualTo(errcode);
      assertThat(exchange.json().string("error")).contains(error);
    }
  }
}
