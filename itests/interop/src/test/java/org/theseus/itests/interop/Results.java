package org.theseus.itests.interop;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The table a reader of the log looks for; printed when all tests have run. */
final class Results implements AutoCloseable {
  private record Row(String scenario, String roomVersion, String direction, String result) {}

  private final List<Row> rows = new ArrayList<>();

  /**
   * Adds what a test came to. A test of the name {@code version, direction} has its scenario from
   * the method above it.
   */
  synchronized void add(ExtensionContext context, String result) {
    String[] parts = context.getDisplayName().split(", ", 2);
    rows.add(
        parts.length == 2
            ? new Row(
                context.getParent().orElseThrow().getDisplayName(), parts[0], parts[1], result)
            : new Row(context.getDisplayName(), "", "", result));
  }

  @Override
  public synchronized void close() {
    StringBuilder table = new StringBuilder("\n");
    line(table, new Row("scenario", "room version", "direction", "result"));
    line(table, new Row("-".repeat(60), "-".repeat(12), "-".repeat(22), "-".repeat(6)));
    rows.forEach(row -> line(table, row));
    System.out.println(table);
  }

  private static void line(StringBuilder table, Row row) {
    table.append(
        "%-60s | %-12s | %-22s | %s%n"
            .formatted(row.scenario(), row.roomVersion(), row.direction(), row.result()));
  }
}
