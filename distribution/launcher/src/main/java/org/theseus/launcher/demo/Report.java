package org.theseus.launcher.demo;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.util.List;

/**
 * What the demo came to.
 *
 * @param sent messages that were acknowledged to their senders
 * @param received of these, how many the other server holds
 * @param lost messages or other events that one of the servers should hold and does not, or holds
 *     differently, and messages that were refused
 * @param duplicated events that stand twice in a timeline, or messages that were said once and
 *     stand there under two ids
 * @param refused connections refused or reset, 5xx and time-outs, seen by either client or prober
 * @param swaps each replacement
 */
record Report(int sent, int received, int lost, int duplicated, int refused, List<Swap> swaps) {
  /**
   * A replacement of a bundle.
   *
   * @param server where
   * @param bundle its symbolic name
   * @param pauseMillis the longest request that overlapped it
   */
  record Swap(String server, String bundle, long pauseMillis) {}

  Report {
    swaps = List.copyOf(swaps);
  }

  boolean isClean() {
    return lost == 0 && duplicated == 0 && refused == 0;
  }

  JsonObject json() {
    JsonArrayBuilder list = Json.createArrayBuilder();
    for (Swap swap : swaps) {
      list.add(
          Json.createObjectBuilder()
              .add("server", swap.server())
              .add("bundle", swap.bundle())
              .add("pauseMillis", swap.pauseMillis()));
    }
    return Json.createObjectBuilder()
        .add("sent", sent)
        .add("received", received)
        .add("lost", lost)
        .add("duplicated", duplicated)
        .add("refused", refused)
        .add("swaps", list)
        .build();
  }

  String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        "sent %d   received %d   lost %d   duplicated %d   refused %d%n%n"
            .formatted(sent, received, lost, duplicated, refused));
    table.append("%-22s %-40s %s%n".formatted("server", "replaced while running", "longest pause"));
    for (Swap swap : swaps) {
      table.append(
          "%-22s %-40s %8d ms%n".formatted(swap.server(), swap.bundle(), swap.pauseMillis()));
    }
    return table.toString();
  }
}
