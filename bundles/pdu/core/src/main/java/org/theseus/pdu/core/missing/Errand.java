package org.theseus.pdu.core.missing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Room;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;

/**
 * Something to be fetched: for which room, and from whom.
 *
 * @param room the room
 * @param version its version
 * @param servers whom to ask, in this order
 * @param clock the present time
 * @param untilTs when to stop asking
 */
record Errand(
    Room room, RoomVersion version, List<ServerName> servers, LongSupplier clock, long untilTs) {
  private static final int MAX_SERVERS = 3;
  private static final long LONGEST_MS = 60_000;

  /** One server first, if given, then a few others of the room. */
  static Errand of(Graph graph, Room room, RoomVersion version, Optional<ServerName> first) {
    List<ServerName> servers = new ArrayList<>(room.servers());
    servers.remove(graph.ourselves());
    first.ifPresent(servers::remove);
    Collections.shuffle(servers);
    first.ifPresent(server -> servers.add(0, server));
    return new Errand(
        room,
        version,
        List.copyOf(servers.subList(0, Math.min(MAX_SERVERS, servers.size()))),
        graph.clock(),
        graph.clock().getAsLong() + LONGEST_MS);
  }

  /** Tells whether nobody is to be asked any more. */
  boolean isOver() {
    return clock.getAsLong() >= untilTs;
  }
}
