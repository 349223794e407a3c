package org.theseus.protocol.api;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;

/** The members of an object as an unmodifiable map in their own order. */
final class Members extends AbstractMap<String, JsonValue> {
  private final JsonObject object;

  Members(JsonObject object) {
    this.object = object;
  }

  @Override
  public JsonValue get(Object name) {
    int place = name instanceof String text ? object.place(text) : -1;
    return place < 0 ? null : object.value(place);
  }

  @Override
  public boolean containsKey(Object name) {
    return name instanceof String text && object.place(text) >= 0;
  }

  @Override
  public int size() {
    return object.size();
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super JsonValue> action) {
    for (int place = 0; place < object.size(); place++) {
      action.accept(object.name(place), object.value(place));
    }
  }

  @Override
  public Collection<JsonValue> values() {
    return new AbstractList<>() {
      @Override
      public int size() {
        return object.size();
      }

      @Override
      public JsonValue get(int place) {
        return object.value(place);
      }
    };
  }

  @Override
  public Set<Map.Entry<String, JsonValue>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return object.size();
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
      return place < object.size();
    }

    @Override
    public Map.Entry<String, JsonValue> next() {
      if (place == object.size()) {
        throw new NoSuchElementException();
      }
      return Map.entry(object.name(place), object.value(place++));
    }
  }
}
