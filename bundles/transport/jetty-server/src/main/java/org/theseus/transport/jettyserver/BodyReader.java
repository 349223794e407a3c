package org.theseus.transport.jettyserver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Scheduler;
import org.theseus.protocol.api.MatrixException;
import org.theseus.transport.api.BodyRoom;

/** Collects the body of a request as it arrives and finds room, up to a bound and within a time. */
final class BodyReader {
  private final Content.Source source;
  private final long announced;
  private final long maxBytes;
  private final List<byte[]> pieces = new ArrayList<>();
  private final CompletableFuture<List<byte[]>> whole = new CompletableFuture<>();

  /** Guarded by this. */
  private long length;

  /** Guarded by this. */
  private BodyRoom room = BodyRoom.ANY;

  /**
   * Makes a reader that has not begun.
   *
   * @param source where it comes from
   * @param announced its length, or -1 if not told
   * @param maxBytes the bound
   */
  BodyReader(Content.Source source, long announced, long maxBytes) {
    this.source = source;
    this.announced = announced;
    this.maxBytes = maxBytes;
  }

  /**
   * Goes on into another room, which is asked for what has come already too.
   *
   * @param next the room
   * @return the body's pieces, or why there are none, which may be wrapped
   */
  CompletionStage<List<byte[]>> into(BodyRoom next) {
    long come;
    synchronized (this) {
      room = next;
      come = length;
    }
    return next.take(come).thenCompose(granted -> whole);
  }

  /**
   * Begins.
   *
   * @param limit the longest it may take
   * @param scheduler watches the time
   */
  void start(Duration limit, Scheduler scheduler) {
    if (announced > maxBytes) {
      whole.completeExceptionally(tooLarge());
      return;
    }
    Scheduler.Task timer =
        scheduler.schedule(this::expire, limit.toMillis(), TimeUnit.MILLISECONDS);
    CompletionStage<List<byte[]>> end = whole;
    end.whenComplete((body, failure) -> timer.cancel());
    proceed();
  }

  /**
   * Opens a body that was read.
   *
   * @param pieces the body
   * @return its bytes
   */
  static InputStream stream(List<byte[]> pieces) {
    List<InputStream> streams = new ArrayList<>();
    pieces.forEach(piece -> streams.add(new ByteArrayInputStream(piece)));
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  private void proceed() {
    while (!whole.isDone()) {
      Content.Chunk chunk = source.read();
      if (chunk == null) {
        source.demand(this::proceed);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        whole.completeExceptionally(new IOException("the body ended early", chunk.getFailure()));
        return;
      }
      CompletableFuture<Void> granted = roomFor(chunk.remaining()).toCompletableFuture();
      if (!granted.isDone() || granted.isCompletedExceptionally()) {
        goOnAfter(granted, chunk);
        return;
      }
      take(chunk);
    }
  }

  private void goOnAfter(CompletionStage<Void> granted, Content.Chunk chunk) {
    granted.whenComplete(
        (there, refused) -> {
          if (refused == null) {
            take(chunk);
          } else {
            chunk.release();
            whole.completeExceptionally(refused);
          }
          proceed();
        });
  }

  private CompletionStage<Void> roomFor(int bytes) {
    BodyRoom current;
    synchronized (this) {
      length += bytes;
      if (length > maxBytes) {
        return CompletableFuture.failedFuture(tooLarge());
      }
      current = room;
    }
    return current.take(bytes);
  }

  private void take(Content.Chunk chunk) {
    if (chunk.hasRemaining()) {
      byte[] piece = new byte[chunk.remaining()];
      chunk.getByteBuffer().get(piece);
      pieces.add(piece);
    }
    boolean last = chunk.isLast();
    chunk.release();
    if (last) {
      whole.complete(List.copyOf(pieces));
    }
  }

  private void expire() {
    IOException slow = new IOException("the body took too long");
    if (whole.completeExceptionally(slow)) {
      source.fail(slow);
    }
  }

  private static MatrixException tooLarge() {
    return new MatrixException(JsonErrors.error(HttpStatus.PAYLOAD_TOO_LARGE_413));
  }
}
