package org.theseus.persistence.api;

import java.util.List;
import java.util.Objects;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;

/**
 * A join that was signed and may have been sent; after a crash the same event is sent again. The
 * array is shared and must not be changed.
 *
 * @param roomId the room
 * @param user who joins
 * @param version the room's version
 * @param eventId the join event
 * @param event the signed join event, UTF-8 JSON
 * @param servers the servers to send it to, the one that made the template first
 */
public record PendingJoin(
    RoomId roomId,
    UserId user,
    String version,
    EventId eventId,
    byte[] event,
    List<ServerName> servers) {
  /** Checks that all parts are there. */
  public PendingJoin {
    Objects.requireNonNull(roomId);
    Objects.requireNonNull(user);
    Objects.requireNonNull(version);
    Objects.requireNonNull(eventId);
    Objects.requireNonNull(event);
    servers = List.copyOf(servers);
  }
}
