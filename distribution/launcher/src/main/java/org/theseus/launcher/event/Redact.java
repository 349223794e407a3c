package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.RoomVersion;

/** {@code theseus event redact} */
final class Redact implements Operation {
  @Override
  public String help() {
    return """
    theseus event redact --room-version V

    Event -> the event with only those members that the version's redaction keeps.
    """;
  }

  @Override
  public Set<String> valued() {
    return Set.of(Grammar.ROOM_VERSION);
  }

  @Override
  public Answer answer(Flags flags, InputStream in) throws Failure {
    RoomVersion version = Grammar.version(flags);
    return Answer.of(version.redact(Input.event(in, version)));
  }
}
