package org.theseus.messaging.core;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.RoomId;
import org.theseus.support.Backoff;
import org.theseus.support.Threads;

/**
 * Goes on with joins that were begun and not ended: at activation, as after a crash, and while
 * there are such, ever less often.
 */
final class JoinResumer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JoinResumer.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(30), Duration.ofHours(1));

  private final Joins joins;
  private final Crew crew;
  private final ScheduledExecutorService clock = Threads.scheduler("messaging-resume");

  JoinResumer(Joins joins, Crew crew) {
    this.joins = joins;
    this.crew = crew;
  }

  void start() {
    schedule(Duration.ZERO, 1);
  }

  private void schedule(Duration wait, int round) {
    try {
      var unused = clock.schedule(() -> run(round), wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      LOG.debug("No further attempt at joins: closing");
    }
  }

  private void run(int round) {
    var unused =
        crew.read(joins::unfinished)
            .thenCompose(this::resume)
            .whenComplete(
                (any, failure) -> {
                  if (failure != null) {
                    LOG.info("Joins remain unfinished: {}", Stages.cause(failure).getMessage());
                  }
                  schedule(BACKOFF.after(round), failure == null ? 1 : round + 1);
                });
  }

  private CompletableFuture<Void> resume(Set<RoomId> rooms) {
    return CompletableFuture.allOf(
        rooms.stream()
            .map(
                room ->
                    crew.handshake(
                        room,
                        () -> {
                          joins.resume(room);
                          return room;
                        }))
            .toArray(CompletableFuture[]::new));
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
