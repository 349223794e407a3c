package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.InvalidEventException;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonMalformed;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.api.Verdict;

class EventFormatTest {
  private final RulesRoomVersion v10 = Grammar.version(VersionRules.V10);
  private final RulesRoomVersion v11 = Grammar.version(VersionRules.V11);
  private final RulesRoomVersion v12 = Grammar.version(VersionRules.V12);

  private static final JsonObject MESSAGE =
      Grammar.object(
          """
          {"type":"m.room.message","room_id":"!r:example.org","sender":"@alice:example.org","content":{"body":"hi"},
           "prev_events":["$p","$q"],"auth_events":["$c"],"depth":7,"origin_server_ts":1700000000000,
           "hashes":{"sha256":"x"},"signatures":{},"unsigned":{"age":1},"extra":[1]}
          """);

  /** The same as versions 1 and 2 have it. */
  private static final JsonObject FIRST_MESSAGE =
      MESSAGE
          .with("event_id", "$e:example.org")
          .with("prev_events", Grammar.json("[[\"$p:a.org\",{\"sha256\":\"x\"}]]"))
          .with("auth_events", Grammar.json("[[\"$c:a.org\",{}]]"));

  private static final JsonObject CREATE =
      Grammar.object(
          """
          {"type":"m.room.create","state_key":"","sender":"@alice:example.org",
           "content":{"room_version":"12","note":"é\\u2028😀"},
           "hashes":{"sha256":"Xy+hNJL0HuHvmm1mDgIrn2GNex7CO0nT5kpqF4KWWeE"},
           "prev_events":[],"auth_events":[],"depth":1,"origin_server_ts":1700000000000}
          """);

  @Test
  void readsAnEvent() {
    Event event = v11.parse(MESSAGE);

    assertThat(event.roomId()).isEqualTo(RoomId.of("!r:example.org"));
    assertThat(event.sender()).isEqualTo(UserId.of("@alice:example.org"));
    assertThat(event.type()).isEqualTo("m.room.message");
    assertThat(event.stateKey()).isEmpty();
    assertThat(event.slot()).isEmpty();
    assertThat(event.content()).isEqualTo(Grammar.object("{\"body\":\"hi\"}"));
    assertThat(event.prevEvents()).containsExactly(EventId.of("$p"), EventId.of("$q"));
    assertThat(event.authEvents()).containsExactly(EventId.of("$c"));
    assertThat(event.depth()).isEqualTo(7);
    assertThat(event.originServerTs()).isEqualTo(1_700_000_000_000L);
    assertThat(event.redacts()).isEmpty();
    assertThat(event.json()).isSameAs(MESSAGE);
  }

  @Test
  void takesItsIdFromTheReferenceHash() {
    JsonObject vector =
        Grammar.object(
            """
            {"auth_events":[],"content":{},"depth":3,"hashes":{"sha256":"5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos"},
             "origin":"domain","origin_server_ts":1000000,"prev_events":[],"room_id":"!x:domain","sender":"@a:domain",
             "signatures":{"domain":{"ed25519:1":"any"}},"type":"X","unsigned":{"age_ts":1000000}}
            """);
    // computed by hand in another language; 11 no longer keeps the origin
    assertThat(v10.parse(vector).id())
        .isEqualTo(EventId.of("$8yif6p8EqgoSten2BLje9ntKm720NyFLWQv9tn8memc"));
    assertThat(v11.parse(vector).id())
        .isEqualTo(EventId.of("$70O_oKlXzFbkfu0KE88USi98DjSWrOELrPj-8tisl8I"));
    assertThat(Grammar.version(VersionRules.V3).parse(vector.without("origin")).id())
        .isEqualTo(EventId.of("$70O/oKlXzFbkfu0KE88USi98DjSWrOELrPj+8tisl8I"));
    assertThat(v11.parse(vector.without("unsigned", "signatures", "origin")).id())
        .isEqualTo(EventId.of("$70O_oKlXzFbkfu0KE88USi98DjSWrOELrPj-8tisl8I"));
  }

  @Test
  void namesARoomOfVersion12AfterItsCreateEvent() {
    Event create = v12.parse(CREATE);

    assertThat(create.id()).isEqualTo(EventId.of("$mnBlW96LlP3Gtjqo-LyPsfUhDoobwqc42l8VD0ICEsw"));
    assertThat(create.roomId())
        .isEqualTo(RoomId.of("!mnBlW96LlP3Gtjqo-LyPsfUhDoobwqc42l8VD0ICEsw"));
    assertThat(create.slot()).contains(StateKey.CREATE);
    assertThat(v12.contentHashMatches(create)).isTrue();
    assertDropped(v11, CREATE, "M_BAD_JSON", "room_id is missing");
    assertDropped(v12, MESSAGE.without("room_id"), "M_BAD_JSON", "room_id is missing");
  }

  @Test
  void leavesItToTheAuthRulesToRejectACreateEventOfVersion12WithARoomId() {
    Event create = v12.parse(CREATE.with("room_id", "!claimed:example.org"));
    assertThat(create.roomId().value()).isEqualTo("!" + create.id().value().substring(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type",
        "room_id",
        "sender",
        "content",
        "prev_events",
        "auth_events",
        "depth",
        "origin_server_ts"
      })
  void dropsAnEventThatLacksAMember(String name) {
    InvalidEventException dropped =
        catchThrowableOfType(InvalidEventException.class, () -> v11.parse(MESSAGE.without(name)));
    assertThat(dropped.error().status()).isEqualTo(400);
    assertThat(dropped.error().errcode()).isEqualTo("M_BAD_JSON");
    assertThat(dropped.error().error()).startsWith(name + " is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          type             | 1           | type has the wrong type
          type             | null        | type has the wrong type
          room_id          | ["!r:s"]    | room_id has the wrong type
          room_id          | "r:s"       | room_id is no room id
          sender           | "alice"     | sender is no user id
          sender           | "@alice"    | sender is no user id
          sender           | "@alice:b d" | sender is no user id
          sender           | {}          | sender has the wrong type
          state_key        | null        | state_key has the wrong type
          state_key        | 1           | state_key has the wrong type
          content          | []          | content has the wrong type
          content          | "x"         | content has the wrong type
          prev_events      | {}          | prev_events has the wrong type
          prev_events      | [["$a",{"sha256":"h"}]] | prev_events holds what is no event id
          prev_events      | [""]        | prev_events holds what is no event id
          auth_events      | [1]         | auth_events holds what is no event id
          depth            | "7"         | depth is missing or no integer
          depth            | -1          | depth is negative
          depth            | 9007199254740992 | a number in the event is not canonical JSON
          depth            | 1e2         | a number in the event is not canonical JSON
          origin_server_ts | true        | origin_server_ts is missing or no integer
          origin_server_ts | 1.0         | a number in the event is not canonical JSON
          hashes           | "x"         | hashes has the wrong type
          signatures       | []          | signatures has the wrong type
          unsigned         | null        | unsigned has the wrong type
          extra            | {"a":[-0]}  | a number in the event is not canonical JSON
          extra            | 0.5         | a number in the event is not canonical JSON
          """)
  void dropsAnEventWhoseMemberIsOdd(String name, String value, String reason) {
    assertDropped(v11, MESSAGE.with(name, Grammar.json(value)), "M_BAD_JSON", reason);
  }

  @Test
  void dropsAnEventThatIsMalformedAnywhere() {
    JsonObject pdu =
        MESSAGE.with("extra", new JsonArray(List.of(new JsonMalformed(JsonObject.EMPTY))));
    for (VersionRules rules : List.of(VersionRules.V5, VersionRules.V12)) {
      assertDropped(
          Grammar.version(rules),
          pdu,
          "M_BAD_JSON",
          "the event holds a name twice or half a surrogate pair");
    }
  }

  @Test
  void readsTheTargetOfARedactionWhereItsVersionKeepsIt() {
    JsonObject above = MESSAGE.with("type", "m.room.redaction").with("redacts", "$above");
    JsonObject both = above.with("content", Grammar.object("{\"redacts\":\"$inside\"}"));

    assertThat(v10.parse(both).redacts()).contains(EventId.of("$above"));
    assertThat(v11.parse(both).redacts()).contains(EventId.of("$inside"));
    assertThat(v11.parse(above).redacts()).isEmpty();
    assertThat(v10.parse(both.with("type", "m.room.message")).redacts()).isEmpty();
    assertDropped(
        v10, both.with("redacts", Grammar.json("7")), "M_BAD_JSON", "redacts has the wrong type");
    assertThat(
            v11.parse(
                    above
                        .with("redacts", Grammar.json("7"))
                        .with("content", Grammar.object("{\"redacts\":7}")))
                .redacts())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"type", "state_key", "sender", "room_id"})
  void countsIdentifiersInCodePointsOrBytes(String name) {
    String prefix = name.equals("sender") ? "@" : name.equals("room_id") ? "!" : "";
    String suffix = name.equals("sender") ? ":example.org" : "";
    JsonObject longest =
        MESSAGE.with(name, prefix + "a".repeat(255 - prefix.length() - suffix.length()) + suffix);
    JsonObject tooLong =
        MESSAGE.with(name, prefix + "a".repeat(256 - prefix.length() - suffix.length()) + suffix);
    JsonObject wide = MESSAGE.with(name, prefix + "é".repeat(200) + suffix);

    assertThat(v10.parse(longest)).isNotNull();
    assertThat(v11.parse(longest)).isNotNull();
    assertDropped(v10, tooLong, "M_TOO_LARGE", name + " is longer than 255");
    assertDropped(v11, tooLong, "M_TOO_LARGE", name + " is longer than 255");
    assertDropped(v11, wide, "M_TOO_LARGE", name + " is longer than 255");
    // up to version 10 such an event is kept, and rejected
    Event kept = v10.parse(wide);
    assertThat(v10.authByAuthEvents(kept, id -> Optional.empty()))
        .isEqualTo(Verdict.reject(name + " is longer than 255 bytes"));
    assertThat(v10.authByState(kept, slot -> Optional.empty()))
        .isEqualTo(Verdict.reject(name + " is longer than 255 bytes"));
  }

  @Test
  void dropsAnEventOfMoreThan64Kibibytes() {
    int others = MESSAGE.with("extra", "").toSortedBytes().length;
    JsonObject largest = MESSAGE.with("extra", "x".repeat(65_536 - others));

    assertThat(v11.parse(largest).json()).isEqualTo(largest);
    assertDropped(
        v11,
        MESSAGE.with("extra", "x".repeat(65_537 - others)),
        "M_TOO_LARGE",
        "the event is larger than 65536 bytes");
    assertDropped(
        v11,
        MESSAGE.with("extra", "é".repeat(33_000)),
        "M_TOO_LARGE",
        "the event is larger than 65536 bytes");
  }

  @Test
  void takesUsersOfOldAndPortsAndAddresses() {
    for (String sender :
        List.of(
            "@:example.org",
            "@Ünï=/+ code!:example.org:8448",
            "@a:[2001:db8::1]:80",
            "@a:1.2.3.4")) {
      assertThat(v12.parse(MESSAGE.with("sender", sender)).sender().value()).isEqualTo(sender);
    }
  }

  @Test
  void readsMoreReferencesThanMayBeSentButTells() {
    Event prevs = v12.parse(MESSAGE.with("prev_events", ids(21)));
    Event auths = v12.parse(MESSAGE.with("auth_events", ids(11)));
    Event most = v12.parse(MESSAGE.with("prev_events", ids(20)).with("auth_events", ids(10)));

    assertThat(prevs.exceedsReferenceLimits()).isTrue();
    assertThat(auths.exceedsReferenceLimits()).isTrue();
    assertThat(most.exceedsReferenceLimits()).isFalse();
  }

  @Test
  void doesNotEnforceCanonicalJsonBeforeVersion6() {
    Event event =
        Grammar.version(VersionRules.V5).parse(MESSAGE.with("extra", Grammar.json("[1.5,-0,1e3]")));
    assertThat(event.json().array("extra").get().toBytes()).asString().isEqualTo("[1.5,-0,1e3]");
  }

  @Test
  void readsTheFormatOfVersion1() {
    RulesRoomVersion v1 = Grammar.version(VersionRules.V1);
    JsonObject pairs =
        MESSAGE
            .with("event_id", "$opaque:other.org")
            .with("prev_events", Grammar.json("[[\"$p:a.org\",{\"sha256\":\"x\"}]]"))
            .with("auth_events", Grammar.json("[]"));

    Event event = v1.parse(pairs);
    assertThat(event.id()).isEqualTo(EventId.of("$opaque:other.org"));
    assertThat(event.prevEvents()).containsExactly(EventId.of("$p:a.org"));
    assertThat(v1.signatures(event))
        .containsOnlyKeys(ServerName.of("example.org"), ServerName.of("other.org"));
    assertDropped(v1, pairs.without("event_id"), "M_BAD_JSON", "event_id is missing");
    assertDropped(v1, pairs.with("event_id", "$x"), "M_BAD_JSON", "event_id names no server");
    for (String odd : List.of("[\"$p:a.org\"]", "[[]]", "[[7,{}]]", "[[\"$p:a.org\"]]")) {
      JsonObject pdu = pairs.with("prev_events", Grammar.json(odd));
      assertDropped(v1, pdu, "M_BAD_JSON", "prev_events holds what is no event id");
    }
  }

  @Test
  void namesEventsOfVersion1ByIdAndHash() {
    // given two events of version 1 that only differ in their time
    RulesRoomVersion v1 = Grammar.version(VersionRules.V1);
    ServerName server = ServerName.of("example.org");
    JsonObject draft =
        MESSAGE
            .without("hashes", "signatures")
            .with("prev_events", JsonArray.EMPTY)
            .with("auth_events", JsonArray.EMPTY);
    Event event = v1.hashAndSign(draft, server, Grammar.SIGNER);
    Event other =
        v1.hashAndSign(draft.with("origin_server_ts", JsonNumber.of(1)), server, Grammar.SIGNER);

    // then each has an id of its own, of its sender's server
    assertThat(event.id().value()).matches("\\$[A-Za-z0-9_-]{43}:example\\.org");
    assertThat(other.id()).isNotEqualTo(event.id());
    assertThat(v1.contentHashMatches(event)).isTrue();
    assertThat(v1.hashAndSign(event.json().without("hashes"), server, Grammar.SIGNER))
        .isEqualTo(event);

    // and is named together with its reference hash, which version 3 makes the id of
    EventSource events = id -> Optional.of(new EventSource.Judged(event, false));
    String hash = new EventHashes(VersionRules.V3).id(event.json()).value().substring(1);
    JsonArray references = v1.references(List.of(event.id()), events);
    assertThat(references)
        .isEqualTo(Grammar.json("[[\"" + event.id() + "\",{\"sha256\":\"" + hash + "\"}]]"));
    assertThat(v1.parse(event.json().with("prev_events", references)).prevEvents())
        .containsExactly(event.id());
    assertThatThrownBy(() -> v1.references(List.of(event.id()), id -> Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no such event: " + event.id());
    assertThat(v11.references(List.of(EventId.of("$p")), id -> Optional.empty()))
        .isEqualTo(Grammar.json("[\"$p\"]"));
  }

  @Test
  void everyVersionOfTheSpecificationIsThere() {
    assertThat(RoomVersions.all(Grammar.ED25519, new TrieStateMaps()))
        .extracting(RoomVersion::id)
        .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
  }

  @Test
  void dropsOrReadsWhateverItIsGiven() {
    List<JsonValue> odd =
        Stream.of(
                "null",
                "true",
                "0",
                "-1",
                "9007199254740991",
                "\"\"",
                "\"@\"",
                "\"m.room.create\"",
                "\"m.room.member\"",
                "\"$\"",
                "[]",
                "[\"$a\"]",
                "[[]]",
                "{}",
                "{\"sha256\":1}",
                "{\"alice.example\":{\"ed25519:1\":[]}}",
                "{\"membership\":\"join\",\"join_authorised_via_users_server\":{}}",
                "{\"membership\":\"invite\",\"third_party_invite\":7}")
            .map(Grammar::json)
            .toList();
    List<String> names =
        Stream.concat(
                MESSAGE.members().keySet().stream(), Stream.of("state_key", "redacts", "event_id"))
            .toList();
    Random random = new Random(3);
    int read = 0;
    List<RulesRoomVersion> versions = AuthCase.all().stream().map(Grammar::version).toList();
    for (int i = 0; i < 12_000; i++) {
      RulesRoomVersion version = versions.get(i % versions.size());
      JsonObject pdu = i % versions.size() < 2 ? FIRST_MESSAGE : MESSAGE;
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        pdu =
            pdu.with(names.get(random.nextInt(names.size())), odd.get(random.nextInt(odd.size())));
      }
      try {
        Event event = version.parse(pdu);
        version.verify(event, (server, key) -> Optional.empty());
        version.contentHashMatches(event);
        Event redacted = version.parse(version.redact(pdu));
        assertThat(redacted.id()).isEqualTo(event.id());
        assertThat(version.redact(redacted.json())).isEqualTo(redacted.json());
        read++;
      } catch (InvalidEventException dropped) {
        assertThat(dropped.error().status()).isBetween(400, 413);
      }
    }
    assertThat(read).isBetween(1_200, 10_800);
  }

  @Test
  void survivesTheDeepestNesting() throws InterruptedException {
    JsonObject deep = MESSAGE.with("extra", Grammar.json("[".repeat(998) + "]".repeat(998)));
    Event[] event = new Event[1];
    Thread smallStack =
        new Thread(null, () -> event[0] = v12.parse(deep), "small stack", 512 * 1024);
    smallStack.start();
    smallStack.join();
    assertThat(event[0]).isNotNull();
  }

  private static JsonArray ids(int count) {
    return JsonArray.ofStrings(IntStream.range(0, count).mapToObj(i -> "$" + i).toList());
  }

  private static void assertDropped(
      RulesRoomVersion version, JsonObject pdu, String errcode, String message) {
    InvalidEventException dropped =
        catchThrowableOfType(InvalidEventException.class, () -> version.parse(pdu));
    assertThat(dropped).as("dropped: %s", message).isNotNull();
    assertThat(dropped.error().errcode()).isEqualTo(errcode);
    assertThat(dropped.error().status()).isEqualTo(errcode.equals("M_TOO_LARGE") ? 413 : 400);
    assertThat(dropped.error().error()).isEqualTo(message);
  }
}
