package org.theseus.transaction.core.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;

/** EDUs that nobody wants late may be lost, the others never. */
class FadingTest extends OutboxTest {
  private static Edu typing(String room, String text) {
    return new Edu(
        "m.typing",
        JsonObject.builder()
            .put("room_id", room)
            .put("user_id", "@a:us.example")
            .put("text", text)
            .build());
  }

  private static Edu presence(String user, String text) {
    JsonObject push = JsonObject.builder().put("user_id", user).build();
    return new Edu(
        "m.presence",
        JsonObject.builder().put("push", new JsonArray(List.of(push))).put("text", text).build());
  }

  private static Edu receipt(String user, String event) {
    JsonObject users =
        JsonObject.EMPTY.with(user, JsonObject.builder().put("event_ids", event).build());
    return new Edu(
        "m.receipt",
        JsonObject.EMPTY.with("!room:us.example", JsonObject.EMPTY.with("m.read", users)));
  }

  private static Edu durable(String type, String text) {
    return new Edu(type, JsonObject.builder().put("text", text).build());
  }

  private void send(Edu... edus) {
    for (Edu edu : edus) {
      sending.send(Set.of(PEER), edu);
    }
  }

  @Test
  void aNewerOneTakesThePlaceOfTheOlder() throws Exception {
    log(Set.of(PEER), "1");
    Call first = next();
    send(typing("!a", "old"), typing("!b", "b"), presence("@x", "old"), typing("!a", "new"));
    send(presence("@y", "y"), presence("@x", "new"));
    first.succeed();

    Call call = next();

    assertThat(call.edus()).containsExactly("b", "new", "y", "new");
    call.succeed();
    quiet();
  }

  @Test
  void whatIsStaleIsDroppedAndTheRestIsNot() throws Exception {
    log(Set.of(PEER), "1");
    Call first = next();
    send(typing("!a", "typing"), presence("@x", "presence"));
    send(durable("m.direct_to_device", "message"));
    clock.move(Duration.ofSeconds(40));
    first.succeed();

    assertThat(next().edus()).containsExactly("message", "presence");
  }

  @Test
  void aServerThatDoesNotAnswerIsNotToldLaterWhoTyped() throws Exception {
    log(Set.of(PEER), "1");
    Call first = next();
    send(typing("!a", "before"));
    first.fail();
    awaitFailures(1);
    send(typing("!b", "while"), presence("@x", "while"));
    for (String type :
        List.of("m.direct_to_device", "m.device_list_update", "m.signing_key_update", "m.ours")) {
      send(durable(type, type));
    }
    sending.retry(PEER);
    next().succeed();

    assertThat(next().edus())
        .containsExactly(
            "m.direct_to_device", "m.device_list_update", "m.signing_key_update", "m.ours");
  }

  @Test
  void theLastReceiptOfEachIsKeptOverAnOutage() throws Exception {
    log(Set.of(PEER), "1");
    next().fail();
    awaitFailures(1);
    send(receipt("@a", "$1"), receipt("@b", "$2"), receipt("@a", "$3"));
    sending.stop();
    start(LONG, "run 1");
    sending.retry(PEER);
    next().succeed();

    String edus = next().body().array("edus").orElseThrow().toString();
    assertThat(edus).contains("$2", "$3").doesNotContain("$1");
  }

  @Test
  void durableOnesKeepTheirOrderAndAHundredGoInOne() throws Exception {
    log(Set.of(PEER), "1");
    Call first = next();
    List<String> all = IntStream.range(0, 150).mapToObj(i -> "m" + i).toList();
    all.forEach(text -> send(durable("m.direct_to_device", text)));
    send(typing("!a", "typing"));
    first.succeed();

    Call second = next();
    assertThat(second.edus()).hasSize(100);
    List<String> sent = new ArrayList<>(second.edus());
    second.succeed();
    sent.addAll(next().edus());
    assertThat(sent).hasSize(151).startsWith(all.toArray(String[]::new)).endsWith("typing");
  }

  @Test
  void whatMayBeLostIsBounded() throws Exception {
    log(Set.of(PEER), "1");
    Call first = next();
    for (int i = 0; i < 130; i++) {
      send(typing("!" + i, "t" + i));
    }
    first.succeed();

    assertThat(next().edus()).hasSize(100).startsWith("t30").endsWith("t129");
  }

  @Test
  void whatWasFrozenIsRepeatedThoughItFades() throws Exception {
    send(typing("!a", "once"));
    Call first = next();
    first.fail();
    awaitFailures(1);
    clock.move(Duration.ofMinutes(10));
    sending.retry(PEER);

    Call again = next();
    assertThat(again.body().toBytes()).isEqualTo(first.body().toBytes());
    again.succeed();
    quiet();
  }
}
