package org.theseus.protocol.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/** Writes values as compact JSON, escaping no more than canonical JSON does. */
final class JsonEncoder {
  private static final int ASCII = 0x80;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** As many bytes as one character takes at most, escaped. */
  private static final int LONGEST = 6;

  private final boolean sorted;

  /** How numbers are written, or null if as they came. */
  private final Function<JsonNumber, String> numbers;

  private byte[] out = new byte[512];
  private int size;

  JsonEncoder(boolean sorted, Function<JsonNumber, String> numbers) {
    this.sorted = sorted;
    this.numbers = numbers;
  }

  byte[] encode(JsonValue value) {
    write(value);
    return Arrays.copyOf(out, size);
  }

  private void write(JsonValue value) {
    if (value instanceof JsonObject object) {
      writeObject(object);
    } else if (value instanceof JsonArray array) {
      writeArray(array);
    } else if (value instanceof JsonString string) {
      writeString(string);
    } else if (value instanceof JsonNumber number) {
      writeNumber(number);
    } else if (value instanceof JsonBoolean bool) {
      writeWord(bool.value() ? "true" : "false");
    } else if (value instanceof JsonMalformed malformed) {
      write(malformed.seen());
    } else {
      writeWord("null");
    }
  }

  private void writeObject(JsonObject object) {
    int[] order = sorted ? object.order() : null;
    write('{');
    for (int i = 0; i < object.size(); i++) {
      int place = order == null ? i : order[i];
      if (i > 0) {
        write(',');
      }
      writeString(object.name(place));
      write(':');
      write(object.value(place));
    }
    write('}');
  }

  private void writeArray(JsonArray array) {
    write('[');
    for (int i = 0; i < array.size(); i++) {
      if (i > 0) {
        write(',');
      }
      write(array.element(i));
    }
    write(']');
  }

  private void write(char c) {
    reserve(1);
    out[size++] = (byte) c;
  }

  private void writeNumber(JsonNumber number) {
    long packed = number.packed();
    if (numbers != null || packed == ShortNumber.NONE) {
      writeWord(numbers == null ? number.literal() : numbers.apply(number));
    } else {
      reserve(Long.SIZE);
      for (long left = packed; left != 0; left = ShortNumber.rest(left)) {
        out[size++] = (byte) ShortNumber.first(left);
      }
    }
  }

  private void writeString(JsonString string) {
    long packed = string.packed();
    if (packed == ShortText.NONE) {
      writeString(string.value());
    } else {
      reserve(Long.SIZE);
      out[size++] = '"';
      for (long left = packed; left != 0; left = ShortText.rest(left)) {
        char next = ShortText.first(left);
        if (next >= ASCII || isPlain(next)) {
          out[size++] = (byte) next;
        } else {
          writeEscaped(next);
        }
      }
      out[size++] = '"';
    }
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < ASCII && c != '"' && c != '\\';
  }

  /** Writes what is ASCII and needs no escapes. */
  private void writeWord(String word) {
    reserve(word.length());
    for (int i = 0; i < word.length(); i++) {
      out[size++] = (byte) word.charAt(i);
    }
  }

  private void writeString(String value) {
    int length = value.length();
    reserve(length + 2);
    out[size++] = '"';
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (isPlain(c)) {
        out[size++] = (byte) c;
      } else {
        reserve(LONGEST + length - i);
        if (c < ASCII) {
          writeEscaped(c);
        } else if (Character.isHighSurrogate(c)
            && i + 1 < length
            && Character.isLowSurrogate(value.charAt(i + 1))) {
          writeUtf8(Character.toCodePoint(c, value.charAt(++i)), 4);
        } else if (Character.isSurrogate(c)) {
          out[size++] = '?';
        } else {
          writeUtf8(c, c < 0x800 ? 2 : 3);
        }
      }
    }
    out[size++] = '"';
  }

  private void writeUtf8(int codePoint, int length) {
    int shift = 6 * (length - 1);
    out[size++] = (byte) (0xf0 << (4 - length) | codePoint >> shift);
    while (shift > 0) {
      shift -= 6;
      out[size++] = (byte) (0x80 | (codePoint >> shift & 0x3f));
    }
  }

  private void writeEscaped(char c) {
    out[size++] = '\\';
    switch (c) {
      case '"', '\\' -> out[size++] = (byte) c;
      case '\b' -> out[size++] = 'b';
      case '\t' -> out[size++] = 't';
      case '\n' -> out[size++] = 'n';
      case '\f' -> out[size++] = 'f';
      case '\r' -> out[size++] = 'r';
      default -> {
        writeWord("u00");
        out[size++] = HEX[c >> 4];
        out[size++] = HEX[c & 0xf];
      }
    }
  }

  /** Makes room for more bytes. */
  private void reserve(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(size + more, out.length + (out.length >> 1)));
    }
  }
}
