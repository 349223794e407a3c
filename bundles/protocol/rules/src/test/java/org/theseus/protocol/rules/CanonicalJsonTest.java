package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonMalformed;
import org.theseus.protocol.api.JsonObject;

class CanonicalJsonTest {
  private final RulesSignedJson signedJson = new RulesSignedJson(Grammar.ED25519);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {} | {}
          {"one": 1, "two": "Two"} | {"one":1,"two":"Two"}
          {"b": "2", "a": "1"} | {"a":"1","b":"2"}
          {"auth": {"success": true, "mxid": "@john.doe:example.com", "profile": {"display_name": "John Doe", "three_pids": [{"medium": "email", "address": "john.doe@example.org"}, {"medium": "msisdn", "address": "123456789"}]}}} | {"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe","three_pids":[{"address":"john.doe@example.org","medium":"email"},{"address":"123456789","medium":"msisdn"}]},"success":true}}
          {"a": "日本語"} | {"a":"日本語"}
          {"本": 2, "日": 1} | {"日":1,"本":2}
          {"a": "\\u65E5"} | {"a":"日"}
          {"a": null} | {"a":null}
          {"a": -0, "b": 1e10} | {"a":0,"b":10000000000}
          """)
  void writesTheExamplesOfTheSpecification(String json, String canonical) {
    assertThat(canonical(json)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "0e5,0",
    "-0E-99999999999999999999,0",
    "0e999999999999,0",
    "1e0,1",
    "1e+2,100",
    "-3E2,-300",
    "1e15,1000000000000000",
    "1200e-2,12",
    "-1200E-02,-12",
    "1e000000000000000000002,100",
    "1e-0,1",
    "9007199254740991,9007199254740991",
    "-9007199254740991,-9007199254740991"
  })
  void writesIntegersWithoutExponent(String literal, String canonical) {
    assertThat(canonical(literal)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9007199254740992",
        "-9007199254740992",
        "1e16",
        "1e17",
        "-1e999999999999999999",
        "1e-1",
        "12e-2",
        "1.5",
        "1.0",
        "-0.0",
        "1e-99999999999999999999",
        "99999999999999999999999999999999999",
        "1234567890123456e1"
      })
  void refusesFractionsAndWhatIsOutOfRange(String literal) {
    JsonException exception =
        catchThrowableOfType(JsonException.class, () -> canonical("{\"a\":[" + literal + "]}"));
    assertThat(exception.error().status()).isEqualTo(400);
    assertThat(exception.error().errcode()).isEqualTo("M_BAD_JSON");
    assertThat(exception.error().error()).contains("no integer between");
  }

  @Test
  void refusesWhatIsMalformed() {
    JsonArray value = new JsonArray(List.of(new JsonMalformed(JsonObject.EMPTY)));
    JsonException exception =
        catchThrowableOfType(JsonException.class, () -> signedJson.canonical(value));
    assertThat(exception.error().errcode()).isEqualTo("M_BAD_JSON");
    assertThat(exception.error().error()).isEqualTo("not strict JSON");
  }

  @Test
  void refusesAMillionDigitsAtOnce() {
    String digits = "1" + "0".repeat(1_000_000);
    assertThat(catchThrowableOfType(JsonException.class, () -> canonical(digits))).isNotNull();
    assertThat(canonical(digits + "e-1000000")).isEqualTo("1");
  }

  @Test
  void sortsByCodePointsAndNotByChars() {
    // U+FF5E is less than U+1F600, whose first char in Java is U+D83D
    assertThat(canonical("{\"😀\":1,\"～\":2,\"z\":3,\"\":4,\"～a\":5}"))
        .isEqualTo("{\"\":4,\"z\":3,\"～\":2,\"～a\":5,\"😀\":1}");
  }

  @Test
  void escapesWhatTheGrammarEscapesAndNothingElse() {
    assertThat(
            canonical(
                "\"\\u0000\\u0008\\t\\n"
                    + "\\u000b\\f\\r"
                    + "\\u001f \\u0022\\\\\\/\\u007f\\u0080\\u2028\\ud83d\\ude00\""))
        .isEqualTo("\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f \\\"\\\\/\u007f\u0080\u2028😀\"");
  }

  @Test
  void isCanonicalOnceWritten() {
    String once = canonical("{\"b\":[-0,1e3,{\"d\":null,\"c\":[]}],\"a\":\"\\u00e9\"}");
    assertThat(canonical(once)).isEqualTo(once);
    assertThat(CanonicalJson.isCanonical(Grammar.json(once))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "1,true",
    "0,true",
    "-5,true",
    "-0,false",
    "1e2,false",
    "1.0,false",
    "9007199254740992,false"
  })
  void tellsNumbersThatAreWrittenCanonically(String literal, boolean canonical) {
    assertThat(CanonicalJson.isCanonical(Grammar.json("{\"x\":[{\"y\":" + literal + "}]}")))
        .isEqualTo(canonical);
  }

  @Test
  void copesWithTheDeepestNesting() throws InterruptedException {
    String deep = "[".repeat(1000) + "]".repeat(1000);
    String[] result = new String[1];
    Thread smallStack =
        new Thread(null, () -> result[0] = canonical(deep), "small stack", 512 * 1024);
    smallStack.start();
    smallStack.join();
    assertThat(result[0]).isEqualTo(deep);
  }

  private String canonical(String json) {
    return new String(signedJson.canonical(Grammar.json(json)), StandardCharsets.UTF_8);
  }
}
