package org.theseus.protocol.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonMalformed;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;

class JacksonJsonReaderTest {
  private final JsonReader reader = new JacksonJsonReader();

  @Test
  void readsEveryKindOfValueInItsOrder() {
    JsonValue value =
        reader.read(
            utf8(
                """
                 { "z" : [ 1 , -0 , 2.50, 1E+3, true, false, null, "a\\u00e9\\n\\ud83d\\ude00" ], "a": {} }
                """));

    assertThat(value)
        .isEqualTo(
            JsonObject.builder()
                .put(
                    "z",
                    new JsonArray(
                        List.of(
                            JsonNumber.of(1),
                            new JsonNumber("-0"),
                            new JsonNumber("2.50"),
                            new JsonNumber("1E+3"),
                            JsonBoolean.TRUE,
                            JsonBoolean.FALSE,
                            JsonNull.NULL,
                            new JsonString("aé\n😀"))))
                .put("a", JsonObject.EMPTY)
                .build());
    assertThat(new String(value.toBytes(), StandardCharsets.UTF_8))
        .isEqualTo("{\"z\":[1,-0,2.50,1E+3,true,false,null,\"aé\\n😀\"],\"a\":{}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"x\"", "null", "[]", " {} \r\n\t"})
  void readsAnyValueAtTheRoot(String json) {
    assertThat(reader.read(utf8(json)).toBytes()).isEqualTo(utf8(json.strip()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "[01]",
        "[+1]",
        "[.5]",
        "[1.]",
        "[1e]",
        "[-]",
        "[NaN]",
        "[Infinity]",
        "[0x1]",
        "nul",
        "tru",
        "[1 2]",
        "// c\n1",
        "/* c */ 1",
        "\"a\nb\"",
        "\"\u0001\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"unended",
        "{} {}",
        "1 1",
        "[] x",
        "{}]",
        "\u00a0{}",
        "\u000b{}",
        "# c\n{}",
        "{\"a\"}",
        "{\"a\":}"
      })
  void refusesWhatIsNotJson(String json) {
    refuses(utf8(json), 400, "M_NOT_JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":1}",
        "[{\"x\":{\"b\":1,\"c\":2,\"b\":3}}]",
        "{\"a\":1,\"\\u0061\":2}"
      })
  void refusesDuplicateNames(String json) {
    refuses(utf8(json), 400, "M_BAD_JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\udc00\\ud800\"",
        "\"\\ud800x\"",
        "\"\\ud800\\ud800\\udc00\"",
        "{\"\\ud83d\":1}"
      })
  void refusesHalfASurrogatePair(String json) {
    refuses(utf8(json), 400, "M_NOT_JSON");
  }

  @Test
  void marksWhatIsMalformedWhereAskedToBeLenient() throws IOException {
    byte[] json =
        utf8("{\"pdus\":[{\"a\":{\"b\":1,\"b\":2}},{\"a\":\"x\\ud800y\"},{\"a\":{\"b\":1}}]}");
    JsonObject body = (JsonObject) reader.readLenient(new ByteArrayInputStream(json), 1000);
    List<JsonObject> pdus = body.array("pdus").orElseThrow().objects();

    assertThat(pdus.get(0).get("a"))
        .contains(new JsonMalformed(JsonObject.builder().put("b", 2).build()));
    assertThat(pdus.get(0).object("a")).isEmpty();
    assertThat(pdus.get(1).get("a")).contains(new JsonMalformed(new JsonString("x\ufffdy")));
    assertThat(pdus.get(1).string("a")).isEmpty();
    assertThat(pdus).extracting(JsonObject::isWellFormed).containsExactly(false, false, true);
    assertThat(body.isWellFormed()).isFalse();
    assertThat(body)
        .hasToString("{\"pdus\":[{\"a\":{\"b\":2}},{\"a\":\"x\ufffdy\"},{\"a\":{\"b\":1}}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1,\"a\":2}", "\"\\udfff\""})
  void marksAMalformedValueAtTheRoot(String json) throws IOException {
    assertThat(reader.readLenient(new ByteArrayInputStream(utf8(json)), 100))
        .isInstanceOf(JsonMalformed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1] 2", "\u00a0{}", "{\"\\ud800\":1}", "[01]"})
  void refusesWhatIsNotJsonEvenIfLenient(String json) {
    JsonException refused =
        catchThrowableOfType(
            JsonException.class,
            () -> reader.readLenient(new ByteArrayInputStream(utf8(json)), 100));
    assertThat(refused.error().errcode()).isEqualTo("M_NOT_JSON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"a\": 1,\n \"b\" 2}' | not JSON at line 2, column 6",
        "'[\n\n1,' | not JSON at line 3, column 3",
        "'{} x' | not JSON at line 1, column 4",
        "'{}\n {}' | text after the value at line 2, column 2",
        "'{\"a\":1,\"a\":2}' | a name appears twice in an object at line 1, column 14",
        "'[\"\\ud800\"]' | half a surrogate pair at line 1, column 10"
      })
  void saysWhereTheFaultIs(String json, String message) {
    JsonException refused =
        catchThrowableOfType(JsonException.class, () -> reader.read(utf8(json)));
    assertThat(refused.error().error()).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"__proto__", "constructor", "hasOwnProperty", "toString", "\\u0000", ""})
  void takesNamesThatMeanMoreElsewhere(String name) {
    String json = "{\"" + name + "\":{\"" + name + "\":1},\"z\":2}";
    assertThat(reader.read(utf8(json)).toBytes()).isEqualTo(utf8(json));
  }

  @Test
  void takesTheSameNameInDifferentObjects() {
    assertThat(reader.read(utf8("{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}}")))
        .isInstanceOf(JsonObject.class);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "22c0af22", // an overlong slash
        "22e080af22", // the same, longer
        "22c08022", // an overlong NUL
        "22eda08022", // a surrogate
        "22f490808022", // beyond U+10FFFF
        "22f888808080 22", // five bytes
        "228022", // a continuation on its own
        "22e282", // cut off
        "22ff22",
        "efbbbf7b7d", // a byte-order mark
        "fffe7b007d00", // UTF-16 with a mark
        "7b007d00", // UTF-16 without
        "0000007b0000007d"
      })
  void refusesWhatIsNotUtf8(String hex) {
    refuses(HexFormat.of().parseHex(hex.replace(" ", "")), 400, "M_NOT_JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void readsADepthOfAThousandAndNoMore(String opening) {
    String closing = opening.equals("[") ? "]" : "}";
    byte[] deepest = utf8(opening.repeat(999) + "[]" + closing.repeat(999));
    JsonValue value = reader.read(deepest);

    assertThat(value.toBytes()).isEqualTo(deepest);
    assertThat(value.toSortedBytes()).isEqualTo(deepest);
    assertThat(value).isEqualTo(reader.read(deepest)).hasSameHashCodeAs(reader.read(deepest));
    refuses(utf8(opening.repeat(1000) + "[]" + closing.repeat(1000)), 400, "M_BAD_JSON");
  }

  @Test
  void survivesAMillionOpenings() {
    refuses(utf8("[".repeat(1_000_000)), 400, "M_BAD_JSON");
    refuses(utf8("{\"a\":".repeat(1_000_000)), 400, "M_BAD_JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999999999999999",
        "-1E-99999999999",
        "0.1e+00000000",
        "1e10",
        "1e400",
        "-0.0"
      })
  void keepsTheCharactersOfNumbers(String literal) {
    assertThat(reader.read(utf8("[" + literal + "]")).toBytes())
        .isEqualTo(utf8("[" + literal + "]"));
  }

  @Test
  void keepsTenThousandDigits() {
    String digits = "-" + "1234567890".repeat(1000);
    assertThat(reader.read(utf8(digits))).isEqualTo(new JsonNumber(digits));
    String fraction = "0." + "9".repeat(1_000_000) + "e-7";
    assertThat(reader.read(utf8(fraction))).isEqualTo(new JsonNumber(fraction));
  }

  @Test
  void readsLongNamesAndStrings() {
    String text = "é".repeat(2_000_000);
    JsonValue value = reader.read(utf8("{\"" + text + "\":\"" + text + "\"}"));
    assertThat(value).isEqualTo(JsonObject.builder().put(text, text).build());
  }

  @Test
  void readsManyNamesOfOneHash() {
    // "Aa" and "BB" have one hash in Java; so have all words made of them
    JsonObject.Builder expected = JsonObject.builder();
    for (int word = 0; word < 1 << 14; word++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 14; bit++) {
        name.append((word >> bit & 1) == 0 ? "Aa" : "BB");
      }
      expected.put(name.toString(), word);
    }
    JsonObject object = expected.build();
    assertThat(reader.read(object.toBytes())).isEqualTo(object);
  }

  @Test
  void readsAStreamUpToItsBound() throws IOException {
    byte[] json = utf8("{\"a\":\"é\"}");

    assertThat(reader.read(new ByteArrayInputStream(json), json.length))
        .isEqualTo(reader.read(json));
    assertThat(reader.read(new ByteArrayInputStream(json), Long.MAX_VALUE))
        .isEqualTo(reader.read(json));
    JsonException tooLarge =
        catchThrowableOfType(
            JsonException.class,
            () -> reader.read(new ByteArrayInputStream(json), json.length - 1));
    assertThat(tooLarge.error().status()).isEqualTo(413);
    assertThat(tooLarge.error().errcode()).isEqualTo("M_TOO_LARGE");
    assertThat(tooLarge.error().error()).isEqualTo("longer than 9 bytes");
  }

  @Test
  void stopsReadingAnEndlessStreamBeyondItsBound() {
    class Endless extends InputStream {
      private long given;

      @Override
      public int read() {
        given++;
        return ' ';
      }

      @Override
      public int read(byte[] buffer, int offset, int length) {
        Arrays.fill(buffer, offset, offset + length, (byte) ' ');
        given += length;
        return length;
      }
    }

    Endless endless = new Endless();
    JsonException tooLarge =
        catchThrowableOfType(JsonException.class, () -> reader.read(endless, 100_000));
    assertThat(tooLarge.error().errcode()).isEqualTo("M_TOO_LARGE");
    assertThat(endless.given).isEqualTo(100_001);
  }

  @Test
  void readsAStreamThatGivesOneByteAtATime() throws IOException {
    byte[] json = utf8("{\"a\":[\"é😀\",-12.5e3]}");
    InputStream slow =
        new ByteArrayInputStream(json) {
          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, Math.min(length, 1));
          }
        };
    assertThat(reader.read(slow, 1000)).isEqualTo(reader.read(json));
  }

  @Test
  void letsTheFailureOfAStreamThrough() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
          }
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> reader.read(broken, 100))
        .withMessage("connection reset");
  }

  @Test
  void doesNotCloseTheStream() throws IOException {
    boolean[] closed = {false};
    InputStream stream =
        new ByteArrayInputStream(utf8("{}")) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    reader.read(stream, 100);
    assertThat(closed[0]).isFalse();
  }

  @Test
  void refusesWhatIsNoObjectWhereOneIsWanted() {
    JsonException exception =
        catchThrowableOfType(JsonException.class, () -> reader.readObject(utf8("[]")));
    assertThat(exception.error().status()).isEqualTo(400);
    assertThat(exception.error().errcode()).isEqualTo("M_BAD_JSON");
    assertThat(exception.error().error()).isEqualTo("not a JSON object");
  }

  @Test
  void readsBackWhateverIsWritten() {
    Random random = new Random(20260101);
    for (int i = 0; i < 2_000; i++) {
      JsonValue value = randomValue(random, 5);
      assertThat(reader.read(value.toBytes())).isEqualTo(value);
      byte[] sorted = value.toSortedBytes();
      assertThat(reader.read(sorted)).isEqualTo(value);
      assertThat(reader.read(sorted).toSortedBytes()).isEqualTo(sorted);
      assertThat(reader.read(sorted).toBytes()).isEqualTo(sorted);
    }
  }

  @Test
  void answersEveryMutilationWithAValueOrTheRightException() {
    byte[] whole =
        utf8("{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\\ud83d\\ude00\\n\"],\"é😀\":{\"b\":{}}}");
    Random random = new Random(20260102);
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutilated = Arrays.copyOf(whole, whole.length - random.nextInt(3));
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        mutilated[random.nextInt(mutilated.length)] =
            random.nextBoolean() ? whole[random.nextInt(whole.length)] : (byte) random.nextInt(256);
      }
      try {
        JsonValue value = reader.read(mutilated);
        assertThat(reader.read(value.toBytes())).isEqualTo(value);
        accepted++;
      } catch (JsonException refused) {
        assertThat(refused.error().status()).isEqualTo(400);
      }
    }
    assertThat(accepted).isBetween(100, 19_900);
  }

  private static JsonValue randomValue(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> JsonNull.NULL;
      case 1 -> JsonBoolean.of(random.nextBoolean());
      case 2 -> JsonNumber.of(random.nextLong() >> random.nextInt(64));
      case 3 -> new JsonNumber((random.nextInt(200) - 100) + ".5E" + (random.nextInt(40) - 20));
      case 4 -> new JsonString(randomText(random));
      case 5 -> {
        List<JsonValue> elements = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          elements.add(randomValue(random, depth - 1));
        }
        yield new JsonArray(elements);
      }
      default -> {
        JsonObject.Builder members = JsonObject.builder();
        for (int i = random.nextInt(5); i > 0; i--) {
          members.put(randomText(random), randomValue(random, depth - 1));
        }
        yield members.build();
      }
    };
  }

  private static String randomText(Random random) {
    int[] ranges = {0x80, 0x800, 0xd800, 0x110000};
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int codePoint = random.nextInt(ranges[random.nextInt(ranges.length)]);
      text.appendCodePoint(codePoint >= 0xd800 && codePoint < 0xe000 ? 'x' : codePoint);
    }
    return text.toString();
  }

  private void refuses(byte[] json, int status, String errcode) {
    JsonException whole = catchThrowableOfType(JsonException.class, () -> reader.read(json));
    assertThat(whole).isNotNull();
    assertThat(whole.error().status()).isEqualTo(status);
    assertThat(whole.error().errcode()).isEqualTo(errcode);
    JsonException streamed =
        catchThrowableOfType(
            JsonException.class, () -> reader.read(new ByteArrayInputStream(json), json.length));
    assertThat(streamed.error()).isEqualTo(whole.error());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
