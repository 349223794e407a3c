package org.theseus.pdu.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.UserId;

/**
 * A room to be made.
 *
 * @param version its room version
 * @param creator who makes it
 * @param createContent the content of the create event; {@code room_version}, and {@code creator}
 *     where the version has it, are filled in
 * @param events what follows it, in order, the creator's join first
 * @param alias an alias of ours that is to stand for the room, added in the same unit of work
 */
public record NewRoom(
    String version,
    UserId creator,
    JsonObject createContent,
    List<Draft> events,
    Optional<RoomAlias> alias) {
  /** Checks that all parts are there. */
  public NewRoom {
    Objects.requireNonNull(version);
    Objects.requireNonNull(creator);
    Objects.requireNonNull(createContent);
    events = List.copyOf(events);
    Objects.requireNonNull(alias);
  }
}
