package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.RoomVersion;

/** {@code theseus event id} */
final class Id implements Operation {
  @Override
  public String help() {
    return """
    theseus event id --room-version V

    Event -> its event id, a JSON string: the event_id it has, else (from version 3) $ and its
    reference hash.
    """;
  }

  @Override
  public Set<String> valued() {
    return Set.of(Grammar.ROOM_VERSION);
  }

  @Override
  public Answer answer(Flags flags, InputStream in) throws Failure {
    RoomVersion version = Grammar.version(flags);
    JsonObject event = Input.event(in, version);
    return Answer.of(
        new JsonString(new EventReader(version).id(event, EventReader.THE_EVENT).value()));
  }
}
