package org.theseus.protocol.api;

import java.util.Objects;

/**
 * What stands, after {@link JsonReader#readLenient}, for an object with a name twice or a string
 * with half a surrogate pair. It is no object and no string, so that nobody acts upon it; what it
 * is part of can still be read, written and verified.
 *
 * <p>Ours: the specification asks for canonical JSON where it is signed and is silent on JSON that
 * is none.
 *
 * @param seen what others are likely to see there: the last of the members of one name, U+FFFD for
 *     the half pair
 */
public record JsonMalformed(JsonValue seen) implements JsonValue {
  /** Checks that there is a value. */
  public JsonMalformed {
    Objects.requireNonNull(seen);
  }
}
