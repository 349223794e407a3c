package org.theseus.persistence.sql.store;

import org.theseus.persistence.sql.query.ReferenceQueries;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;

/** The numbers that stand for ids; one that has none yet gets it. */
final class References {
  private final Session session;

  References(Session session) {
    this.session = session;
  }

  long event(EventId id) {
    return number(ReferenceQueries.FIND_EVENT, ReferenceQueries.ADD_EVENT, id.value());
  }

  long room(RoomId id) {
    return number(ReferenceQueries.FIND_ROOM, ReferenceQueries.ADD_ROOM, id.value());
  }

  long server(ServerName name) {
    return number(ReferenceQueries.FIND_SERVER, ReferenceQueries.ADD_SERVER, name.value());
  }

  long slot(StateKey slot) {
    return number(ReferenceQueries.FIND_SLOT, ReferenceQueries.ADD_SLOT, slot.type(), slot.key());
  }

  /** The next number of an order without gaps. */
  long next(String counter) {
    return session.number(ReferenceQueries.COUNT_UP, counter).orElseThrow();
  }

  /** The number an order has come to. */
  long last(String counter) {
    return session.number(ReferenceQueries.COUNT, counter).orElseThrow();
  }

  private long number(String find, String add, Object... words) {
    return session
        .number(find, words)
        .or(() -> session.number(add, words))
        // Somebody else's transaction may have been quicker, where there are several.
        .orElseGet(() -> session.number(find, words).orElseThrow());
  }
}
