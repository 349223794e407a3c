package org.theseus.transport.jettyclient;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.theseus.transport.api.HttpTransport;

/**
 * One attempt at a request. A short answer is handed out once it is whole, so that one that
 * trickles in holds no thread; a longer one is handed out while it comes, its body as a stream.
 */
final class Attempt extends InputStreamResponseListener {
  private static final int SHORT = 64 * 1024;

  private final long maxBytes;
  private final Consumer<HttpTransport.Response> onAnswer;
  private final BiConsumer<Attempt, Result> onEnd;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final AtomicBoolean told = new AtomicBoolean();

  /** What came so far of a short answer; Jetty calls for one piece after the other. */
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

  /**
   * Prepares an attempt.
   *
   * @param maxBytes the bound of the answer's body
   * @param onAnswer gets the answer, if there is one
   * @param onEnd is told when all is over
   */
  Attempt(
      long maxBytes, Consumer<HttpTransport.Response> onAnswer, BiConsumer<Attempt, Result> onEnd) {
    this.maxBytes = maxBytes;
    this.onAnswer = onAnswer;
    this.onEnd = onEnd;
  }

  /** Tells whether anything of an answer came. */
  boolean hasBegun() {
    return begun.get();
  }

  /** Tells whether the answer was handed out. */
  boolean isTold() {
    return told.get();
  }

  @Override
  public void onBegin(Response response) {
    begun.set(true);
  }

  @Override
  public void onHeaders(Response response) {
    super.onHeaders(response);
    if (response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > maxBytes) {
      abort(response, tooLarge());
      return;
    }
  }

  @Override
  public void onContent(Response response, Content.Chunk chunk, Runnable demander) {
    ByteBuffer bytes = chunk.getByteBuffer();
    if (told.get()) {
      super.onContent(response, chunk, demander);
    } else if (collected.size() + bytes.remaining() > Math.min(SHORT, maxBytes)) {
      if (handOut(
          response,
          new SequenceInputStream(
              new ByteArrayInputStream(collected.toByteArray()), getInputStream()))) {
        super.onContent(response, chunk, demander);
      }
    } else {
      byte[] piece = new byte[bytes.remaining()];
      bytes.get(piece);
      collected.writeBytes(piece);
      demander.run();
    }
  }

  private boolean handOut(Response response, InputStream body) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (HttpField field : response.getHeaders()) {
      headers.putIfAbsent(field.getName().toLowerCase(Locale.ROOT), field.getValue());
    }
    try {
      onAnswer.accept(
          new HttpTransport.Response(
              response.getStatus(), headers, new BoundedBody(body, response)));
      told.set(true);
      return true;
    } catch (RejectedExecutionException busy) {
      abort(response, busy);
      return false;
    }
  }

  @Override
  public void onComplete(Result result) {
    super.onComplete(result);
    // Not before: by now the pool has the connection back, for whoever asks next.
    if (hasBegun() && result.getResponseFailure() == null && !told.get()) {
      handOut(result.getResponse(), new ByteArrayInputStream(collected.toByteArray()));
    }
    onEnd.accept(this, result);
  }

  private static CompletionStage<Boolean> abort(Response response, Throwable cause) {
    return response.abort(cause);
  }

  private IOException tooLarge() {
    return new IOException("the answer is larger than " + maxBytes + " bytes");
  }

  /** Ends the exchange when it is closed early or holds too much. */
  private final class BoundedBody extends FilterInputStream {
    private final Response response;
    private long left = maxBytes;
    private boolean ended;

    BoundedBody(InputStream in, Response response) {
      super(in);
      this.response = response;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      if (read > left) {
        IOException failure = tooLarge();
        abort(response, failure);
        throw failure;
      }
      left -= Math.max(read, 0);
      ended |= read < 0;
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      return readNBytes((int) Math.min(count, Short.MAX_VALUE)).length;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    @Override
    public void close() throws IOException {
      super.close();
      if (!ended) {
        abort(response, new IOException("the answer was not read to its end"));
      }
    }
  }
}
