package org.theseus.itests.bench;

import java.util.List;
import java.util.Locale;

/**
 * A ratio and what it may be.
 *
 * @param atMost whether it is not to be above the limit, or not below
 */
record Ratio(String name, double value, double limit, boolean atMost) {
  /** Prints some, and tells whether each is as it should be. */
  static boolean tell(List<Ratio> ratios) {
    ratios.forEach(System.out::println);
    return ratios.stream().allMatch(Ratio::isKept);
  }

  boolean isMeasured() {
    return !Double.isNaN(value);
  }

  boolean isKept() {
    return atMost ? value <= limit : value >= limit;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-62s %7.3f  %s %.1f  %s",
        name,
        value,
        atMost ? "at most " : "at least",
        limit,
        !isMeasured() ? "NOT MEASURED" : isKept() ? "kept" : "NOT KEPT");
  }
}
