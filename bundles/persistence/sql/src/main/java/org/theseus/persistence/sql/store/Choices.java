package org.theseus.persistence.sql.store;

import java.util.List;
import org.theseus.persistence.api.Destination;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.sql.query.DestinationQueries;
import org.theseus.persistence.sql.query.LogQueries;
import org.theseus.protocol.api.ServerName;

/** What is sent of a backlog that is too long or too old to be sent whole. */
final class Choices {
  /**
   * How much of the timeline, of all rooms together, is searched for ancestors: so much work is
   * done at most for one destination. What is older may be chosen though it is an ancestor.
   */
  private static final long WINDOW = 5_000;

  private final Session session;
  private final References references;
  private final EventLog log;

  Choices(Session session, References references, EventLog log) {
    this.session = session;
    this.references = references;
    this.log = log;
  }

  /** Chooses among all that is meant for a destination after its cursor. */
  void choose(Destination destination, int mostPerRoom) {
    String name = destination.server().value();
    long server = references.server(destination.server());
    session.update(LogQueries.UNCHOOSE, server);
    long cursor = destination.cursor();
    long oldest = references.last(Counters.LIVE) - WINDOW;
    long chosen = 0;
    for (long room : session.list(LogQueries.ROOMS_AFTER, row -> row.getLong(1), name, cursor)) {
      long place = session.number(LogQueries.PLACE, room, cursor).orElse(oldest);
      List<Long> heads =
          session.list(
              LogQueries.HEADS,
              row -> row.getLong(1),
              room,
              cursor,
              name,
              Math.max(place, oldest),
              mostPerRoom);
      for (long position : heads) {
        session.update(LogQueries.CHOOSE, server, room, position);
      }
      chosen += heads.size();
    }
    long left = log.owed(destination.server(), cursor) - chosen;
    session.update(DestinationQueries.CATCH_UP, left, server);
  }

  /** Reads what was chosen and is not yet delivered, room by room. */
  List<LoggedEvent> read(ServerName destination, int limit) {
    return session.list(LogQueries.CHOSEN, EventLog::event, destination.value(), limit);
  }

  /** Counts what was chosen and is not yet delivered. */
  long left(ServerName destination) {
    return session.number(LogQueries.CHOSEN_COUNT, destination.value()).orElseThrow();
  }
}
