package org.theseus.launcher.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "canonical",
        "id",
        "hash",
        "redact",
        "sign",
        "verify",
        "auth",
        "resolve",
        "replay"
      })
  void everyOperationHasHelpAndRefusesWhatItDoesNotKnow(String operation) {
    Typed help = Typed.event("", operation + " --help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).startsWith("theseus event " + operation);
    assertThat(help.err()).isEmpty();

    assertThat(Typed.event("{}", operation + " --sail fast"))
        .isEqualTo(new Typed(2, "", "unknown flag --sail"));
    assertThat(Typed.event("{}", operation + " event.json"))
        .isEqualTo(new Typed(2, "", "what is event.json? The JSON comes from stdin"));
  }

  @Test
  void thereIsHelpAboutTheWhole() {
    Typed help = Typed.event("", "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out()).startsWith("theseus event OPERATION");
    assertThat(Typed.event("", "help")).isEqualTo(help);
    assertThat(Typed.event("", "")).isEqualTo(new Typed(2, "", help.out()));
    assertThat(Typed.event("", "sail"))
        .isEqualTo(new Typed(2, "", "no such operation: sail; see theseus event --help"));
  }

  @ParameterizedTest
  @CsvSource({
    "id,--room-version is missing",
    "id --room-version,--room-version needs a value",
    "id --room-version 13,'--room-version: there is no 13, only 1 to 12'",
    "id --room-version 0,'--room-version: there is no 0, only 1 to 12'",
    "id --room-version 1 --room-version 2,--room-version is given twice",
    "auth --room-version 11,--auth-events is missing",
    "auth --room-version 11 --auth-events nowhere,--auth-events: there is no file nowhere",
    "auth --room-version 11 --auth-events /,/ cannot be read: Is a directory",
    "verify --room-version 11,--keys is missing",
    "resolve --room-version 11,--events is missing",
    "sign --json-object,--server is missing"
  })
  void flagsThatAreMissingOrWrongAreNamed(String words, String message) {
    assertThat(Typed.event("{}", words)).isEqualTo(new Typed(2, "", message));
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "hash", "redact"})
  void anEventIsAnObjectWithTypeAndContent(String operation) {
    String words = operation + " --room-version 11";
    assertThat(Typed.event("[]", words)).isEqualTo(new Typed(2, "", "the event is no JSON object"));
    for (String json :
        new String[] {
          "{}", "{\"type\":\"X\"}", "{\"type\":1,\"content\":{}}", "{\"content\":{}}"
        }) {
      assertThat(Typed.event(json, words))
          .isEqualTo(new Typed(2, "", "the event has no type or no content"));
    }
    assertThat(Typed.event("", words)).isEqualTo(new Typed(2, "", "stdin: empty"));
  }

  @ParameterizedTest
  @CsvSource({"1.5", "1e2", "-0", "9007199254740992"})
  void numbersAreJudgedFromVersion6On(String number) {
    String json = "{\"type\":\"X\",\"content\":{\"n\":" + number + "}}";
    for (String operation : new String[] {"hash", "redact"}) {
      assertThat(Typed.event(json, operation + " --room-version 5").status()).isZero();
      assertThat(Typed.event(json, operation + " --room-version 6"))
          .isEqualTo(
              new Typed(
                  2, "", "a number in the event is not canonical JSON, as room version 6 asks"));
    }
  }
}
