package org.theseus.transport.keys;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.VerifyKey;

/**
 * Reads what a server publishes as its keys. The answer is believed if it is signed with at least
 * one of the keys it lists as current, and no signature by one of them is false. Single keys that
 * are none are skipped.
 */
final class PublishedKeys {
  /** Far more than a server that changes its key every month needs in ten years. */
  private static final int MAX_KEYS = 200;

  private static final int MAX_KEY_ID_LENGTH = 255;

  private final SignedJson signedJson;

  PublishedKeys(SignedJson signedJson) {
    this.signedJson = signedJson;
  }

  /**
   * Reads an answer.
   *
   * @param answer what was answered
   * @param server who was asked
   * @param nowTs when, in milliseconds since the epoch
   * @return what was published
   * @throws MatrixException if the answer is not to be believed
   */
  Published read(JsonObject answer, ServerName server, long nowTs) {
    if (!answer.string("server_name").equals(Optional.of(server.value()))) {
      throw refused("the answer is about another server");
    }
    long validUntilTs =
        answer.integer("valid_until_ts").orElseThrow(() -> refused("valid_until_ts is missing"));
    JsonObject current = answer.object("verify_keys").orElse(JsonObject.EMPTY);
    JsonObject old = answer.object("old_verify_keys").orElse(JsonObject.EMPTY);
    if (current.members().size() + old.members().size() > MAX_KEYS) {
      throw refused("there are too many keys");
    }
    Map<KeyId, StoredKey> keys = new LinkedHashMap<>();
    for (String id : old.members().keySet()) {
      JsonObject entry = old.object(id).orElse(JsonObject.EMPTY);
      Optional<byte[]> key = publicKey(id, entry);
      Optional<Long> expiredTs = entry.integer("expired_ts");
      if (key.isPresent() && expiredTs.isPresent()) {
        keys.put(
            KeyId.of(id), new StoredKey(KeyId.of(id), key.get(), expiredTs.get(), true, nowTs));
      }
    }
    boolean signed = false;
    for (String id : current.members().keySet()) {
      Optional<byte[]> key = publicKey(id, current.object(id).orElse(JsonObject.EMPTY));
      if (key.isPresent()) {
        signed |= isSigned(answer, server, KeyId.of(id), key.get());
        keys.put(KeyId.of(id), new StoredKey(KeyId.of(id), key.get(), validUntilTs, false, nowTs));
      }
    }
    if (!signed) {
      throw refused("the answer is not signed with a key it lists");
    }
    return new Published(owned(answer, server), validUntilTs, List.copyOf(keys.values()));
  }

  /** Leaves out what others have signed: it is theirs to prove. */
  private static JsonObject owned(JsonObject answer, ServerName server) {
    JsonValue its =
        answer.object("signatures").flatMap(all -> all.get(server.value())).orElseThrow();
    return answer
        .without("unsigned")
        .with("signatures", JsonObject.EMPTY.with(server.value(), its));
  }

  private boolean isSigned(JsonObject answer, ServerName server, KeyId id, byte[] key) {
    boolean claimed =
        answer
            .object("signatures")
            .flatMap(all -> all.object(server.value()))
            .map(its -> its.has(id.value()))
            .orElse(false);
    if (claimed && !signedJson.verify(answer, server, id, key)) {
      throw refused("a signature is false");
    }
    return claimed;
  }

  private static Optional<byte[]> publicKey(String id, JsonObject entry) {
    Optional<String> text = entry.string("key");
    if (id.length() > MAX_KEY_ID_LENGTH || !KeyId.of(id).isEd25519() || text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(text.get()))
          .filter(key -> key.length == VerifyKey.LENGTH);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static MatrixException refused(String why) {
    return new MatrixException(502, MatrixError.BAD_JSON, why);
  }
}
