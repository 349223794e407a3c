package org.theseus.protocol.jackson;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of RFC 8259 and our strictness, slow and obvious: rewrites a text without white space
 * and with as few escapes as can be, or tells that it is no strict JSON.
 */
final class JsonOracle {
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?");
  private static final String ESCAPES = "\"\\/bfnrt";
  private static final String ESCAPED = "\"\\/\b\f\n\r\t";

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final String text;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private JsonOracle(String text) {
    this.text = text;
  }

  static Optional<String> rewrite(byte[] json) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      JsonOracle oracle = new JsonOracle(text);
      oracle.value();
      oracle.space();
      return oracle.at == text.length() ? Optional.of(oracle.out.toString()) : Optional.empty();
    } catch (CharacterCodingException | Refused refused) {
      return Optional.empty();
    }
  }

  private void value() {
    space();
    switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> quote(string());
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private void object() {
    Set<String> names = new HashSet<>();
    take('{');
    space();
    if (peek() != '}') {
      do {
        space();
        String name = string();
        if (!names.add(name)) {
          throw new Refused();
        }
        quote(name);
        space();
        take(':');
        value();
        space();
      } while (another());
    }
    take('}');
  }

  private void array() {
    take('[');
    space();
    if (peek() != ']') {
      do {
        value();
        space();
      } while (another());
    }
    take(']');
  }

  private boolean another() {
    if (peek() == ',') {
      take(',');
      return true;
    }
    return false;
  }

  private String string() {
    if (peek() != '"') {
      throw new Refused();
    }
    at++;
    StringBuilder string = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw new Refused();
      }
      string.append(c == '\\' ? escaped() : c);
    }
    at++;
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(string)) {
      throw new Refused();
    }
    return string.toString();
  }

  private char escaped() {
    char c = peek();
    at++;
    if (c == 'u') {
      if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
        throw new Refused();
      }
      at += 4;
      return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }
    if (ESCAPES.indexOf(c) < 0) {
      throw new Refused();
    }
    return ESCAPED.charAt(ESCAPES.indexOf(c));
  }

  private void quote(String string) {
    out.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      int escape = c == '/' ? -1 : ESCAPED.indexOf(c);
      if (escape >= 0) {
        out.append('\\').append(ESCAPES.charAt(escape));
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private void number() {
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    if (!number.lookingAt()) {
      throw new Refused();
    }
    out.append(number.group());
    at = number.end();
  }

  private void word(String word) {
    if (!text.startsWith(word, at)) {
      throw new Refused();
    }
    out.append(word);
    at += word.length();
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at == text.length()) {
      throw new Refused();
    }
    return text.charAt(at);
  }

  private void take(char expected) {
    if (peek() != expected) {
      throw new Refused();
    }
    at++;
    out.append(expected);
  }
}
