package org.theseus.protocol.api;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A JSON object. The typed getters answer empty both where a member is missing and where it has
 * another type; rules that tell these apart use {@link #get}.
 *
 * <p>It is small: names and values in their own order and, if there are more than a few, the order
 * of the names. A member is found by bisection; a table of hashes would take more room, and
 * strangers could fill it with names of one hash.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
public final class JsonObject implements JsonValue {
  /** The object without members. */
  public static final JsonObject EMPTY = new JsonObject(new String[0], new JsonValue[0]);

  /** A {@code String[]}, or a single name itself: objects may be deep and narrow. */
  private final Object names;

  /** A {@code JsonValue[]}, or a single value itself. */
  private final Object values;

  /** The places of the members by name, or null if they are few. */
  private final int[] order;

  /**
   * Makes an object.
   *
   * @param members its members in their order, which are copied
   */
  public JsonObject(Map<String, JsonValue> members) {
    this(members.keySet().toArray(String[]::new), members.values().toArray(JsonValue[]::new));
  }

  /** Takes arrays of the same length over, no name twice. */
  private JsonObject(String[] names, JsonValue[] values) {
    this(names, values, names.length > MemberOrder.FEW ? MemberOrder.of(names) : null);
  }

  private JsonObject(String[] names, JsonValue[] values, int[] order) {
    for (int place = 0; place < names.length; place++) {
      Objects.requireNonNull(names[place]);
      Objects.requireNonNull(values[place]);
    }
    boolean single = names.length == 1;
    this.names = single ? names[0] : names;
    this.values = single ? values[0] : values;
    this.order = order;
  }

  /**
   * Makes an object of names and their values side by side.
   *
   * @param names the names, in order
   * @param values as many values
   * @return the object, or empty if a name is there twice
   */
  public static Optional<JsonObject> of(List<String> names, List<JsonValue> values) {
    String[] ofAll = names.toArray(String[]::new);
    int[] order = MemberOrder.of(ofAll);
    return MemberOrder.hasTwins(ofAll, order)
        ? Optional.empty()
        : Optional.of(
            new JsonObject(
                ofAll,
                values.toArray(JsonValue[]::new),
                ofAll.length > MemberOrder.FEW ? order : null));
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
    return Optional.ofNullable(find(name));
  }

  /**
   * Tells whether there is such a member, of any type.
   *
   * @param name its name
   * @return true if there is
   */
  public boolean has(String name) {
    return place(name) >= 0;
  }

  /**
   * Looks a string member up.
   *
   * @param name its name
   * @return its text, or empty if missing or no string
   */
  public Optional<String> string(String name) {
    return find(name) instanceof JsonString string ? Optional.of(string.value()) : Optional.empty();
  }

  /**
   * Looks an integer member up.
   *
   * @param name its name
   * @return its value, or empty if missing or no number written as an integer of 64 bits
   */
  public Optional<Long> integer(String name) {
    return find(name) instanceof JsonNumber number ? number.asLong() : Optional.empty();
  }

  /**
   * Looks a boolean member up.
   *
   * @param name its name
   * @return its value, or empty if missing or no boolean
   */
  public Optional<Boolean> bool(String name) {
    return find(name) instanceof JsonBoolean bool ? Optional.of(bool.value()) : Optional.empty();
  }

  /**
   * Looks an object member up.
   *
   * @param name its name
   * @return the object, or empty if missing or no object
   */
  public Optional<JsonObject> object(String name) {
    return find(name) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
  }

  /**
   * Looks an array member up.
   *
   * @param name its name
   * @return the array, or empty if missing or no array
   */
  public Optional<JsonArray> array(String name) {
    return find(name) instanceof JsonArray array ? Optional.of(array) : Optional.empty();
  }

  /**
   * Makes an object with one member set, in its old place or at the end.
   *
   * @param name the member's name
   * @param value its value
   * @return the changed object
   */
  public JsonObject with(String name, JsonValue value) {
    Objects.requireNonNull(value);
    int place = place(name);
    if (place >= 0) {
      JsonValue[] changed = values().clone();
      changed[place] = value;
      return new JsonObject(names(), changed, order);
    }
    int size = size();
    String[] moreNames = Arrays.copyOf(names(), size + 1);
    JsonValue[] moreValues = Arrays.copyOf(values(), size + 1);
    moreNames[size] = name;
    moreValues[size] = value;
    return new JsonObject(moreNames, moreValues);
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
    int[] kept =
        IntStream.range(0, size())
            .filter(place -> !Arrays.asList(names).contains(name(place)))
            .toArray();
    if (kept.length == size()) {
      return this;
    }
    String[] fewerNames = new String[kept.length];
    JsonValue[] fewerValues = new JsonValue[kept.length];
    for (int i = 0; i < kept.length; i++) {
      fewerNames[i] = name(kept[i]);
      fewerValues[i] = value(kept[i]);
    }
    return new JsonObject(fewerNames, fewerValues);
  }

  /**
   * Shows the members.
   *
   * @return each member's value by its name, in the members' own order; unmodifiable
   */
  public Map<String, JsonValue> members() {
    return Collections.unmodifiableMap(new Members(this));
  }

  int size() {
    return names instanceof String[] all ? all.length : 1;
  }

  String name(int place) {
    return names instanceof String[] all ? all[place] : (String) names;
  }

  JsonValue value(int place) {
    return values instanceof JsonValue[] all ? all[place] : (JsonValue) values;
  }

  /** The places of the members by the code points of their names; not to be changed. */
  int[] order() {
    return order != null ? order : MemberOrder.of(names());
  }

  /** Finds the place of a name, or answers a negative number. */
  int place(String name) {
    if (names instanceof String[] all) {
      return order == null ? indexOf(all, all.length, name) : MemberOrder.find(all, order, name);
    }
    return names.equals(name) ? 0 : -1;
  }

  private JsonValue find(String name) {
    int place = place(name);
    return place < 0 ? null : value(place);
  }

  private String[] names() {
    return names instanceof String[] all ? all : new String[] {(String) names};
  }

  private JsonValue[] values() {
    return values instanceof JsonValue[] all ? all : new JsonValue[] {(JsonValue) values};
  }

  /** Looks for a name among the first of an array. */
  private static int indexOf(String[] names, int size, String name) {
    for (int place = 0; place < size; place++) {
      if (names[place].equals(name)) {
        return place;
      }
    }
    return -1;
  }

  // One frame a level, for the deepest values.
  @Override
  public boolean equals(Object that) {
    if (this == that) {
      return true;
    }
    if (!(that instanceof JsonObject object) || object.size() != size()) {
      return false;
    }
    for (int place = 0; place < size(); place++) {
      int other = object.place(name(place));
      if (other < 0 || !value(place).equals(object.value(other))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (int place = 0; place < size(); place++) {
      hash += name(place).hashCode();
    }
    return hash;
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
      } else if (size > MemberOrder.FEW) {
        places = new HashMap<>();
        for (int place = 0; place < size; place++) {
          places.put(names[place], place);
        }
      }
    }

    private int place(String name) {
      return places == null ? indexOf(names, size, name) : places.getOrDefault(name, -1);
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
          : new JsonObject(Arrays.copyOf(names, size), Arrays.copyOf(values, size));
    }
  }
}
