package org.theseus.transaction.core.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixException;

/** Hostile bodies, read as the router reads them: each is answered as documented, or refused. */
class IntakeFuzzTest extends IntakeFixture {
  private static final int BODIES = 1_500;
  private static final List<String> SCRAPS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          "null",
          "true",
          "1e400",
          "-0",
          "0.5",
          "\\ud800",
          "\u0000",
          "\ufeff",
          "{\"say\":\"take-x\"}",
          "\"pdus\":",
          "\"edus\":",
          "[[[[[[[[",
          "ä");
  private static final List<String> PDUS =
      List.of(
          "{\"say\":\"take%d\"}",
          "{\"say\":\"late%d\"}",
          "{\"say\":\"nope%d\"}",
          "{\"say\":\"know%d\"}",
          "{\"say\":\"\\ud800%d\"}",
          "{\"say\":%d}",
          "{\"say\":\"take\",\"say\":\"take%d\"}",
          "%d",
          "[%d]",
          "null");
  private static final List<String> EDUS =
      List.of(
          "{\"edu_type\":\"m.typing\",\"content\":{\"n\":%d}}",
          "{\"edu_type\":\"m.direct_to_device\",\"content\":{\"message_id\":\"id%d\"}}",
          "{\"edu_type\":\"m.direct_to_device\",\"content\":{\"message_id\":%d}}",
          "{\"edu_type\":\"m.device_list_update\",\"content\":{\"deep\":{\"deeper\":[%d,0.5]}}}",
          "{\"edu_type\":\"m.direct_to_device\",\"content\":{\"a\":%d,\"a\":2}}",
          "{\"edu_type\":\"x\\ud800\",\"content\":{\"n\":%d}}",
          "{\"edu_type\":\"m.direct_to_device\",\"content\":[%d]}",
          "{\"edu_type\":%d,\"content\":{}}",
          "{\"content\":%d}",
          "%d");

  private final AtomicLong handled = new AtomicLong();

  private static String body(Random random) {
    StringBuilder body = new StringBuilder("{\"pdus\":");
    list(body, random, PDUS, random.nextInt(20) == 0 ? 60 : 8);
    if (random.nextBoolean()) {
      body.append(",\"edus\":");
      list(body, random, EDUS, random.nextInt(20) == 0 ? 120 : 8);
    }
    body.append('}');
    for (int damage = random.nextInt(3); damage > 0; damage--) {
      damage(body, random);
    }
    return body.toString();
  }

  private static void list(StringBuilder body, Random random, List<String> of, int most) {
    body.append('[');
    int count = random.nextInt(most + 1);
    for (int i = 0; i < count; i++) {
      body.append(i == 0 ? "" : ",")
          .append(of.get(random.nextInt(of.size())).formatted(random.nextInt(200)));
    }
    body.append(']');
  }

  private static void damage(StringBuilder body, Random random) {
    int at = random.nextInt(body.length());
    switch (random.nextInt(6)) {
      case 0 -> body.insert(at, SCRAPS.get(random.nextInt(SCRAPS.size())));
      case 1 -> body.deleteCharAt(at);
      case 2 -> body.setCharAt(at, (char) random.nextInt(128));
      case 3 -> body.setLength(at + 1);
      case 4 -> body.insert(at, "[".repeat(1 + random.nextInt(2 * JsonReader.MAX_DEPTH)));
      default -> body.replace(0, body.length(), SCRAPS.get(random.nextInt(SCRAPS.size())));
    }
  }

  /** What the endpoint and the router before it do with a body. */
  private CompletableFuture<byte[]> put(String txnId, byte[] body) throws IOException {
    try {
      JsonValue value = JSON.readLenient(new ByteArrayInputStream(body), 16L << 20);
      if (!(value instanceof JsonObject object)) {
        throw new MatrixException(400, "M_BAD_JSON", "the body is no JSON object");
      }
      return intake.take(InboundTransaction.of(ORIGIN, txnId, object)).toCompletableFuture();
    } catch (MatrixException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyBodyIsAnsweredAsDocumentedOrRefused(long seed) throws Exception {
    handlers.add(
        handler(
            (origin, edu) -> {
              if (handled.incrementAndGet() % 50 == 0) {
                throw new IllegalStateException("now and then");
              }
            },
            "m.typing",
            "m.direct_to_device",
            "m.device_list_update"));
    Random random = new Random(seed);
    int answered = 0;
    for (int i = 0; i < BODIES; i++) {
      String body = body(random);
      byte[] bytes = body.getBytes(UTF_8);
      if (bytes.length > 0 && random.nextInt(10) == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      String txnId = "t" + random.nextInt(BODIES / 2);
      try {
        byte[] answer = put(txnId, bytes).get(60, TimeUnit.SECONDS);
        assertDocumented(answer, body);
        assertThat(put(txnId, bytes).get(60, TimeUnit.SECONDS)).as(body).isEqualTo(answer);
        answered++;
      } catch (ExecutionException failed) {
        assertThat(failed.getCause())
            .as(body)
            .isInstanceOfSatisfying(
                MatrixException.class,
                refused -> {
                  assertThat(refused.error().status()).as(body).isEqualTo(400);
                  assertThat(refused.error().errcode()).isIn("M_BAD_JSON", "M_NOT_JSON");
                });
      }
    }

    // then both were tried, nothing is left over, and what is good is still taken in
    assertThat(answered).isBetween(BODIES / 10, BODIES * 9 / 10);
    assertThat(intake.inProgress()).isZero();
    assertThat(take("last", "{\"pdus\":[{\"say\":\"take-last\"}]}"))
        .isEqualTo("{\"pdus\":{\"$take-last\":{}}}");
    assertThat(journal()).hasSizeLessThanOrEqualTo(401);
  }

  private static void assertDocumented(byte[] answer, String body) {
    JsonObject read = JSON.readObject(answer);
    assertThat(read.members().keySet()).as(body).containsExactly("pdus");
    read.object("pdus")
        .orElseThrow()
        .members()
        .forEach(
            (id, result) -> {
              assertThat(id).startsWith("$");
              assertThat(result).isInstanceOf(JsonObject.class);
              JsonObject object = (JsonObject) result;
              assertThat(object.members().isEmpty() || object.string("error").isPresent()).isTrue();
            });
  }
}
