package org.theseus.transport.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The memory that the bodies of requests may take up, given out as they arrive. A body whose next
 * piece finds no room is not read on until there is some. Safe for many threads.
 */
@ProviderType
@FunctionalInterface
public interface BodyRoom {
  /** Has room for everything. */
  BodyRoom ANY = bytes -> CompletableFuture.completedFuture(null);

  /**
   * Asks for room for what of a body has just come.
   *
   * @param bytes how much, maybe 0
   * @return completes once there is room; exceptionally if there will be none in time, and so does
   *     the reading of the body then
   */
  CompletionStage<Void> take(long bytes);
}
