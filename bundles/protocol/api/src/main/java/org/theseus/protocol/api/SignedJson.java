package org.theseus.protocol.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Canonical bytes and signatures of JSON objects that are no events: server keys, requests,
 * third-party invites. Pure; safe for many threads.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#signing-json">Signing JSON</a>
 */
@ProviderType
public interface SignedJson {
  /**
   * Writes canonical JSON, strictly: integers within ±(2^53 − 1) only; -0 and 1e10 become 0 and
   * 10000000000.
   *
   * @param value any value
   * @return its canonical bytes
   * @throws JsonException {@code M_BAD_JSON} for fractions and numbers out of range
   */
  byte[] canonical(JsonValue value);

  /**
   * Adds a signature beside those already there. {@code signatures} and {@code unsigned} are not
   * signed over, and numbers are taken as written.
   *
   * @param object what to sign
   * @param server in whose name
   * @param signer the key
   * @return the object with the signature added
   */
  JsonObject sign(JsonObject object, ServerName server, Signer signer);

  /**
   * Verifies one signature.
   *
   * @param object the signed object
   * @param server who is said to have signed
   * @param keyId with which key
   * @param publicKey 32 bytes of that key
   * @return whether there is such a signature and it is true
   */
  boolean verify(JsonObject object, ServerName server, KeyId keyId, byte[] publicKey);
}
