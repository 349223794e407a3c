package org.theseus.protocol.rules;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;

/**
 * The content of an m.room.power_levels event, read defensively: what is no level counts as
 * missing, what is missing has its default.
 *
 * @param content the content
 * @param strict whether only integers are levels (from room version 10), not strings and fractions
 * @see <a
 *     href="https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels">m.room.power_levels</a>
 */
record Levels(JsonObject content, boolean strict) {
  static final String EVENTS = "events";
  static final String NOTIFICATIONS = "notifications";
  static final String USERS = "users";

  private static final Pattern NUMBER =
      Pattern.compile("([+-]?)([0-9]+)(?:\\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?");
  private static final Pattern INTEGER_IN_STRING = Pattern.compile("\\s*([+-]?[0-9]+)\\s*");
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

  /** The levels that stand alone, with the values they have when unspecified. */
  enum Level {
    USERS_DEFAULT("users_default", 0),
    EVENTS_DEFAULT("events_default", 0),
    STATE_DEFAULT("state_default", 50),
    BAN("ban", 50),
    REDACT("redact", 50),
    KICK("kick", 50),
    INVITE("invite", 0);

    private final String property;
    private final long otherwise;

    Level(String property, long otherwise) {
      this.property = property;
      this.otherwise = otherwise;
    }

    String property() {
      return property;
    }
  }

  /** A level that stands alone, or its default. */
  long get(Level level) {
    return explicit(level).orElse(level.otherwise);
  }

  /** A level that stands alone, if it is given. */
  Optional<Long> explicit(Level level) {
    return content.get(level.property).flatMap(this::read);
  }

  /** The level of a user who is no privileged creator. */
  long user(String user) {
    return entry(USERS, user).orElseGet(() -> get(Level.USERS_DEFAULT));
  }

  /** The level required to send events of a type. */
  long required(String type, boolean state) {
    return entry(EVENTS, type)
        .orElseGet(() -> get(state ? Level.STATE_DEFAULT : Level.EVENTS_DEFAULT));
  }

  /**
   * The levels in one of the objects {@link #EVENTS}, {@link #NOTIFICATIONS} and {@link #USERS}.
   */
  Map<String, Long> entries(String property) {
    Map<String, Long> entries = new LinkedHashMap<>();
    content
        .object(property)
        .orElse(JsonObject.EMPTY)
        .members()
        .forEach((name, value) -> read(value).ifPresent(level -> entries.put(name, level)));
    return entries;
  }

  /** Tells whether a member is missing or an object that holds nothing but levels. */
  boolean isMissingOrLevels(String property) {
    Optional<JsonValue> value = content.get(property);
    return value.isEmpty()
        || (value.get() instanceof JsonObject object
            && object.members().values().stream().allMatch(level -> read(level).isPresent()));
  }

  /** Tells whether one of the levels is a number outside the range of a double. */
  boolean holdsWhatNoDoubleCan() {
    Stream<JsonValue> alone =
        Stream.of(Level.values()).flatMap(level -> content.get(level.property).stream());
    Stream<JsonValue> entries =
        Stream.of(EVENTS, NOTIFICATIONS, USERS)
            .flatMap(property -> content.object(property).stream())
            .flatMap(object -> object.members().values().stream());
    return Stream.concat(alone, entries)
        .anyMatch(
            value ->
                value instanceof JsonNumber number
                    && Double.isInfinite(Double.parseDouble(number.literal())));
  }

  private Optional<Long> entry(String property, String name) {
    return content.object(property).flatMap(object -> object.get(name)).flatMap(this::read);
  }

  private Optional<Long> read(JsonValue value) {
    if (value instanceof JsonNumber number) {
      return strict ? number.asLong() : truncated(number.literal());
    }
    if (value instanceof JsonString string && !strict) {
      Matcher integer = INTEGER_IN_STRING.matcher(string.value());
      return integer.matches() ? truncated(integer.group(1)) : Optional.empty();
    }
    return Optional.empty();
  }

  /**
   * Cuts fractions off. What no double can hold is no level; what no long can hold is as high or
   * low as can be. Works on the characters: exact arithmetic with the fifty thousand digits that an
   * event can hold would take its time whenever anything is judged by them.
   */
  private static Optional<Long> truncated(String literal) {
    double rough = Double.parseDouble(literal);
    if (Double.isInfinite(rough)) {
      return Optional.empty();
    }
    if (Math.abs(rough) < 1) {
      return Optional.of(0L);
    }
    if (Math.abs(rough) > Long.MAX_VALUE) {
      return Optional.of(rough > 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
    }
    Matcher parts = NUMBER.matcher(literal);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a number");
    }
    String fraction = Objects.requireNonNullElse(parts.group(3), "");
    String exponent = Objects.requireNonNullElse(parts.group(4), "0");
    String digits = parts.group(2) + fraction;
    int point = parts.group(2).length() + Integer.parseInt(exponent);
    String whole =
        (point > digits.length()
                ? digits + "0".repeat(point - digits.length())
                : digits.substring(0, point))
            .replaceFirst("^0*", "");
    BigInteger level = new BigInteger(parts.group(1) + "0" + whole);
    return Optional.of(level.min(MAX).max(MIN).longValue());
  }
}
