package org.theseus.itests.peer.synapse;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.theseus.itests.peer.Peer;
import org.theseus.protocol.api.JsonObject;

/** Carries one attempt of a request, without a second one of its own. */
@FunctionalInterface
interface Wire {
  /** A request as it goes out. */
  record Outgoing(
      String destination,
      String method,
      String target,
      String authorization,
      Optional<JsonObject> content) {}

  /** The head of an answer came, its body did not. */
  final class BodyLost extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    BodyLost(int status, IOException cause) {
      super("the body of an answer with " + status + " is lost", cause);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param timeout modelled time from the connection to the head of the answer, and again from
   *     there to its end
   * @throws IOException if no head of an answer came; {@link BodyLost} if nothing else did
   */
  Peer.Reply exchange(Outgoing request, Duration timeout) throws IOException;
}
