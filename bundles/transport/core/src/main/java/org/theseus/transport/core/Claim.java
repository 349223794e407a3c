package org.theseus.transport.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.KeyRing;

/**
 * Who a request says it is from, by all its X-Matrix headers together.
 *
 * @param origin the server
 * @param signatures its signatures in base64, each with its key
 */
record Claim(ServerName origin, Map<KeyId, String> signatures) {
  /** More keys than anyone signs with at once. */
  private static final int MAX_SIGNATURES = 8;

  Claim {
    Objects.requireNonNull(origin);
    signatures = Map.copyOf(signatures);
  }

  /**
   * Reads the headers.
   *
   * @param headers the values of all Authorization headers
   * @param self our own name
   * @return the claim
   * @throws MatrixException {@code M_UNAUTHORIZED} (401) if there is none, or one that cannot be
   *     true
   */
  static Claim of(List<String> headers, ServerName self) {
    List<XMatrix> parsed = headers.stream().map(XMatrix::parse).flatMap(Optional::stream).toList();
    if (parsed.isEmpty()) {
      throw unauthorized("the request is not signed with X-Matrix");
    }
    if (parsed.size() > MAX_SIGNATURES) {
      throw unauthorized("the request has too many X-Matrix headers");
    }
    ServerName origin = parsed.get(0).origin();
    Map<KeyId, String> signatures = new LinkedHashMap<>();
    for (XMatrix header : parsed) {
      if (!header.origin().equals(origin)) {
        throw unauthorized("the X-Matrix headers name more than one origin");
      }
      if (!header.destination().orElse(self.value()).equals(self.value())) {
        throw unauthorized("the request is meant for another server");
      }
      if (header.key().isEd25519() && signatures.put(header.key(), header.signature()) != null) {
        throw unauthorized("two X-Matrix headers name the same key");
      }
    }
    if (signatures.isEmpty()) {
      throw unauthorized("no X-Matrix header names an ed25519 key");
    }
    return new Claim(origin, signatures);
  }

  /**
   * Picks the keys that may sign a request now; old ones may not.
   *
   * @param found the keys found
   * @param nowTs the time, in milliseconds since the epoch
   * @return those that count; none if they cannot be had now
   * @throws MatrixException {@code M_UNAUTHORIZED} (401) if there is none
   */
  Map<KeyId, VerifyKey> current(KeyRing.Found found, long nowTs) {
    Map<KeyId, VerifyKey> current = new LinkedHashMap<>();
    for (KeyId id : signatures.keySet()) {
      VerifyKey key = found.keys().get(id);
      if (key != null && !key.expired() && key.validUntilTs() >= nowTs) {
        current.put(id, key);
      }
    }
    if (current.isEmpty() && found.settled()) {
      throw unauthorized("no current key of " + origin + " is known that signed the request");
    }
    return current;
  }

  /**
   * Verifies the signatures; all that can be judged must be true.
   *
   * @param request the object that stands for the request
   * @param keys the keys that count
   * @param signedJson verifies
   * @throws MatrixException {@code M_UNAUTHORIZED} (401) if one is false
   */
  void verify(JsonObject request, Map<KeyId, VerifyKey> keys, SignedJson signedJson) {
    JsonObject.Builder all = JsonObject.builder();
    signatures.forEach((id, signature) -> all.put(id.value(), new JsonString(signature)));
    JsonObject signed =
        request.with("signatures", JsonObject.builder().put(origin.value(), all.build()).build());
    keys.forEach(
        (id, key) -> {
          if (!signedJson.verify(signed, origin, id, key.publicKey())) {
            throw unauthorized("the signature with " + id + " is false");
          }
        });
  }

  private static MatrixException unauthorized(String why) {
    return new MatrixException(401, MatrixError.UNAUTHORIZED, why);
  }
}
