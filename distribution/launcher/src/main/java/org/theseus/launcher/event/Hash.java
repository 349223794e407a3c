package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.RoomVersion;

/** {@code theseus event hash} */
final class Hash implements Operation {
  @Override
  public String help() {
    return """
    theseus event hash --room-version V

    Event -> its content hash, a JSON string: SHA-256 in unpadded Base64.
    """;
  }

  @Override
  public Set<String> valued() {
    return Set.of(Grammar.ROOM_VERSION);
  }

  @Override
  public Answer answer(Flags flags, InputStream in) throws Failure {
    RoomVersion version = Grammar.version(flags);
    return Answer.of(new JsonString(version.contentHash(Input.event(in, version))));
  }
}
