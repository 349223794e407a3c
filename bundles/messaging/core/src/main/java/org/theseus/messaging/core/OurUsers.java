package org.theseus.messaging.core;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;

/**
 * Who may act through us: users of our server, with localparts as they are made today.
 *
 * @param server our server
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#user-identifiers">User identifiers</a>
 */
record OurUsers(ServerName server) {
  private static final Pattern LOCALPART = Pattern.compile("[a-z0-9._=/+-]+");
  private static final Pattern ALIAS_LOCALPART =
      Pattern.compile("[^:\\p{Cntrl}\\p{IsWhite_Space}]+");
  private static final int MAX_BYTES = 255;

  boolean owns(UserId user) {
    return user.server().equals(server);
  }

  /** Checks that a user is ours. */
  UserId require(UserId user) {
    if (!owns(user)) {
      throw Refusals.forbidden(user + " is not a user of " + server);
    }
    if (!LOCALPART.matcher(user.localpart()).matches() || tooLong(user.value())) {
      throw Refusals.invalid(
          user + " is not a valid user id: localparts consist of a-z, 0-9 and ._=/+-");
    }
    return user;
  }

  /** Makes an alias on our server. */
  RoomAlias alias(String localpart) {
    String alias = "#" + localpart + ":" + server;
    if (!ALIAS_LOCALPART.matcher(localpart).matches() || tooLong(alias)) {
      throw Refusals.invalid(
          "the alias " + alias + " is not valid: no colons, spaces or control characters");
    }
    return RoomAlias.of(alias);
  }

  private static boolean tooLong(String id) {
    return id.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
  }
}
