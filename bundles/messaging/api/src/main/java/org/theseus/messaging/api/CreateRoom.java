package org.theseus.messaging.api;

import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.UserId;

/**
 * A room to be made.
 *
 * @param creator one of our users
 * @param version the room version
 * @param isPublic whether anyone may join; otherwise by invite only
 * @param aliasLocalpart the localpart of an alias on our server, without sigil
 */
public record CreateRoom(
    UserId creator, String version, boolean isPublic, Optional<String> aliasLocalpart) {
  /** The version of rooms when nobody says otherwise. */
  public static final String DEFAULT_VERSION = "12";

  /** Checks that all parts are there. */
  public CreateRoom {
    Objects.requireNonNull(creator);
    Objects.requireNonNull(version);
    Objects.requireNonNull(aliasLocalpart);
  }
}
