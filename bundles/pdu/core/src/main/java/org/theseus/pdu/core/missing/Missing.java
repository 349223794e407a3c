package org.theseus.pdu.core.missing;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.theseus.pdu.core.graph.Room;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;

/** Fetches what an event refers to. */
@FunctionalInterface
public interface Missing {
  /**
   * Fetches what lies between the graph and an event, and stores auth events that are missing.
   *
   * @param room the room
   * @param version its version
   * @param event the event
   * @param origin who sent it
   * @return the events to be placed before it, each after those it follows; completes exceptionally
   *     if nobody has them
   */
  CompletionStage<List<Pulled>> fetch(
      Room room, RoomVersion version, Event event, ServerName origin);
}
