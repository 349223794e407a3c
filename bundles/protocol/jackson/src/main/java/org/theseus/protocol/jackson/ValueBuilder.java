package org.theseus.protocol.jackson;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.LongStream;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonMalformed;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;

/**
 * Builds one value from a parser's tokens, without recursion. A name twice and half a surrogate
 * pair fail the text or, if that is wanted, only the value they are in.
 */
final class ValueBuilder {
  private static final int REPLACEMENT = 0xfffd;

  /** The numbers of one digit, for those are many. */
  private static final List<JsonNumber> DIGITS =
      LongStream.range(0, 10).mapToObj(JsonNumber::of).toList();

  private final JsonParser parser;
  private final boolean lenient;
  private final Deque<Container> open = new ArrayDeque<>();

  ValueBuilder(JsonParser parser, boolean lenient) {
    this.parser = parser;
    this.lenient = lenient;
  }

  JsonValue build() throws IOException {
    JsonValue root = null;
    while (root == null) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new JsonException(MatrixError.NOT_JSON, "empty");
      }
      switch (token) {
        case START_OBJECT -> open.push(new OpenObject());
        case START_ARRAY -> open.push(new OpenArray());
        case FIELD_NAME -> open.element().name(parser.currentName());
        default -> root = add(value(token));
      }
    }
    if (parser.nextToken() != null) {
      throw new JsonException(
          MatrixError.NOT_JSON, "text after the value" + place(parser.currentTokenLocation()));
    }
    return root;
  }

  /** Adds a value to what it is in; returns it if it is in nothing. */
  private JsonValue add(JsonValue value) {
    if (open.isEmpty()) {
      return value;
    }
    open.element().add(value);
    return null;
  }

  private JsonValue value(JsonToken token) throws IOException {
    return switch (token) {
      case END_OBJECT, END_ARRAY -> open.pop().close();
      case VALUE_STRING -> string(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_TRUE -> JsonBoolean.TRUE;
      case VALUE_FALSE -> JsonBoolean.FALSE;
      case VALUE_NULL -> JsonNull.NULL;
      default -> throw new IllegalStateException("unexpected token " + token);
    };
  }

  private static JsonNumber number(String text) {
    return text.length() == 1 ? DIGITS.get(text.charAt(0) - '0') : new JsonNumber(text);
  }

  /** An escape may have brought half a pair; where that is in a name, the parser has seen it. */
  private JsonValue string(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return malformed(
              new JsonString(repaired(text)), MatrixError.NOT_JSON, "half a surrogate pair");
        }
        i++;
      }
    }
    return new JsonString(text);
  }

  private static String repaired(String text) {
    return text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? REPLACEMENT : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private JsonValue malformed(JsonValue seen, String errcode, String fault) {
    if (lenient) {
      return new JsonMalformed(seen);
    }
    throw new JsonException(errcode, fault + place(parser.currentLocation()));
  }

  /** Says where in a text something is. */
  static String place(JsonLocation location) {
    return " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  /** An array or object that has not ended yet. */
  private interface Container {
    void name(String name);

    void add(JsonValue value);

    JsonValue close();
  }

  private final class OpenObject implements Container {
    private final JsonObject.Builder members = JsonObject.builder();
    private String next;
    private boolean twice;

    @Override
    public void name(String name) {
      twice |= members.has(name);
      next = name;
    }

    @Override
    public void add(JsonValue value) {
      members.put(next, value);
    }

    @Override
    public JsonValue close() {
      JsonObject object = members.build();
      return twice
          ? malformed(object, MatrixError.BAD_JSON, "a name appears twice in an object")
          : object;
    }
  }

  private static final class OpenArray implements Container {
    private final List<JsonValue> elements = new ArrayList<>(2);

    @Override
    public void name(String name) {
      throw new IllegalStateException("a name in an array");
    }

    @Override
    public void add(JsonValue value) {
      elements.add(value);
    }

    @Override
    public JsonValue close() {
      return elements.isEmpty() ? JsonArray.EMPTY : new JsonArray(elements);
    }
  }
}
