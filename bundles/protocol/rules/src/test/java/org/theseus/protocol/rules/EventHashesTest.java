package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.InvalidEventException;
import org.theseus.protocol.api.JsonObject;

/** Hashes and ids of what need be no whole event. */
class EventHashesTest {
  private static final JsonObject MESSAGE =
      Grammar.object(
          """
          {
              "content": {
                  "body": "Here is the message content"
              },
              "event_id": "$0:domain",
              "origin": "domain",
              "origin_server_ts": 1000000,
              "type": "m.room.message",
              "room_id": "!r:domain",
              "sender": "@u:domain",
              "signatures": {},
              "unsigned": {
                  "age_ts": 1000000
              }
          }
          """);

  @Test
  void theContentHashIsThatOfTheSpecification() {
    for (VersionRules rules : AuthCase.all()) {
      assertThat(Grammar.version(rules).contentHash(MESSAGE))
          .isEqualTo("onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g");
    }
  }

  @Test
  void anIdIsStatedAtFirstAndComputedFromVersion3() {
    assertThat(Grammar.version(VersionRules.V1).eventId(MESSAGE))
        .isEqualTo(EventId.of("$0:domain"));
    assertThat(Grammar.version(VersionRules.V2).eventId(MESSAGE))
        .isEqualTo(EventId.of("$0:domain"));
    for (VersionRules rules : AuthCase.since(3)) {
      RulesRoomVersion version = Grammar.version(rules);
      EventId id = version.eventId(MESSAGE);
      assertThat(id.value()).hasSize(44).startsWith("$");
      // what redaction takes away is no part of it, nor are signatures
      assertThat(version.eventId(version.redact(MESSAGE).without("signatures"))).isEqualTo(id);
    }
  }

  @Test
  void anIdThatShouldBeStatedAndIsNotIsAnError() {
    RulesRoomVersion version = Grammar.version(VersionRules.V1);
    assertThatThrownBy(() -> version.eventId(MESSAGE.without("event_id")))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("event_id is missing");
    assertThatThrownBy(() -> version.eventId(MESSAGE.with("event_id", "")))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("event_id is empty");
  }
}
