package org.theseus.itests.interop;

import java.util.ArrayList;
import java.util.List;

/** The table a reader of the log looks for; printed when all tests have run. */
final class Results implements AutoCloseable {
  private static final String LINE = "%-60s | %-12s | %-21s | %s%n";

  private final List<String> lines = new ArrayList<>();

  Results() {
    lines.add(LINE.formatted("scenario", "room version", "direction", "result"));
    lines.add(LINE.formatted("-".repeat(60), "-".repeat(12), "-".repeat(21), "-".repeat(6)));
  }

  /** Adds what a test came to, whose name is {@code scenario | room version | direction}. */
  synchronized void add(String test, String result) {
    String[] cells = test.split(" \\| ", -1);
    lines.add(
        LINE.formatted(
            cells[0], cells.length > 1 ? cells[1] : "", cells.length > 2 ? cells[2] : "", result));
  }

  @Override
  public synchronized void close() {
    System.out.println("\n" + String.join("", lines));
  }
}
