package org.theseus.pdu.api;

import java.util.List;
import java.util.Objects;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/**
 * The received events that were set aside because processing them failed again and again; their
 * rooms go on without them. They are tried once more when a person asks for it, when they are
 * received once more, and when the code that failed has been replaced by another version. Blocks
 * for queries of the store; safe for many threads.
 */
@ProviderType
public interface Quarantine {
  /**
   * An event set aside.
   *
   * @param room its room
   * @param event its id
   * @param origin the server that sent it to us
   * @param receivedTs when it was received, in milliseconds since the epoch
   * @param reason what went wrong
   */
  record SetAside(RoomId room, EventId event, ServerName origin, long receivedTs, String reason) {
    /** Checks that all parts are there. */
    public SetAside {
      Objects.requireNonNull(room);
      Objects.requireNonNull(event);
      Objects.requireNonNull(origin);
      Objects.requireNonNull(reason);
    }
  }

  /**
   * Lists what is set aside.
   *
   * @param limit the most events
   * @return the events, the one received first first
   */
  List<SetAside> list(int limit);

  /**
   * Has an event tried once more, soon.
   *
   * @param event its id
   * @return false if it is not set aside
   */
  boolean retry(EventId event);
}
