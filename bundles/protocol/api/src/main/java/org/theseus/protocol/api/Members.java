package org.theseus.protocol.api;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * The members of an object, unmodifiable and small: names and values in their own order and, if
 * there are more than a few, the order of the names. A member is found by bisection; a table of
 * hashes would take more room, and strangers could fill it with names of one hash.
 */
final class Members extends AbstractMap<String, JsonValue> {
  static final Members NONE = new Members(new String[0], new JsonValue[0]);

  /** As many members are looked through one by one, and sorted whenever that is asked for. */
  static final int FEW = 8;

  private final String[] names;
  private final JsonValue[] values;

  /** The places of the members by name, or null if they are few. */
  private final int[] sorted;

  /** Takes arrays of the same length over, no name twice. */
  Members(String[] names, JsonValue[] values) {
    this(names, values, names.length > FEW ? sort(names) : null);
  }

  private Members(String[] names, JsonValue[] values, int[] sorted) {
    this.names = names;
    this.values = values;
    this.sorted = sorted;
  }

  static Members of(Map<String, JsonValue> members) {
    if (members instanceof Members already) {
      return already;
    }
    String[] names = new String[members.size()];
    JsonValue[] values = new JsonValue[names.length];
    int place = 0;
    for (Map.Entry<String, JsonValue> member : members.entrySet()) {
      names[place] = Objects.requireNonNull(member.getKey());
      values[place++] = Objects.requireNonNull(member.getValue());
    }
    return place == 0 ? NONE : new Members(names, values);
  }

  Members with(String name, JsonValue value) {
    int place = place(name);
    if (place >= 0) {
      JsonValue[] changed = values.clone();
      changed[place] = value;
      return new Members(names, changed, sorted);
    }
    String[] moreNames = Arrays.copyOf(names, names.length + 1);
    JsonValue[] moreValues = Arrays.copyOf(values, values.length + 1);
    moreNames[names.length] = name;
    moreValues[values.length] = value;
    return new Members(moreNames, moreValues);
  }

  Members without(String... unwanted) {
    int[] kept =
        IntStream.range(0, names.length)
            .filter(place -> !Arrays.asList(unwanted).contains(names[place]))
            .toArray();
    if (kept.length == names.length) {
      return this;
    }
    String[] fewerNames = new String[kept.length];
    JsonValue[] fewerValues = new JsonValue[kept.length];
    for (int i = 0; i < kept.length; i++) {
      fewerNames[i] = names[kept[i]];
      fewerValues[i] = values[kept[i]];
    }
    return new Members(fewerNames, fewerValues);
  }

  String name(int place) {
    return names[place];
  }

  JsonValue value(int place) {
    return values[place];
  }

  /** The places of the members by the code points of their names; not to be changed. */
  int[] sorted() {
    return sorted != null ? sorted : sort(names);
  }

  private static int[] sort(String[] names) {
    if (names.length > FEW) {
      return IntStream.range(0, names.length)
          .boxed()
          .sorted((a, b) -> CodePoints.compare(names[a], names[b]))
          .mapToInt(Integer::intValue)
          .toArray();
    }
    int[] places = new int[names.length];
    for (int i = 0; i < places.length; i++) {
      int gap = i;
      while (gap > 0 && CodePoints.compare(names[places[gap - 1]], names[i]) > 0) {
        places[gap] = places[--gap];
      }
      places[gap] = i;
    }
    return places;
  }

  /** Finds the place of a name, or answers a negative number. */
  private int place(String name) {
    if (sorted == null) {
      return indexOf(names, names.length, name);
    }
    int low = 0;
    int high = sorted.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = CodePoints.compare(names[sorted[middle]], name);
      if (order == 0) {
        return sorted[middle];
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** Looks for a name among the first of an array. */
  static int indexOf(String[] names, int size, String name) {
    for (int place = 0; place < size; place++) {
      if (names[place].equals(name)) {
        return place;
      }
    }
    return -1;
  }

  @Override
  public JsonValue get(Object name) {
    int place = name instanceof String text ? place(text) : -1;
    return place < 0 ? null : values[place];
  }

  @Override
  public boolean containsKey(Object name) {
    return name instanceof String text && place(text) >= 0;
  }

  @Override
  public int size() {
    return names.length;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super JsonValue> action) {
    for (int place = 0; place < names.length; place++) {
      action.accept(names[place], values[place]);
    }
  }

  @Override
  public Collection<JsonValue> values() {
    return Collections.unmodifiableList(Arrays.asList(values));
  }

  @Override
  public Set<Map.Entry<String, JsonValue>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return names.length;
      }

      @Override
      public Iterator<Map.Entry<String, JsonValue>> iterator() {
        return new Entries();
      }
    };
  }

  private final class Entries implements Iterator<Map.Entry<String, JsonValue>> {
    private int place;

    @Override
    public boolean hasNext() {
      return place < names.length;
    }

    @Override
    public Map.Entry<String, JsonValue> next() {
      if (place == names.length) {
        throw new NoSuchElementException();
      }
      return Map.entry(names[place], values[place++]);
    }
  }
}
