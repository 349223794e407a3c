package org.theseus.protocol.api;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A JSON object. The typed getters answer empty both where a member is missing and where it has
 * another type; rules that tell these apart use {@link #get}.
 *
 * @param members the members in their own order, unmodifiable
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
public record JsonObject(Map<String, JsonValue> members) implements JsonValue {
  /** The object without members. */
  public static final JsonObject EMPTY = new JsonObject(Map.of());

  /** Copies the members, keeping their order. */
  public JsonObject {
    members = Members.of(members);
  }

  /**
   * Begins an object.
   *
   * @return a builder, for one thread
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Looks a member up.
   *
   * @param name its name
   * @return its value, which may be {@link JsonNull}, or empty if there is no such member
   */
  public Optional<JsonValue> get(String name) {
    return Optional.ofNullable(members.get(name));
  }

  /**
   * Tells whether there is such a member, of any type.
   *
   * @param name its name
   * @return true if there is
   */
  public boolean has(String name) {
    return members.containsKey(name);
  }

  /**
   * Looks a string member up.
   *
   * @param name its name
   * @return its text, or empty if missing or no string
   */
  public Optional<String> string(String name) {
    return members.get(name) instanceof JsonString string
        ? Optional.of(string.value())
        : Optional.empty();
  }

  /**
   * Looks an integer member up.
   *
   * @param name its name
   * @return its value, or empty if missing or no number written as an integer of 64 bits
   */
  public Optional<Long> integer(String name) {
    return members.get(name) instanceof JsonNumber number ? number.asLong() : Optional.empty();
  }

  /**
   * Looks a boolean member up.
   *
   * @param name its name
   * @return its value, or empty if missing or no boolean
   */
  public Optional<Boolean> bool(String name) {
    return members.get(name) instanceof JsonBoolean bool
        ? Optional.of(bool.value())
        : Optional.empty();
  }

  /**
   * Looks an object member up.
   *
   * @param name its name
   * @return the object, or empty if missing or no object
   */
  public Optional<JsonObject> object(String name) {
    return members.get(name) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
  }

  /**
   * Looks an array member up.
   *
   * @param name its name
   * @return the array, or empty if missing or no array
   */
  public Optional<JsonArray> array(String name) {
    return members.get(name) instanceof JsonArray array ? Optional.of(array) : Optional.empty();
  }

  /**
   * Makes an object with one member set, in its old place or at the end.
   *
   * @param name the member's name
   * @param value its value
   * @return the changed object
   */
  public JsonObject with(String name, JsonValue value) {
    return new JsonObject(own().with(Objects.requireNonNull(name), Objects.requireNonNull(value)));
  }

  /**
   * Makes an object with one string member set.
   *
   * @param name the member's name
   * @param value its text
   * @return the changed object
   */
  public JsonObject with(String name, String value) {
    return with(name, new JsonString(value));
  }

  /**
   * Makes an object without some members.
   *
   * @param names the names to leave out; those not there do no harm
   * @return the changed object
   */
  public JsonObject without(String... names) {
    return new JsonObject(own().without(names));
  }

  /**
   * Shows the members.
   *
   * @return each member's value by its name, in the members' own order; unmodifiable
   */
  @Override
  public Map<String, JsonValue> members() {
    return Collections.unmodifiableMap(members);
  }

  /** The members as they are held. */
  Members own() {
    return (Members) members;
  }

  // A record's own equals and hashCode need too many frames a level for the deepest values.
  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof JsonObject object) || object.members.size() != members.size()) {
      return false;
    }
    for (Map.Entry<String, JsonValue> member : members.entrySet()) {
      if (!member.getValue().equals(object.members.get(member.getKey()))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return members.keySet().hashCode();
  }

  @Override
  public String toString() {
    return new String(toBytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Collects members in order; a name put twice keeps its last value. */
  public static final class Builder {
    private String[] names = new String[4];
    private JsonValue[] values = new JsonValue[4];
    private int size;

    /** The places of the names once they are more than a few, else null. */
    private Map<String, Integer> places;

    private Builder() {}

    /**
     * Sets a member.
     *
     * @param name its name
     * @param value its value
     * @return this builder
     */
    public Builder put(String name, JsonValue value) {
      Objects.requireNonNull(value);
      int place = place(Objects.requireNonNull(name));
      if (place >= 0) {
        values[place] = value;
      } else {
        append(name, value);
      }
      return this;
    }

    private void append(String name, JsonValue value) {
      if (size == names.length) {
        names = Arrays.copyOf(names, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
      }
      names[size] = name;
      values[size] = value;
      size++;
      if (places != null) {
        places.put(name, size - 1);
      } else if (size > Members.FEW) {
        places = new HashMap<>();
        for (int place = 0; place < size; place++) {
          places.put(names[place], place);
        }
      }
    }

    private int place(String name) {
      return places == null ? Members.indexOf(names, size, name) : places.getOrDefault(name, -1);
    }

    /**
     * Sets a string member.
     *
     * @param name its name
     * @param value its text
     * @return this builder
     */
    public Builder put(String name, String value) {
      return put(name, new JsonString(value));
    }

    /**
     * Sets an integer member.
     *
     * @param name its name
     * @param value its value
     * @return this builder
     */
    public Builder put(String name, long value) {
      return put(name, JsonNumber.of(value));
    }

    /**
     * Sets a boolean member.
     *
     * @param name its name
     * @param value its value
     * @return this builder
     */
    public Builder put(String name, boolean value) {
      return put(name, JsonBoolean.of(value));
    }

    /**
     * Tells whether a member has been put.
     *
     * @param name its name
     * @return true if it has
     */
    public boolean has(String name) {
      return place(name) >= 0;
    }

    /**
     * Ends the object.
     *
     * @return the object
     */
    public JsonObject build() {
      return size == 0
          ? EMPTY
          : new JsonObject(new Members(Arrays.copyOf(names, size), Arrays.copyOf(values, size)));
    }
  }
}
