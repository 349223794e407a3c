package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.Verdict;

/**
 * Events of any content in states of any content are judged, as the oracle judges them, and nothing
 * is thrown.
 */
class HostileContentTest {
  private static final int ROUNDS = 50 * Integer.getInteger("theseus.seeds", 10);

  private static final List<String> NAMES =
      List.of(
          "membership",
          "join_authorised_via_users_server",
          "third_party_invite",
          "signed",
          "mxid",
          "token",
          "signatures",
          "public_key",
          "public_keys",
          "join_rule",
          "users",
          "events",
          "notifications",
          "users_default",
          "state_default",
          "ban",
          "invite",
          "room_version",
          "creator",
          "additional_creators",
          "m.federate",
          "redacts",
          "ed25519:1",
          ALICE,
          BOB,
          "");

  private static final List<String> TEXTS =
      List.of(
          "join",
          "invite",
          "leave",
          "ban",
          "knock",
          "public",
          "restricted",
          ALICE,
          BOB,
          "@",
          "@:",
          "@x:",
          "@" + "é".repeat(126) + ":x",
          "@" + "é".repeat(127) + ":x",
          ":",
          "",
          "50",
          " +9 ",
          "9".repeat(500),
          "AAAA",
          "\0",
          "\uD800",
          "token",
          "12");

  private static final List<String> NUMBERS =
      List.of("0", "-0", "50", "5.5", "1e2", "-1e400", "1e-400", "9223372036854775808", "0.1e99");

  private static final List<String> TYPES =
      List.of(
          EventTypes.CREATE,
          EventTypes.MEMBER,
          EventTypes.MEMBER,
          EventTypes.POWER_LEVELS,
          EventTypes.JOIN_RULES,
          EventTypes.THIRD_PARTY_INVITE,
          EventTypes.ALIASES,
          EventTypes.REDACTION,
          "");

  @TestFactory
  Stream<DynamicTest> nothingIsThrown() {
    return AuthCase.all().stream()
        .map(rules -> DynamicTest.dynamicTest("version " + rules.id(), () -> judgeAll(rules)));
  }

  private static void judgeAll(VersionRules rules) {
    int allowed = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      // given
      Random random = new Random(seed);
      TestRoom room = new TestRoom(rules);
      Map<StateKey, Event> state = new HashMap<>();
      put(state, room.create().content(content(random, random.nextInt(2))));
      put(state, room.levels(ALICE).content(content(random, 3)));
      put(
          state,
          room.joinRule(ALICE, "").content(content(random, 1).with("join_rule", text(random))));
      put(state, room.member(ALICE, ALICE, random.nextInt(4) > 0 ? "join" : text(random)));
      put(state, room.member(BOB, BOB, text(random)));
      put(
          state,
          room.event(ALICE, EventTypes.THIRD_PARTY_INVITE)
              .key("token")
              .content(content(random, 3)));
      JsonObject content = content(random, 4);
      TestRoom.Draft draft = room.event(pick(random, List.of(ALICE, BOB)), pick(random, TYPES));
      draft.content(random.nextBoolean() ? content.with("membership", text(random)) : content);
      if (random.nextInt(8) > 0) {
        draft.key(text(random));
      }
      StateMap cited = room.state(state.values().toArray(Event[]::new));
      Event event = draft.authFrom(cited).build();

      // when
      Verdict byState = room.auth.byState(event, slot -> Optional.ofNullable(state.get(slot)));
      Verdict byAuthEvents = room.auth.byAuthEvents(event, room);

      // then
      for (Verdict verdict : List.of(byState, byAuthEvents)) {
        assertThat(verdict.reason().isEmpty()).isEqualTo(verdict.allowed());
      }
      allowed += byState.allowed() ? 1 : 0;
      AuthOracle oracle =
          new AuthOracle(
              Integer.parseInt(rules.id()),
              event,
              state,
              new ThirdPartyInvites(room.ed25519)::isSigned);
      assertThat(byState.allowed()).as(byState.reason() + event.json()).isEqualTo(oracle.allows());
      room.auth.powerLevel(event.sender(), slot -> Optional.ofNullable(state.get(slot)));
      room.auth.redactionApplies(event, event, slot -> Optional.ofNullable(state.get(slot)));
    }
    assertThat(allowed).isBetween(1, ROUNDS - 1);
  }

  private static void put(Map<StateKey, Event> state, TestRoom.Draft draft) {
    Event event = draft.add();
    state.put(event.slot().orElseThrow(), event);
  }

  private static JsonObject content(Random random, int members) {
    JsonObject content = JsonObject.EMPTY;
    for (int i = 0; i < members; i++) {
      content = content.with(pick(random, NAMES), value(random, 4));
    }
    return content;
  }

  private static JsonValue value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> JsonNull.NULL;
      case 1 -> JsonBoolean.of(random.nextBoolean());
      case 2 -> new JsonNumber(pick(random, NUMBERS));
      case 3, 4 -> new JsonString(text(random));
      case 5 ->
          new JsonArray(
              Stream.generate(() -> value(random, depth - 1)).limit(random.nextInt(3)).toList());
      default -> {
        JsonObject object = JsonObject.EMPTY;
        for (int i = random.nextInt(4); i > 0; i--) {
          object = object.with(pick(random, NAMES), value(random, depth - 1));
        }
        yield object;
      }
    };
  }

  private static String text(Random random) {
    return pick(random, TEXTS);
  }

  private static <T> T pick(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
