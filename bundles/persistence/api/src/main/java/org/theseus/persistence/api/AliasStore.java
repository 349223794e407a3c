package org.theseus.persistence.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;

/** The aliases we own. */
@ProviderType
public interface AliasStore {
  /**
   * Adds an alias.
   *
   * @param alias the alias
   * @param roomId the room it stands for
   * @return whether it was added; false if it stands for a room already
   */
  boolean add(RoomAlias alias, RoomId roomId);

  /**
   * Finds the room an alias stands for.
   *
   * @param alias the alias
   * @return the room, or empty
   */
  Optional<RoomId> find(RoomAlias alias);

  /**
   * Lists the aliases of a room.
   *
   * @param roomId the room
   * @return its aliases
   */
  List<RoomAlias> of(RoomId roomId);

  /**
   * Removes an alias.
   *
   * @param alias the alias
   */
  void remove(RoomAlias alias);
}
