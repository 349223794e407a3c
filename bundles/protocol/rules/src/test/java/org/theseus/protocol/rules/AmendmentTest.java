package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.Amendment;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.StateMap;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.api.Verdict;
import org.theseus.protocol.api.VerifyKey;

/** Further room versions, made of those there are. */
class AmendmentTest {
  private static final StateKey HOUSE = new StateKey("org.example.house", "");
  private static final String REASON = "topics do not name this house";

  /** A topic names the house, and stays when it is redacted. */
  private static final class HouseTopics implements Amendment {
    @Override
    public String id() {
      return "org.example.house";
    }

    @Override
    public JsonObject redact(JsonObject pdu, JsonObject redacted) {
      return pdu.string("type").equals(Optional.of("m.room.topic"))
          ? redacted.with("content", pdu.get("content").orElseThrow())
          : redacted;
    }

    @Override
    public Set<StateKey> authSlots(
        String type,
        Optional<String> stateKey,
        UserId sender,
        JsonObject content,
        Set<StateKey> slots) {
      Set<StateKey> more = new HashSet<>(slots);
      if (type.equals("m.room.topic")) {
        more.add(HOUSE);
      }
      return more;
    }

    @Override
    public Verdict judge(Event event, Function<StateKey, Optional<Event>> state, Verdict verdict) {
      return verdict.allowed() && event.type().equals("m.room.topic") && !isOfHouse(event, state)
          ? Verdict.reject(REASON)
          : verdict;
    }

    private static boolean isOfHouse(Event topic, Function<StateKey, Optional<Event>> state) {
      Optional<String> house = state.apply(HOUSE).flatMap(event -> event.content().string("name"));
      return house.isPresent() && topic.content().string("topic").equals(house);
    }
  }

  private static final String CREATE =
      """
      {"type":"m.room.create","state_key":"","room_id":"!r:domain","sender":"@a:domain",
       "content":{"room_version":"org.example.house","creator":"@a:domain"},
       "prev_events":[],"auth_events":[],"depth":1,"origin_server_ts":1}
      """;

  private static RoomVersion base(String id) {
    return RoomVersions.all(Grammar.ED25519, new TrieStateMaps()).get(Integer.parseInt(id) - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "6", "11"})
  void isAVersionOfItsOwn(String id) {
    RoomVersion derived = base(id).derive(new HouseTopics());
    JsonObject pdu = Grammar.object(CREATE).with("event_id", "$1:domain");
    Event create = derived.parse(pdu);

    assertThat(derived.id()).isEqualTo("org.example.house");
    assertThat(derived.traits()).isEqualTo(base(id).traits());
    assertThat(derived.authByState(create, slot -> Optional.empty())).isEqualTo(Verdict.ALLOW);
    assertThat(derived.authByAuthEvents(create, none -> Optional.empty())).isEqualTo(Verdict.ALLOW);
    assertThat(base(id).authByState(base(id).parse(pdu), slot -> Optional.empty()))
        .isEqualTo(Verdict.reject("the room version is not recognised"));
  }

  @Test
  void redactionReachesIdsAndSignatures() {
    RoomVersion derived = base("11").derive(new HouseTopics());
    JsonObject topic =
        Grammar.object(CREATE)
            .with("type", "m.room.topic")
            .with("content", Grammar.object("{\"topic\":\"Rose\"}"));
    ServerName server = ServerName.of("domain");
    VerifyKey key = new VerifyKey(Grammar.PUBLIC_KEY, Long.MAX_VALUE, false);

    Event signed = derived.hashAndSign(topic, server, Grammar.SIGNER);
    Event redacted = derived.parse(derived.redact(signed.json()));

    assertThat(redacted.content().string("topic")).contains("Rose");
    assertThat(redacted.id()).isEqualTo(signed.id());
    assertThat(signed.id()).isNotEqualTo(base("11").eventId(signed.json()));
    assertThat(derived.verify(redacted, (name, id) -> Optional.of(key)))
        .isEqualTo(new SignatureVerdict.Valid());
    JsonObject other = signed.json().with("content", Grammar.object("{\"topic\":\"Thorn\"}"));
    assertThat(derived.verify(derived.parse(other), (name, id) -> Optional.of(key)))
        .isInstanceOf(SignatureVerdict.Invalid.class);
  }

  /** A room of such a version in which two topics are set at once. */
  private static final class House {
    final TestRoom room = new TestRoom(VersionRules.V12.next(new HouseTopics()));
    StateMap state = room.state();

    House() {
      add(room.create());
      add(room.join(ALICE));
      add(room.joinRule(ALICE, "public"));
      add(room.join(BOB));
      add(room.levels(ALICE, "state_default", 0));
      add(room.event(ALICE, HOUSE.type()).key("").content("name", "Rose"));
    }

    Event add(TestRoom.Draft draft) {
      Event event = draft.authFrom(state).add();
      state = state.with(event.slot().orElseThrow(), event.id());
      return event;
    }
  }

  @Test
  void judgesByWhatItAddsToTheAuthEvents() {
    House house = new House();
    Event fine = house.room.topic(BOB, "Rose").authFrom(house.state).add();
    Event foreign = house.room.topic(BOB, "Thorn").authFrom(house.state).add();

    assertThat(fine.authEvents()).contains(house.state.get(HOUSE).orElseThrow());
    assertThat(house.room.auth.byAuthEvents(fine, house.room)).isEqualTo(Verdict.ALLOW);
    assertThat(house.room.auth.byAuthEvents(foreign, house.room)).isEqualTo(Verdict.reject(REASON));
    assertThat(new AuthRules(VersionRules.V12, Grammar.ED25519).citations(fine, house.room))
        .isEqualTo(Verdict.reject("there are more auth_events than can belong there"));
  }

  @Test
  void takesPartInStateResolution() {
    House house = new House();
    Event fine = house.room.topic(ALICE, "Rose").authFrom(house.state).time(1).add();
    Event foreign = house.room.topic(BOB, "Thorn").authFrom(house.state).time(2).add();
    StateKey slot = fine.slot().orElseThrow();

    StateMap resolved =
        house.room.resolve(house.state.with(slot, fine.id()), house.state.with(slot, foreign.id()));

    assertThat(resolved.get(slot)).contains(fine.id());
  }

  @Test
  void isDerivedFromAgain() {
    Amendment lenient =
        new Amendment() {
          @Override
          public String id() {
            return "org.example.lenient";
          }

          @Override
          public Verdict judge(
              Event event, Function<StateKey, Optional<Event>> state, Verdict verdict) {
            return verdict.equals(Verdict.reject(REASON)) ? Verdict.ALLOW : verdict;
          }
        };
    House house = new House();
    Event foreign = house.room.topic(BOB, "Thorn").authFrom(house.state).add();
    VersionRules again = house.room.rules.next(lenient);

    assertThat(again.id()).isEqualTo("org.example.lenient");
    assertThat(new AuthRules(again, Grammar.ED25519).byAuthEvents(foreign, house.room))
        .isEqualTo(Verdict.ALLOW);
  }
}
