package org.theseus.protocol.api;

import java.nio.charset.StandardCharsets;

/** Writes values as compact JSON, escaping no more than canonical JSON does. */
final class JsonEncoder {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final boolean sorted;
  private final StringBuilder out = new StringBuilder(512);

  JsonEncoder(boolean sorted) {
    this.sorted = sorted;
  }

  byte[] encode(JsonValue value) {
    write(value);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void write(JsonValue value) {
    if (value instanceof JsonObject object) {
      writeObject(object);
    } else if (value instanceof JsonArray array) {
      writeArray(array);
    } else if (value instanceof JsonString string) {
      writeString(string.value());
    } else if (value instanceof JsonNumber number) {
      out.append(number.literal());
    } else if (value instanceof JsonBoolean bool) {
      out.append(bool.value());
    } else if (value instanceof JsonMalformed malformed) {
      write(malformed.seen());
    } else {
      out.append("null");
    }
  }

  private void writeObject(JsonObject object) {
    Members members = object.own();
    int[] order = sorted ? members.sorted() : null;
    out.append('{');
    for (int i = 0; i < members.size(); i++) {
      int place = order == null ? i : order[i];
      if (i > 0) {
        out.append(',');
      }
      writeString(members.name(place));
      out.append(':');
      write(members.value(place));
    }
    out.append('}');
  }

  private void writeArray(JsonArray array) {
    out.append('[');
    String separator = "";
    for (JsonValue element : array.elements()) {
      out.append(separator);
      write(element);
      separator = ",";
    }
    out.append(']');
  }

  private void writeString(String value) {
    out.append('"');
    if (needsEscapes(value)) {
      value.chars().forEach(c -> writeEscaped((char) c));
    } else {
      out.append(value);
    }
    out.append('"');
  }

  /** Most strings need none and are copied at one go. */
  private static boolean needsEscapes(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 0x20 || c == '"' || c == '\\') {
        return true;
      }
    }
    return false;
  }

  private void writeEscaped(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\t' -> out.append("\\t");
      case '\n' -> out.append("\\n");
      case '\f' -> out.append("\\f");
      case '\r' -> out.append("\\r");
      default -> {
        if (c < 0x20) {
          out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 0xf]);
        } else {
          out.append(c);
        }
      }
    }
  }
}
