package org.theseus.protocol.api;

import java.util.Set;

/**
 * What became of verifying signatures.
 *
 * @see <a
 *     href="https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events">Validating
 *     hashes and signatures</a>
 */
public sealed interface SignatureVerdict {
  /** Every signature needed is there and true. */
  record Valid() implements SignatureVerdict {}

  /**
   * A signature needed is missing or false.
   *
   * @param reason which, in a sentence for people
   */
  record Invalid(String reason) implements SignatureVerdict {}

  /**
   * Signatures are there, but no key that could verify them is at hand; nothing is known to be
   * false.
   *
   * @param servers whose keys are wanted
   */
  record KeysMissing(Set<ServerName> servers) implements SignatureVerdict {}
}
