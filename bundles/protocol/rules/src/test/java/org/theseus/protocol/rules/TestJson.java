package org.theseus.protocol.rules;

import java.util.List;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;

/** JSON values from plain Java ones. */
final class TestJson {
  private TestJson() {}

  /** An object of names and values by turns. */
  static JsonObject object(Object... members) {
    JsonObject.Builder builder = JsonObject.builder();
    for (int i = 0; i < members.length; i += 2) {
      builder.put((String) members[i], value(members[i + 1]));
    }
    return builder.build();
  }

  static JsonValue value(Object value) {
    if (value instanceof JsonValue json) {
      return json;
    } else if (value instanceof String text) {
      return new JsonString(text);
    } else if (value instanceof Boolean bool) {
      return JsonBoolean.of(bool);
    } else if (value instanceof Number number) {
      return new JsonNumber(number.toString());
    } else if (value instanceof List<?> list) {
      return new JsonArray(list.stream().map(TestJson::value).toList());
    }
    return JsonNull.NULL;
  }
}
