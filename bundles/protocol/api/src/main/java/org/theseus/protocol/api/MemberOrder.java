package org.theseus.protocol.api;

/** The places of the members of an object, in the order of the code points of their names. */
final class MemberOrder {
  /** As many members are looked through one by one, and sorted whenever that is asked for. */
  static final int FEW = 8;

  private MemberOrder() {}

  /** Sorts by inserting, and where there are more than a few by merging. */
  static int[] of(String[] names) {
    int[] places = new int[names.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = i;
    }
    for (int from = 0; from < places.length; from += FEW) {
      insert(names, places, from, Math.min(from + FEW, places.length));
    }
    int[] merged = places.length > FEW ? new int[places.length] : places;
    for (int width = FEW; width < places.length; width *= 2) {
      for (int from = 0; from < places.length; from += 2 * width) {
        merge(names, places, from, width, merged);
      }
      int[] spent = places;
      places = merged;
      merged = spent;
    }
    return places;
  }

  private static void insert(String[] names, int[] places, int from, int to) {
    for (int i = from; i < to; i++) {
      int place = places[i];
      int gap = i;
      while (gap > from && CodePoints.compare(names[places[gap - 1]], names[place]) > 0) {
        places[gap] = places[--gap];
      }
      places[gap] = place;
    }
  }

  private static void merge(String[] names, int[] places, int from, int width, int[] merged) {
    int middle = Math.min(from + width, places.length);
    int end = Math.min(from + 2 * width, places.length);
    int left = from;
    int right = middle;
    for (int i = from; i < end; i++) {
      boolean leftFirst =
          right == end
              || (left < middle
                  && CodePoints.compare(names[places[left]], names[places[right]]) <= 0);
      merged[i] = leftFirst ? places[left++] : places[right++];
    }
  }

  /** Tells whether a name is there twice. */
  static boolean hasTwins(String[] names, int[] order) {
    for (int i = 1; i < order.length; i++) {
      if (names[order[i - 1]].equals(names[order[i]])) {
        return true;
      }
    }
    return false;
  }

  /** Finds the place of a name by bisection, or answers a negative number. */
  static int find(String[] names, int[] order, String name) {
    int low = 0;
    int high = order.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int found = CodePoints.compare(names[order[middle]], name);
      if (found == 0) {
        return order[middle];
      }
      if (found < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }
}
