package org.theseus.ops.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Makes frames of what a command prints: a frame at the end of each write, characters never split
 * between two. Safe for many threads; guarded by {@code this}.
 */
final class FrameStream extends OutputStream {
  /** Where frames go. */
  @FunctionalInterface
  interface Sink {
    /** Takes a text that is not empty. */
    void send(String text) throws IOException;
  }

  private static final int SIZE = 8192;

  private final Sink sink;
  private final ByteBuffer bytes = ByteBuffer.allocate(SIZE);
  private final CharBuffer chars = CharBuffer.allocate(SIZE);
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  FrameStream(Sink sink) {
    this.sink = sink;
  }

  @Override
  public synchronized void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] source, int offset, int length) throws IOException {
    int from = offset;
    int end = offset + length;
    while (from < end) {
      int count = Math.min(bytes.remaining(), end - from);
      bytes.put(source, from, count);
      from += count;
      send();
    }
  }

  private void send() throws IOException {
    bytes.flip();
    decoder.decode(bytes, chars, false);
    bytes.compact();
    chars.flip();
    if (chars.hasRemaining()) {
      sink.send(chars.toString());
    }
    chars.clear();
  }
}
