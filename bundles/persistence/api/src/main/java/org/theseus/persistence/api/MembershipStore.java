package org.theseus.persistence.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.UserId;

/** Memberships of our own users. */
@ProviderType
public interface MembershipStore {
  /**
   * Notes a membership, in place of the one before.
   *
   * @param membership the membership
   */
  void put(LocalMembership membership);

  /**
   * Finds a membership.
   *
   * @param user our user
   * @param roomId the room
   * @return the membership, or empty
   */
  Optional<LocalMembership> find(UserId user, RoomId roomId);

  /**
   * Lists the memberships of our users in a room.
   *
   * @param roomId the room
   * @return the memberships, by user id
   */
  List<LocalMembership> of(RoomId roomId);

  /**
   * Lists a user's memberships.
   *
   * @param user our user
   * @return the memberships, in no particular order
   */
  List<LocalMembership> of(UserId user);
}
