package org.theseus.protocol.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "1",
        "-10",
        "9007199254740993",
        "0.0",
        "-1.50",
        "1e5",
        "1E+05",
        "1.5e-999999999999",
        "-123456789.0E+05",
        "-1234567890.0E+05",
        "12345678901234567890123"
      })
  void keepsTheCharactersOfANumber(String literal) {
    assertThat(new JsonNumber(literal).literal()).isEqualTo(literal);
    assertThat(new JsonNumber(literal).toBytes())
        .isEqualTo(literal.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-", "+1", "01", "-01", "00", ".5", "1.", "1.e5", "e5", "1e", "1e+", "1e5.5", "1 ",
        " 1", "NaN", "0x1", "1_000", "--1", "1-", "١", "1e5e5", "1.5.5"
      })
  void refusesWhatIsNoNumber(String literal) {
    assertThatIllegalArgumentException().isThrownBy(() -> new JsonNumber(literal));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "-12,-12",
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808",
    "9223372036854775808,",
    "1.0,",
    "1e2,",
    "123456789012345678901234567890,"
  })
  void readsIntegers(String literal, Long value) {
    assertThat(new JsonNumber(literal).asLong()).isEqualTo(Optional.ofNullable(value));
  }

  @Test
  void tellsMissingMembersFromOddOnes() {
    JsonObject object =
        JsonObject.builder()
            .put("s", "x")
            .put("n", 1)
            .put("b", true)
            .put("null", JsonNull.NULL)
            .put("o", JsonObject.EMPTY)
            .put("a", JsonArray.EMPTY)
            .build();

    assertThat(object.string("s")).contains("x");
    assertThat(object.integer("n")).contains(1L);
    assertThat(object.bool("b")).contains(true);
    assertThat(object.object("o")).contains(JsonObject.EMPTY);
    assertThat(object.array("a")).contains(JsonArray.EMPTY);
    assertThat(object.string("n")).isEmpty();
    assertThat(object.integer("s")).isEmpty();
    assertThat(object.bool("n")).isEmpty();
    assertThat(object.object("a")).isEmpty();
    assertThat(object.array("o")).isEmpty();
    assertThat(object.get("null")).contains(JsonNull.NULL);
    assertThat(object.get("missing")).isEmpty();
    assertThat(object.has("null")).isTrue();
    assertThat(object.has("missing")).isFalse();
  }

  @Test
  void writesMembersInTheirOwnOrderOrSorted() {
    JsonObject object =
        JsonObject.builder()
            .put("😀", 1)
            .put("～", 2)
            .put("b", JsonObject.builder().put("d", 1).put("c", 2).build())
            .put("", 3)
            .build();

    assertThat(object).hasToString("{\"😀\":1,\"～\":2,\"b\":{\"d\":1,\"c\":2},\"\":3}");
    assertThat(new String(object.toSortedBytes(), StandardCharsets.UTF_8))
        .isEqualTo("{\"\":3,\"b\":{\"c\":2,\"d\":1},\"～\":2,\"😀\":1}");
  }

  @Test
  void escapesAsLittleAsCanonicalJson() {
    assertThat(
            new String(
                new JsonString("\0\b\t\n\u000b\f\r\u001f \"\\/\u007f\u2028😀").toBytes(),
                StandardCharsets.UTF_8))
        .isEqualTo("\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f \\\"\\\\/\u007f\u2028😀\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "12345678",
        "123456789",
        "\0",
        "a\0",
        "\0a",
        "éé",
        "ééééé",
        "\u00ff\u00ff\u00ff\u00ff",
        "€€",
        "😀😀",
        "a😀",
        "\ud800",
        "\udc00a",
        "?",
        "\ufffd\uffff"
      })
  void keepsStringsOfAnyLength(String text) {
    JsonString string = new JsonString(text);
    assertThat(string.value()).isEqualTo(text);
    assertThat(string)
        .isEqualTo(new JsonString(new String(text.toCharArray())))
        .hasSameHashCodeAs(new JsonString(text))
        .isNotEqualTo(new JsonString(text + "x"))
        .isNotEqualTo(new JsonString(text + "\0"));
    String quoted = '"' + text.replace("\0", "\\u0000") + '"';
    assertThat(string.toBytes()).isEqualTo(quoted.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void sortsAnyNumberOfMembers() {
    Random random = new Random(1);
    for (int size = 0; size < 200; size++) {
      JsonObject.Builder builder = JsonObject.builder();
      for (int i = 0; i < size; i++) {
        builder.put(Integer.toString(random.nextInt(), 36), JsonNull.NULL);
      }
      JsonObject object = builder.build();
      String names = String.join("\":null,\"", new TreeSet<>(object.members().keySet()));
      assertThat(new String(object.toSortedBytes(), StandardCharsets.UTF_8))
          .isEqualTo(names.isEmpty() ? "{}" : "{\"" + names + "\":null}");
    }
  }

  @Test
  void makesAnObjectOfNamesAndValuesUnlessANameIsThereTwice() {
    for (int size : new int[] {1, 2, 8, 9, 100}) {
      List<String> names =
          IntStream.range(0, size).mapToObj(Integer::toString).collect(Collectors.toList());
      List<JsonValue> values = Collections.nCopies(size, JsonNull.NULL);
      assertThat(JsonObject.of(names, values).orElseThrow().members().keySet())
          .containsExactlyElementsOf(names);

      names.set(size - 1, "0");
      assertThat(JsonObject.of(names, values).isPresent()).isEqualTo(size == 1);
    }
  }

  @Test
  void changesCopiesOnly() {
    Map<String, JsonValue> members = new LinkedHashMap<>(Map.of("a", JsonNumber.of(1)));
    JsonObject object = new JsonObject(members);
    members.put("b", JsonNull.NULL);

    assertThat(object).hasToString("{\"a\":1}");
    assertThat(object.with("a", "x").with("b", "y")).hasToString("{\"a\":\"x\",\"b\":\"y\"}");
    assertThat(object.without("a", "z")).isEqualTo(JsonObject.EMPTY);
    assertThat(object).hasToString("{\"a\":1}");
    assertThat(object.members()).isUnmodifiable();
  }

  @Test
  void buildsTwiceFromOneBuilder() {
    JsonObject.Builder builder = JsonObject.builder().put("a", 1);
    JsonObject first = builder.build();
    assertThat(builder.put("a", 2).put("b", 3).has("b")).isTrue();
    assertThat(first).hasToString("{\"a\":1}");
    assertThat(builder.build()).hasToString("{\"a\":2,\"b\":3}");
  }

  @Test
  void findsEveryMemberOfManyOrFew() {
    for (int size : new int[] {0, 1, 8, 9, 1_000}) {
      JsonObject.Builder builder = JsonObject.builder();
      for (int i = 0; i < size; i++) {
        builder.put("n" + i * 7 % 1_000, i).put("n0", 0);
      }
      JsonObject object = builder.build();

      assertThat(object.members()).hasSize(size);
      for (int i = 0; i < size; i++) {
        String name = "n" + i * 7 % 1_000;
        assertThat(object.integer(name)).contains((long) i);
        assertThat(builder.has(name)).isTrue();
        assertThat(object.with(name, "x").string(name)).contains("x");
        assertThat(object.without(name).has(name)).isFalse();
        assertThat(object.without(name).members()).hasSize(size - 1);
      }
      assertThat(object.has("n")).isFalse();
      assertThat(builder.has("n")).isFalse();
      assertThat(object.with("n", "x").members()).hasSize(size + 1).containsKey("n");
      assertThat(new JsonObject(object.members())).isEqualTo(object);
      assertThat(object.children()).containsExactlyElementsOf(object.members().values());
    }
  }

  @Test
  void comparesObjectsWithoutOrderAndArraysWithIt() {
    JsonObject one =
        JsonObject.builder().put("a", 1).put("b", JsonArray.ofStrings(List.of("x", "y"))).build();
    JsonObject other =
        JsonObject.builder().put("b", JsonArray.ofStrings(List.of("x", "y"))).put("a", 1).build();

    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one)
        .isNotEqualTo(one.with("a", "1"))
        .isNotEqualTo(one.without("a"))
        .isNotEqualTo(one.without("a").with("c", "1"));
    assertThat(JsonArray.ofStrings(List.of("x", "y")))
        .isNotEqualTo(JsonArray.ofStrings(List.of("y", "x")));
    assertThat(JsonArray.ofStrings(List.of("x"))).isNotEqualTo(JsonArray.EMPTY).isNotEqualTo(one);
    assertThat(JsonNumber.of(1)).isNotEqualTo(new JsonNumber("1.0"));
  }

  @Test
  void picksTheElementsOfOneKind() {
    JsonArray mixed =
        new JsonArray(
            List.of(new JsonString("a"), JsonNull.NULL, JsonObject.EMPTY, new JsonString("b")));
    assertThat(mixed.strings()).containsExactly("a", "b");
    assertThat(mixed.objects()).containsExactly(JsonObject.EMPTY);
    assertThat(mixed).hasToString("[\"a\",null,{},\"b\"]");
  }

  @Test
  void writesErrorsAsTheProtocolHasThem() {
    MatrixError error =
        new MatrixError(
            400,
            MatrixError.INCOMPATIBLE_ROOM_VERSION,
            "no",
            JsonObject.builder().put("room_version", "12").build());
    assertThat(error.toJson())
        .hasToString(
            "{\"errcode\":\"M_INCOMPATIBLE_ROOM_VERSION\",\"error\":\"no\",\"room_version\":\"12\"}");
  }
}
