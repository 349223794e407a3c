package org.theseus.itests.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.theseus.itests.peer.Grammar;
import org.theseus.itests.peer.Line;
import org.theseus.itests.peer.Peer;

/**
 * A request and what its answer has to be.
 *
 * @param within what the body of the answer holds
 * @param budget how long it may take from the connection to the first byte of the answer
 */
record Question(
    String method, String target, boolean signed, byte[] body, String within, Duration budget) {
  /** What a peer waits for an answer. */
  static final Duration BUDGET = Duration.ofSeconds(7);

  /** What it waits for the answer to a transaction. */
  static final Duration SEND_BUDGET = Duration.ofSeconds(25);

  static Question get(String target, boolean signed, String within) {
    return new Question("GET", target, signed, new byte[0], within, BUDGET);
  }

  static Question send(String target, String body, String within) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new Question("PUT", target, true, bytes, within, SEND_BUDGET);
  }

  /** Puts it to a server, signed by an origin if it is to be signed. */
  void put(Line line, String server, Peer origin) throws IOException {
    line.request(
        method,
        target,
        signed
            ? List.of(
                origin.xMatrix(
                    server,
                    method,
                    target,
                    body.length == 0
                        ? Optional.empty()
                        : Optional.of(Grammar.JSON.readObject(body))))
            : List.of(),
        body);
  }

  /** Tells what is wrong with an answer to a request that began at a time. */
  Optional<String> fault(Line.Reply reply, long began) {
    Duration waited = Duration.ofNanos(reply.firstByte() - began);
    if (reply.status() != 200 || !reply.text().contains(within)) {
      return Optional.of(
          "wrong answer to %s after %s: %d %.200s"
              .formatted(target, waited, reply.status(), reply.text()));
    }
    return waited.compareTo(budget) > 0
        ? Optional.of("%s was answered after %s".formatted(target, waited))
        : Optional.empty();
  }
}
