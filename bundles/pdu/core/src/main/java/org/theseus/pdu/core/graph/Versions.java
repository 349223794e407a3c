package org.theseus.pdu.core.graph;

import java.util.List;
import java.util.Optional;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.TransientException;

/** The room versions there are; they come and go with their bundles. */
public interface Versions {
  /**
   * Finds a version; while the layer has just begun, one that has not come yet is waited for.
   *
   * @param id its identifier
   * @return the version, or empty if no bundle offers it
   * @throws BeingReplacedException if the bundle that offers it went a moment ago
   */
  Optional<RoomVersion> find(String id);

  /**
   * Finds a version without waiting.
   *
   * @param id its identifier
   * @return the version, or empty if no bundle offers it now
   */
  Optional<RoomVersion> present(String id);

  /**
   * Tells whether a version that is not there may be expected within seconds.
   *
   * @param id its identifier
   * @return whether it went, or the layer began, a moment ago
   */
  boolean isBeingReplaced(String id);

  /**
   * Names the code that processes rooms of a version: another name, other code.
   *
   * @param id the version
   * @return the name; empty while the version is away
   */
  Optional<String> code(String id);

  /**
   * Lists the versions there are, those that are being replaced among them.
   *
   * @return their identifiers, sorted
   */
  List<String> ids();

  /**
   * Finds the version of a room we hold; its rooms wait while it is away. Whoever asks does not:
   * what stands in the way of a layer that is to go would only make its absence longer.
   *
   * @param id its identifier
   * @return the version
   * @throws BeingReplacedException if the bundle that offers it is being replaced
   * @throws TransientException if it has been away for longer than that takes
   */
  default RoomVersion held(String id) {
    return present(id)
        .orElseThrow(
            () ->
                isBeingReplaced(id)
                    ? new BeingReplacedException("room version " + id + " is being replaced")
                    : new TransientException("room version " + id + " is away"));
  }

  /**
   * Finds the version someone asks for.
   *
   * @param id its identifier
   * @return the version
   * @throws MatrixException {@code M_UNSUPPORTED_ROOM_VERSION} if there is none
   */
  default RoomVersion asked(String id) {
    return find(id)
        .orElseThrow(
            () ->
                new MatrixException(
                    400,
                    MatrixError.UNSUPPORTED_ROOM_VERSION,
                    "room version "
                        + id
                        + " is not supported; there are "
                        + String.join(", ", ids())));
  }
}
