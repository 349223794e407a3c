package org.theseus.transport.api;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.ServerName;

/**
 * A request whose head has arrived, as the listener hands it on: to be answered once, or handed
 * back.
 */
@ProviderType
public interface Exchange {
  /**
   * Tells the HTTP method.
   *
   * @return the method
   */
  String method();

  /**
   * Tells the request target as received, before any decoding.
   *
   * @return path and query
   */
  String target();

  /**
   * Reads a header.
   *
   * @param name its name, in any case
   * @return its values, one for each line, in order
   */
  List<String> headers(String name);

  /**
   * Tells who is at the other end.
   *
   * @return the client's address
   */
  InetSocketAddress remote();

  /**
   * Tells when the budget of PATHS began: when the connection was accepted if this is its first
   * request, else when this request's first byte arrived.
   *
   * @return a reading of {@link System#nanoTime}
   */
  long arrivedNanos();

  /**
   * Notes whom the request was proved to come from, for the listener's log.
   *
   * @param origin the server that signed it
   */
  default void isFrom(ServerName origin) {}

  /**
   * Reads the body without holding a thread, as it finds room. It is read from the client once: who
   * asks again, also after a hand-back and while it is arriving, gets the same, and its room is
   * asked for what has come already and for the rest.
   *
   * @param maxBytes the most bytes to read
   * @param room where it goes
   * @return the whole body once it has arrived; completes exceptionally with {@code M_TOO_LARGE}
   *     (413) as soon as it is known to be longer, with an {@link java.io.IOException} if the
   *     client goes or takes too long, or with what the room failed with
   */
  CompletionStage<InputStream> readBody(long maxBytes, BodyRoom room);

  /**
   * Reads the body with as much room as it takes.
   *
   * @param maxBytes the most bytes to read
   * @return as {@link #readBody(long, BodyRoom)}
   */
  default CompletionStage<InputStream> readBody(long maxBytes) {
    return readBody(maxBytes, BodyRoom.ANY);
  }

  /**
   * Answers.
   *
   * @param answer the answer
   * @return completes when it has been written, exceptionally if the client went
   */
  CompletionStage<Void> respond(Answer answer);

  /** Gives the request back unanswered; the listener hands it to the next handler there is. */
  void handBack();

  /**
   * Asks to be told if the client goes before the answer.
   *
   * @param action runs at most once, soon after
   */
  void onGone(Runnable action);
}
