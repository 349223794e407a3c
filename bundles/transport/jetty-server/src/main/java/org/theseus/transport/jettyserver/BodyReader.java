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

/** Collects the body of a request as it arrives, up to a bound and within a time. */
final class BodyReader {
  private final Content.Source source;
  private final long maxBytes;
  private final List<byte[]> pieces = new ArrayList<>();
  private final CompletableFuture<List<byte[]>> whole = new CompletableFuture<>();
  private long length;

  private BodyReader(Content.Source source, long maxBytes) {
    this.source = source;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads a body.
   *
   * @param source where it comes from
   * @param announced its length, or -1 if not told
   * @param maxBytes the bound
   * @param limit the longest it may take
   * @param scheduler watches the time
   * @return the body's pieces, or why there are none
   */
  static CompletionStage<List<byte[]>> read(
      Content.Source source, long announced, long maxBytes, Duration limit, Scheduler scheduler) {
    BodyReader reader = new BodyReader(source, maxBytes);
    if (announced > maxBytes) {
      reader.whole.completeExceptionally(tooLarge());
      return reader.whole;
    }
    Scheduler.Task timer =
        scheduler.schedule(reader::expire, limit.toMillis(), TimeUnit.MILLISECONDS);
    CompletionStage<List<byte[]>> whole = reader.whole;
    whole.whenComplete((body, failure) -> timer.cancel());
    reader.proceed();
    return whole;
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
      boolean last = chunk.isLast();
      take(chunk);
      if (last) {
        whole.complete(List.copyOf(pieces));
      }
    }
  }

  private void take(Content.Chunk chunk) {
    length += chunk.remaining();
    if (length > maxBytes) {
      whole.completeExceptionally(tooLarge());
    } else if (chunk.hasRemaining()) {
      byte[] piece = new byte[chunk.remaining()];
      chunk.getByteBuffer().get(piece);
      pieces.add(piece);
    }
    chunk.release();
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
