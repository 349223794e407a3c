package org.theseus.transport.api;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * An HTTP server on one listening socket. Two may stand side by side for the same address while one
 * takes over from the other: the older pauses, the newer accepts, the older retires. A listener
 * that finds none for its address when it is activated accepts at once; otherwise it waits to be
 * told.
 */
@ProviderType
public interface Listener {
  /** The service property that holds the address it was configured with, as text. */
  String ADDRESS = "org.theseus.address";

  /**
   * Tells where it listens.
   *
   * @return the bound address
   */
  SocketAddress address();

  /**
   * Tells whether it accepts connections now.
   *
   * @return true between {@link #accept} and {@link #pause}
   */
  boolean isAccepting();

  /**
   * Begins, or begins again, to accept connections.
   *
   * @throws IOException if it cannot; then it is as before
   */
  void accept() throws IOException;

  /**
   * Ceases to accept; connections it has stay. The kernel's backlog takes new ones.
   *
   * @return completes when the socket is in no selector and free for another listener
   */
  CompletionStage<Void> pause();

  /**
   * Lets go of the connections it has, without cutting a request: answers carry {@code Connection:
   * close}, connections idle for 5 s are closed. Call after {@link #pause}.
   *
   * @return completes with no connection left, or after 60 s
   */
  CompletionStage<Void> retire();
}
