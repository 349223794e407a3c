package org.theseus.pdu.core.missing;

import java.util.concurrent.CompletionStage;
import org.theseus.protocol.api.RoomId;

/** Fetches history. */
@FunctionalInterface
public interface History {
  /**
   * Fetches history before what we have.
   *
   * @param room the room
   * @param limit about how many events
   * @return how many were added
   */
  CompletionStage<Integer> backfill(RoomId room, int limit);
}
