package org.theseus.launcher.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalTest {
  /** The examples of the specification, each with what it becomes. */
  private static final List<String> EXAMPLES =
      List.of(
          "{}",
          "{}",
          "{\n    \"one\": 1,\n    \"two\": \"Two\"\n}",
          "{\"one\":1,\"two\":\"Two\"}",
          "{\n    \"b\": \"2\",\n    \"a\": \"1\"\n}",
          "{\"a\":\"1\",\"b\":\"2\"}",
          "{\"b\":\"2\",\"a\":\"1\"}",
          "{\"a\":\"1\",\"b\":\"2\"}",
          """
          {
              "auth": {
                  "success": true,
                  "mxid": "@john.doe:example.com",
                  "profile": {
                      "display_name": "John Doe",
                      "three_pids": [
                          {
                              "medium": "email",
                              "address": "john.doe@example.org"
                          },
                          {
                              "medium": "msisdn",
                              "address": "123456789"
                          }
                      ]
                  }
              }
          }
          """,
          "{\"auth\":{\"mxid\":\"@john.doe:example.com\",\"profile\":{\"display_name\":\"John"
              + " Doe\","
              + "\"three_pids\":[{\"address\":\"john.doe@example.org\",\"medium\":\"email\"},"
              + "{\"address\":\"123456789\",\"medium\":\"msisdn\"}]},\"success\":true}}",
          "{\n    \"a\": \"日本語\"\n}",
          "{\"a\":\"日本語\"}",
          "{\n    \"本\": 2,\n    \"日\": 1\n}",
          "{\"日\":1,\"本\":2}",
          "{\n    \"a\": \"\\u65E5\"\n}",
          "{\"a\":\"日\"}",
          "{\n    \"a\": null\n}",
          "{\"a\":null}",
          "{\n    \"a\": -0,\n    \"b\": 1e10\n}",
          "{\"a\":0,\"b\":10000000000}");

  @Test
  void theExamplesOfTheSpecificationBecomeWhatItSays() {
    for (int i = 0; i < EXAMPLES.size(); i += 2) {
      assertThat(Typed.event(EXAMPLES.get(i), "canonical"))
          .isEqualTo(new Typed(0, EXAMPLES.get(i + 1) + "\n", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "true", "\"\"", "[]", "-9007199254740991", "9007199254740991"})
  void anyValueIsTaken(String json) {
    assertThat(Typed.event(" " + json + "\r\n", "canonical"))
        .isEqualTo(new Typed(0, json + "\n", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":1}",
        "\"\\ud800\"",
        "{\"\\udc00\":1}",
        "1.5",
        "1.0",
        "1e-1",
        "9007199254740992",
        "-9007199254740992",
        "1e999999999",
        "01",
        "+1",
        "[1,]",
        "{} {}",
        "NaN",
        "\"\u0000\"",
        "\"a\nb\"",
        "{a:1}",
        "'a'",
        "\ufeff{}"
      })
  void everythingElseIsRefused(String json) {
    Typed refused = Typed.event(json, "canonical");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"22ff22", "22c08022", "22eda08022", "22f490808022"})
  void whatIsNotUtf8IsRefused(String hex) {
    assertThat(Typed.event(HexFormat.of().parseHex(hex), "canonical"))
        .isEqualTo(new Typed(2, "", "stdin: not UTF-8"));
  }

  @Test
  void aThousandLevelsAreReadAndNoMore() {
    String deepest = "[".repeat(1000) + "]".repeat(1000);
    assertThat(Typed.event(deepest, "canonical")).isEqualTo(new Typed(0, deepest + "\n", ""));
    assertThat(Typed.event("[" + deepest + "]", "canonical").status()).isEqualTo(2);
  }

  @Test
  void namesAreSortedByCodePoints() {
    // U+FF5E comes before U+1F600, whose first char in UTF-16 is U+D83D
    assertThat(Typed.event("{\"😀\":1,\"～\":2,\"\":3}", "canonical").out())
        .isEqualTo("{\"\":3,\"～\":2,\"😀\":1}\n");
  }
}
