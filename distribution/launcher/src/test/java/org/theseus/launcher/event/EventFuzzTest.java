package org.theseus.launcher.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.launcher.event.TestGraph.ALICE;
import static org.theseus.launcher.event.TestGraph.BOB;
import static org.theseus.launcher.event.TestGraph.CAROL;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;

/**
 * Spoilt input, for every operation: an answer or an error in words, and memory in proportion. A
 * seed that once failed is added to the others.
 */
class EventFuzzTest {
  private static final int ROUNDS = 400;
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** What an operation needs whatever its input is, most of it to link its classes once. */
  private static final long BASE = 3L << 20;

  /** What was thrown away meanwhile included. */
  private static final long TIMES = 40;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final String SIGN = " --server domain --key-id ed25519:1 --seed " + Typed.SEED;

  @TempDir Path directory;

  private long given;

  /** The tables of the first signature are no matter of its input. */
  @BeforeAll
  static void theFirstSignatureIsMade() {
    assertThat(Typed.event("{}", "sign --json-object" + SIGN).status()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "canonical,1",
    "id,2",
    "hash,3",
    "redact,4",
    "sign,5",
    "verify,6",
    "auth,7",
    "resolve,8",
    "replay,9",
    "auth,10",
    "resolve,11",
    "replay,12",
    "sign,1018"
  })
  void spoiltInputIsAnsweredOrRefusedInWords(String operation, long seed) throws IOException {
    Random random = new Random(seed);
    int[] seen = new int[3];
    long end = System.nanoTime() + LONGEST.toNanos();
    for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
      int version = 1 + random.nextInt(12);
      TestGraph graph = room(version);
      String flags = operation.equals("canonical") ? "" : " --room-version " + version;
      given = 0;
      JsonValue input =
          switch (operation) {
            case "resolve" -> {
              flags += " --events " + file(graph.json(), random);
              yield Typed.json(
                  "[[\"create\",\"alice\",\"levels\",\"bob\",\"topic\"],"
                      + "[\"create\",\"alice\",\"rule\",\"banned\",\"lower\"],[\"create\"]]");
            }
            case "replay" -> graph.json();
            case "auth" -> {
              JsonObject event = graph.take();
              flags += " --auth-events " + file(graph.json(), random);
              yield event;
            }
            case "verify" -> {
              JsonValue keys = Typed.json("{\"x\":{\"ed25519:1\":\"" + Typed.PUBLIC_KEY + "\"}}");
              flags += " --keys " + file(keys, random);
              yield Typed.event(graph.last().toBytes(), "sign" + flags(version) + SIGN).json();
            }
            default -> graph.last();
          };
      if (operation.equals("sign")) {
        flags = (random.nextInt(4) == 0 ? " --json-object" : flags) + SIGN;
      }
      byte[] stdin = Mutations.bytes(Mutations.of(input, random), random);
      seen[check(stdin, operation + flags)]++;
    }
    assertThat(seen[2]).as("refused").isPositive();
    assertThat(seen[0] + seen[1]).as("answered").isPositive();
  }

  private static String flags(int version) {
    return " --room-version " + version;
  }

  /** Mostly as it is, since the operation needs it whole to come far. */
  private String file(JsonValue value, Random random) throws IOException {
    JsonValue written = random.nextInt(3) == 0 ? Mutations.of(value, random) : value;
    byte[] bytes = written.toBytes();
    given += bytes.length;
    return Files.write(directory.resolve("file"), bytes).toString();
  }

  private int check(byte[] stdin, String words) {
    given += stdin.length;
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Typed answer = Typed.event(stdin, words);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

    if (answer.status() == 2) {
      assertThat(answer.out()).isEmpty();
      assertThat(answer.err()).isNotBlank();
    } else {
      assertThat(answer.status()).isBetween(0, 1);
      assertThat(answer.err()).isEmpty();
      assertThat(answer.out().indexOf('\n')).isEqualTo(answer.out().length() - 1);
      assertThat(answer.json()).isNotNull();
    }

    assertThat(allocated).as("allocated for %s bytes", given).isLessThan(BASE + TIMES * given);
    return answer.status();
  }

  /** A room with a fork, the kinds of events that the rules know, and odd ones. */
  private static TestGraph room(int version) {
    TestGraph graph = new TestGraph(version);
    graph.event("topic", BOB, "m.room.topic", "", "{}").citing("create", "levels", "bob");
    graph
        .event("lower", ALICE, "m.room.power_levels", "", graph.levels(0))
        .after("bob")
        .citing("create", "levels", "alice");
    graph
        .event("banned", ALICE, "m.room.member", BOB, "{'membership':'ban'}")
        .citing("create", "lower", "alice", "bob");
    graph
        .event(
            "token",
            ALICE,
            "m.room.third_party_invite",
            "t",
            "{'public_key':'" + Typed.PUBLIC_KEY + "'}")
        .after("topic", "banned")
        .citing("create", "lower", "alice");
    graph
        .event(
            "invited",
            ALICE,
            "m.room.member",
            CAROL,
            "{'membership':'invite','third_party_invite':{'signed':{'mxid':'@carol:z','token':'t',"
                + "'signatures':{'i':{'ed25519:0':'"
                + "A".repeat(86)
                + "'}}}}}")
        .citing("create", "lower", "alice", "token");
    graph
        .event(
            "joined",
            CAROL,
            "m.room.member",
            CAROL,
            "{'membership':'join','join_authorised_via_users_server':'@alice:x'}")
        .citing("create", "lower", "alice", "rule");
    return graph;
  }
}
