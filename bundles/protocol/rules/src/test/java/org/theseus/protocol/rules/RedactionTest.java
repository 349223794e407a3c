package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.theseus.protocol.api.JsonObject;

class RedactionTest {
  private static final Map<String, VersionRules> VERSIONS =
      Map.of(
          "1",
          VersionRules.V1,
          "5",
          VersionRules.V5,
          "6",
          VersionRules.V6,
          "7",
          VersionRules.V7,
          "8",
          VersionRules.V8,
          "9",
          VersionRules.V9,
          "10",
          VersionRules.V10,
          "11",
          VersionRules.V11,
          "12",
          VersionRules.V12);

  private static final String FULL =
      """
      {"event_id":"$e","type":"m.room.message","room_id":"!r:s","sender":"@a:s","state_key":"","content":{"body":"x"},
       "hashes":{"sha256":"h"},"signatures":{"s":{}},"depth":1,"prev_events":[],"prev_state":[],"auth_events":[],
       "origin":"s","origin_server_ts":1,"membership":"join","redacts":"$x","unsigned":{"age":1},"extra":1}
      """;

  @ParameterizedTest(name = "version {0}")
  @CsvSource({"1,true", "10,true", "11,false", "12,false"})
  void stripsTheEvent(String version, boolean early) {
    JsonObject expected =
        Grammar.object(FULL)
            .without("redacts", "unsigned", "extra")
            .with("content", JsonObject.EMPTY);
    assertThat(redact(version, Grammar.object(FULL)))
        .isEqualTo(early ? expected : expected.without("prev_state", "origin", "membership"));
  }

  @ParameterizedTest(name = "{1} in version {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          5  | m.room.member             | {"membership":"join","displayname":"A","join_authorised_via_users_server":"@b:s","third_party_invite":{"signed":{}}} | {"membership":"join"}
          8  | m.room.member             | {"membership":"join","join_authorised_via_users_server":"@b:s"} | {"membership":"join"}
          9  | m.room.member             | {"membership":"join","join_authorised_via_users_server":"@b:s"} | {"membership":"join","join_authorised_via_users_server":"@b:s"}
          10 | m.room.member             | {"membership":"invite","third_party_invite":{"signed":{"token":"t"}}} | {"membership":"invite"}
          11 | m.room.member             | {"membership":"invite","reason":"x","third_party_invite":{"display_name":"A","signed":{"token":"t"}}} | {"membership":"invite","third_party_invite":{"signed":{"token":"t"}}}
          12 | m.room.member             | {"third_party_invite":"odd"} | {}
          12 | m.room.member             | {"third_party_invite":{"x":1}} | {"third_party_invite":{}}
          10 | m.room.create             | {"creator":"@a:s","room_version":"10","m.federate":false} | {"creator":"@a:s"}
          11 | m.room.create             | {"creator":"@a:s","room_version":"11","x":{"y":1}} | {"creator":"@a:s","room_version":"11","x":{"y":1}}
          7  | m.room.join_rules         | {"join_rule":"restricted","allow":[]} | {"join_rule":"restricted"}
          8  | m.room.join_rules         | {"join_rule":"restricted","allow":[],"x":1} | {"join_rule":"restricted","allow":[]}
          10 | m.room.power_levels       | {"ban":1,"events":{"a":1},"events_default":1,"invite":1,"kick":1,"notifications":{},"redact":1,"state_default":1,"users":{"@a:s":1},"users_default":1} | {"ban":1,"events":{"a":1},"events_default":1,"kick":1,"redact":1,"state_default":1,"users":{"@a:s":1},"users_default":1}
          11 | m.room.power_levels       | {"ban":1,"invite":1,"notifications":{}} | {"ban":1,"invite":1}
          5  | m.room.aliases            | {"aliases":["#a:s"],"x":1} | {"aliases":["#a:s"]}
          6  | m.room.aliases            | {"aliases":["#a:s"]} | {}
          12 | m.room.history_visibility | {"history_visibility":"shared","x":1} | {"history_visibility":"shared"}
          10 | m.room.redaction          | {"redacts":"$e","reason":"r"} | {}
          11 | m.room.redaction          | {"redacts":"$e","reason":"r"} | {"redacts":"$e"}
          12 | m.room.topic              | {"topic":"t","membership":"join"} | {}
          """)
  void stripsTheContent(String version, String type, String content, String kept) {
    JsonObject event =
        Grammar.object(FULL).with("type", type).with("content", Grammar.object(content));
    JsonObject redacted = redact(version, event);
    assertThat(redacted.object("content")).contains(Grammar.object(kept));
    assertThat(redact(version, redacted)).as("redacted twice").isEqualTo(redacted);
  }

  @Test
  void copesWithEventsWithoutTypeOrContent() {
    assertThat(redact("12", Grammar.object("{\"content\":[1],\"type\":7,\"x\":1}")))
        .isEqualTo(Grammar.object("{\"content\":{},\"type\":7}"));
    assertThat(redact("12", JsonObject.EMPTY)).isEqualTo(Grammar.object("{\"content\":{}}"));
  }

  private static JsonObject redact(String version, JsonObject event) {
    return Grammar.version(VERSIONS.get(version)).redact(event);
  }
}
