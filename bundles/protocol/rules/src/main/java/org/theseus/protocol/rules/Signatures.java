package org.theseus.protocol.rules;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.Signer;

/**
 * The {@code signatures} member of an object, and the bytes they are made over.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#signing-json">Signing JSON</a>
 */
final class Signatures {
  private static final String SIGNATURES = "signatures";

  private Signatures() {}

  /**
   * Writes what is signed: the object without signatures and unsigned, sorted, numbers as they
   * came.
   */
  static byte[] signedBytes(JsonObject object) {
    return object.without(SIGNATURES, "unsigned").toSortedBytes();
  }

  /** Makes a signature over some bytes and adds it to an object. */
  static JsonObject sign(JsonObject object, byte[] signed, ServerName server, Signer signer) {
    JsonObject all = object.object(SIGNATURES).orElse(JsonObject.EMPTY);
    JsonObject ofServer = all.object(server.value()).orElse(JsonObject.EMPTY);
    String signature = Base64Text.standard(signer.sign(signed));
    return object.with(
        SIGNATURES, all.with(server.value(), ofServer.with(signer.keyId().value(), signature)));
  }

  /** Names the Ed25519 keys with which a server is said to have signed. */
  static Set<KeyId> keyIds(JsonObject object, ServerName server) {
    return object
        .object(SIGNATURES)
        .flatMap(all -> all.object(server.value()))
        .map(JsonObject::members)
        .orElse(Map.of())
        .keySet()
        .stream()
        .map(KeyId::of)
        .filter(KeyId::isEd25519)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Verifies one signature over some bytes. */
  static boolean verify(
      Ed25519 ed25519,
      JsonObject object,
      byte[] signed,
      ServerName server,
      KeyId keyId,
      byte[] publicKey) {
    return signature(object, server, keyId)
        .flatMap(Base64Text::decode)
        .filter(signature -> ed25519.verify(publicKey, signed, signature))
        .isPresent();
  }

  /** Adds the signatures of another object; where both have one, that of the first stays. */
  static JsonObject merge(JsonObject object, JsonObject other) {
    JsonObject ours = object.object(SIGNATURES).orElse(JsonObject.EMPTY);
    JsonObject theirs = other.object(SIGNATURES).orElse(JsonObject.EMPTY);
    JsonObject merged = ours;
    for (String server : theirs.members().keySet()) {
      JsonObject keys = merged.object(server).orElse(JsonObject.EMPTY);
      JsonObject added = theirs.object(server).orElse(JsonObject.EMPTY);
      for (String key : added.members().keySet()) {
        if (!keys.has(key) && added.string(key).isPresent()) {
          keys = keys.with(key, added.string(key).get());
        }
      }
      if (!keys.members().isEmpty()) {
        merged = merged.with(server, keys);
      }
    }
    return merged.equals(ours) ? object : object.with(SIGNATURES, merged);
  }

  private static Optional<String> signature(JsonObject object, ServerName server, KeyId keyId) {
    return object
        .object(SIGNATURES)
        .flatMap(all -> all.object(server.value()))
        .flatMap(ofServer -> ofServer.string(keyId.value()));
  }
}
