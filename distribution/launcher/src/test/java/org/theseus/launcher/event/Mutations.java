package org.theseus.launcher.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;

/** Spoils JSON: what it says, its shape, or its bytes. */
final class Mutations {
  private static final List<JsonValue> ODD =
      List.of(
          JsonNull.NULL,
          JsonBoolean.TRUE,
          JsonNumber.of(0),
          JsonNumber.of(-1),
          JsonNumber.of(Long.MAX_VALUE),
          new JsonNumber("-0"),
          new JsonNumber("1.5"),
          new JsonNumber("1e999999999"),
          new JsonNumber("-1E-999999999"),
          new JsonNumber("9".repeat(5_000)),
          new JsonString(""),
          new JsonString("$"),
          new JsonString("!"),
          new JsonString("@:"),
          new JsonString("create"),
          new JsonString("bob"),
          new JsonString("@bob:y"),
          new JsonString("100"),
          new JsonString("join"),
          new JsonString("m.room.member"),
          new JsonString("m.room.power_levels"),
          new JsonString("m.room.third_party_invite"),
          new JsonString("m.room.redaction"),
          new JsonString("m.room.aliases"),
          new JsonString("\u0000\n\ud83d\udea2"),
          new JsonString("é".repeat(255)),
          new JsonString("x".repeat(70_000)),
          JsonObject.EMPTY,
          JsonArray.EMPTY,
          JsonArray.ofStrings(List.of("bob", "bob")),
          Typed.json("[".repeat(900) + "]".repeat(900)),
          Typed.json("{\"a\":".repeat(900) + "1" + "}".repeat(900)));

  private static final List<String> NAMES =
      List.of("rejected", "redacts", "third_party_invite", "users", "event_id", "depth", "");

  private Mutations() {}

  /** Spoils a value here and there. */
  static JsonValue of(JsonValue value, Random random) {
    JsonValue spoilt = value;
    for (int times = random.nextInt(3); times >= 0; times--) {
      spoilt = once(spoilt, random);
    }
    return spoilt;
  }

  private static JsonValue once(JsonValue value, Random random) {
    if (value instanceof JsonArray array && !array.elements().isEmpty() && random.nextInt(8) > 0) {
      List<JsonValue> elements = new ArrayList<>(array.elements());
      int place = random.nextInt(elements.size());
      switch (random.nextInt(8)) {
        case 0 -> elements.remove(place);
        case 1 -> elements.add(elements.get(place));
        default -> elements.set(place, once(elements.get(place), random));
      }
      return new JsonArray(elements);
    }
    if (value instanceof JsonObject object
        && !object.members().isEmpty()
        && random.nextInt(8) > 0) {
      List<Map.Entry<String, JsonValue>> members = List.copyOf(object.members().entrySet());
      Map.Entry<String, JsonValue> member = members.get(random.nextInt(members.size()));
      return switch (random.nextInt(8)) {
        case 0 -> object.without(member.getKey());
        case 1 -> object.with(NAMES.get(random.nextInt(NAMES.size())), odd(random));
        case 2 ->
            object.with(member.getKey(), members.get(random.nextInt(members.size())).getValue());
        default -> object.with(member.getKey(), once(member.getValue(), random));
      };
    }
    return odd(random);
  }

  private static JsonValue odd(Random random) {
    return ODD.get(random.nextInt(ODD.size()));
  }

  /** Writes a value, and now and then what is no JSON any more. */
  static byte[] bytes(JsonValue value, Random random) {
    byte[] bytes = value.toBytes();
    if (random.nextInt(4) > 0) {
      return bytes;
    }
    byte[] spoilt = Arrays.copyOf(bytes, bytes.length - random.nextInt(Math.min(3, bytes.length)));
    for (int changes = random.nextInt(3); changes >= 0; changes--) {
      spoilt[random.nextInt(spoilt.length)] =
          random.nextBoolean() ? bytes[random.nextInt(bytes.length)] : (byte) random.nextInt(256);
    }
    return spoilt;
  }
}
