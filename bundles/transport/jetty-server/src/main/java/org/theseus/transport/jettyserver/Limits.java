package org.theseus.transport.jettyserver;

import java.time.Duration;

/**
 * What a server bears of its clients.
 *
 * @param idle how long a connection may wait for its next request: longer than the pools of peers
 *     keep theirs, so that they close first (Synapse after two minutes)
 * @param head how long a handshake or the head of a request may take
 * @param body how long the body of a request may take: it takes up room before its sender is known,
 *     and a transaction has to be answered within 25 seconds
 * @param answer how long an answer may stand still because its client does not read
 * @param connections how many there may be; past it the idlest of those with the most is closed
 * @param connectionsPerAddress how many one address may have, or one IPv6 network of 64 bits; past
 *     it the idlest of them is closed
 * @param handshakes how many are worked on at once
 * @param handshakesPerAddress how many of one such may wait for that; past it they are closed: as
 *     many as it may have connections, as the peers behind a balancer all return at once
 */
record Limits(
    Duration idle,
    Duration head,
    Duration body,
    Duration answer,
    int connections,
    int connectionsPerAddress,
    int handshakes,
    int handshakesPerAddress) {
  /** An answer stands still, too, if less of it than this goes in a second. */
  static final int LEAST_BYTES_PER_SECOND = 1024;

  static final Limits USUAL =
      new Limits(
          Duration.ofMinutes(3),
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          15_000,
          12_000,
          2 * Runtime.getRuntime().availableProcessors(),
          12_000);

  /** The same with other bounds of connections; all of an address may shake hands at once. */
  Limits withConnections(int all, int perAddress) {
    return new Limits(idle, head, body, answer, all, perAddress, handshakes, perAddress);
  }

  /** The same with other bounds of handshakes. */
  Limits withHandshakes(int all, int perAddress) {
    return new Limits(
        idle, head, body, answer, connections, connectionsPerAddress, all, perAddress);
  }
}
