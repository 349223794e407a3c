package org.theseus.protocol.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonReader;

/**
 * Nearly JSON: the reader takes what the oracle takes, sees the same in it, and refuses the rest. A
 * seed that once failed is added to the others.
 */
class JsonFuzzTest {
  private static final int TEXTS = 30_000;

  private static final List<byte[]> PIECES =
      List.of(
              "{ } [ ] , : \" \"a\" \"b\" {\"a\": \"a\":1 \"\": 0 -0 1 - 12 1e5 1.5 1E+5 1e-5 01 .5 1. 1e e5"
                  .split(" ", -1),
              "\\ud800 \\udc00 \\ud83d\\ude00 \\uD83D\\uDE00 \\u0000 \\u00e9 \\u0061 \\u \\u12 \\n \\/ \\x \\"
                  .split(" ", -1),
              "true false null nul True NaN Infinity // /* 'a' é 😀 \u00a0 \ufeff \u2028 \u0000 \u007f \u000b"
                  .split(" ", -1),
              new String[] {" ", "\n", "\t", "\r", "\f", "[[[[", "]]]]", "{}", "[]"})
          .stream()
          .flatMap(Arrays::stream)
          .map(piece -> piece.getBytes(StandardCharsets.UTF_8))
          .toList();

  private static final List<byte[]> NO_UTF8 =
      List.of(
          new byte[] {(byte) 0xff},
          new byte[] {(byte) 0xc0, (byte) 0x80},
          new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          new byte[] {(byte) 0xe2, (byte) 0x82},
          new byte[] {(byte) 0x80});

  private final JsonReader reader = new JacksonJsonReader();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void takesWhatTheOracleTakesAndSeesTheSame(long seed) throws IOException {
    Random random = new Random(seed);
    int taken = 0;
    for (int i = 0; i < TEXTS; i++) {
      byte[] text = random.nextInt(3) == 0 ? pieces(random) : spoilt(value(random, 3), random);
      Optional<String> expected = JsonOracle.rewrite(text);
      assertThat(read(text)).as(() -> Arrays.toString(text)).isEqualTo(expected);
      assertThat(readStreamed(text)).isEqualTo(expected);
      taken += expected.isPresent() ? 1 : 0;
    }
    assertThat(taken).isBetween(TEXTS / 10, 9 * TEXTS / 10);
  }

  private Optional<String> read(byte[] text) {
    try {
      return Optional.of(new String(reader.read(text).toBytes(), StandardCharsets.UTF_8));
    } catch (JsonException refused) {
      return Optional.empty();
    }
  }

  private Optional<String> readStreamed(byte[] text) throws IOException {
    try {
      byte[] written = reader.read(new ByteArrayInputStream(text), text.length).toBytes();
      return Optional.of(new String(written, StandardCharsets.UTF_8));
    } catch (JsonException refused) {
      return Optional.empty();
    }
  }

  private static byte[] pieces(Random random) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = random.nextInt(8); i >= 0; i--) {
      text.writeBytes(piece(random));
    }
    return text.toByteArray();
  }

  private static byte[] piece(Random random) {
    List<byte[]> pieces = random.nextInt(40) == 0 ? NO_UTF8 : PIECES;
    return pieces.get(random.nextInt(pieces.size()));
  }

  private static String value(Random random, int depth) {
    StringBuilder text = new StringBuilder();
    switch (random.nextInt(depth == 0 ? 3 : 5)) {
      case 0 -> text.append(random.nextInt(2_000) - 1_000);
      case 1 -> text.append(random.nextBoolean() ? "null" : "-1.50E+3");
      case 2 -> text.append(string(random));
      case 3 -> {
        text.append("[ ");
        for (int i = random.nextInt(4); i > 0; i--) {
          text.append(value(random, depth - 1)).append(i > 1 ? "," : "");
        }
        text.append(']');
      }
      default -> {
        text.append('{');
        for (int i = random.nextInt(4); i > 0; i--) {
          text.append(string(random)).append(": ").append(value(random, depth - 1));
          text.append(i > 1 ? ", " : "");
        }
        text.append('}');
      }
    }
    return text.toString();
  }

  private static String string(Random random) {
    List<String> parts =
        List.of(
            "a", "b", "é", "😀", "\\n", "\\\"", "\\u0061", "\\ud83d\\ude00", "\\ud83d", "\\ude00");
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(parts.get(random.nextInt(parts.size())));
    }
    return text.append('"').toString();
  }

  private static byte[] spoilt(String value, Random random) {
    byte[] whole = value.getBytes(StandardCharsets.UTF_8);
    if (random.nextBoolean()) {
      return whole;
    }
    int place = random.nextInt(whole.length + 1);
    int skipped = Math.min(whole.length, place + random.nextInt(3));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.write(whole, 0, place);
    if (random.nextBoolean()) {
      text.writeBytes(piece(random));
    }
    text.write(whole, skipped, whole.length - skipped);
    return text.toByteArray();
  }
}
