package org.theseus.persistence.sql.schema;

import java.util.List;

/** The events of a room's timeline by the time they claim. */
final class TimeStep {
  private TimeStep() {}

  static List<String> definitions() {
    return List.of(
        """
        CREATE INDEX event_time ON event (room, origin_server_ts)
        WHERE position IS NOT NULL AND outcome = 0
        """);
  }
}
