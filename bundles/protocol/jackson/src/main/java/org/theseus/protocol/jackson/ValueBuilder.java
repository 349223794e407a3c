package org.theseus.protocol.jackson;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  /** The numbers of up to two characters, for texts meant to exhaust us are full of those. */
  private static final Map<String, JsonNumber> SHORT =
      Stream.concat(Stream.of("-0"), IntStream.range(-9, 100).mapToObj(Integer::toString))
          .collect(Collectors.toMap(Function.identity(), JsonNumber::new));

  private static final int SHORT_LENGTH = 2;

  private final JsonParser parser;
  private final boolean lenient;

  /** The values of all that is open, and the names of those that are in objects. */
  private final List<JsonValue> values = new ArrayList<>();

  private final List<String> names = new ArrayList<>();

  /** For each object and array that is open, how many values and names are outside it. */
  private int[] outside = new int[16];

  private int depth;

  ValueBuilder(JsonParser parser, boolean lenient) {
    this.parser = parser;
    this.lenient = lenient;
  }

  JsonValue build() throws IOException {
    do {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new JsonException(MatrixError.NOT_JSON, "empty");
      }
      switch (token) {
        case START_OBJECT, START_ARRAY -> open();
        case FIELD_NAME -> names.add(parser.currentName());
        default -> values.add(value(token));
      }
    } while (depth > 0);
    if (parser.nextToken() != null) {
      throw new JsonException(
          MatrixError.NOT_JSON, "text after the value" + place(parser.currentTokenLocation()));
    }
    return values.get(0);
  }

  private void open() {
    if (2 * depth == outside.length) {
      outside = Arrays.copyOf(outside, 2 * outside.length);
    }
    outside[2 * depth] = values.size();
    outside[2 * depth + 1] = names.size();
    depth++;
  }

  private JsonValue value(JsonToken token) throws IOException {
    return switch (token) {
      case END_OBJECT -> closeObject();
      case END_ARRAY -> closeArray();
      case VALUE_STRING -> string(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_TRUE -> JsonBoolean.TRUE;
      case VALUE_FALSE -> JsonBoolean.FALSE;
      case VALUE_NULL -> JsonNull.NULL;
      default -> throw new IllegalStateException("unexpected token " + token);
    };
  }

  private JsonValue closeArray() {
    depth--;
    List<JsonValue> elements = values.subList(outside[2 * depth], values.size());
    JsonArray array = elements.isEmpty() ? JsonArray.EMPTY : new JsonArray(elements);
    elements.clear();
    return array;
  }

  private JsonValue closeObject() {
    depth--;
    List<JsonValue> itsValues = values.subList(outside[2 * depth], values.size());
    List<String> itsNames = names.subList(outside[2 * depth + 1], names.size());
    if (itsNames.isEmpty()) {
      return JsonObject.EMPTY;
    }
    JsonValue object =
        JsonObject.of(itsNames, itsValues)
            .<JsonValue>map(Function.identity())
            .orElseGet(
                () ->
                    malformed(
                        lastOfTwins(itsNames, itsValues),
                        MatrixError.BAD_JSON,
                        "a name appears twice in an object"));
    itsValues.clear();
    itsNames.clear();
    return object;
  }

  private static JsonObject lastOfTwins(List<String> names, List<JsonValue> values) {
    JsonObject.Builder members = JsonObject.builder();
    for (int i = 0; i < names.size(); i++) {
      members.put(names.get(i), values.get(i));
    }
    return members.build();
  }

  private static JsonNumber number(String text) {
    return text.length() > SHORT_LENGTH ? new JsonNumber(text) : SHORT.get(text);
  }

  /** An escape may have brought half a pair; where that is in a name, the parser has seen it. */
  private JsonValue string(String text) {
    if (text.isEmpty()) {
      return JsonString.EMPTY;
    }
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
}
