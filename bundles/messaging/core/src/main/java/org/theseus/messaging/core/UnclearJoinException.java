package org.theseus.messaging.core;

import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.TransientException;

/** A join was sent, and nobody can say yet whether it was taken; it is sent again later. */
final class UnclearJoinException extends TransientException {
  private static final long serialVersionUID = 1L;

  UnclearJoinException(RoomId room, TransientException last) {
    super(
        "the join of "
            + room
            + " was sent but not answered; it is tried again: "
            + last.getMessage(),
        last);
  }
}
