package org.theseus.protocol.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.VerifyKey;

/** The signatures by which an identity server vouches for an invited user. */
final class ThirdPartyInvites {
  /**
   * No honest invite has more than a few; two hostile events of full size could ask for half a
   * million.
   */
  private static final int MAX_ATTEMPTS = 1_000;

  private static final int SIGNATURE_LENGTH = 64;

  private final Ed25519 ed25519;

  ThirdPartyInvites(Ed25519 ed25519) {
    this.ed25519 = ed25519;
  }

  /**
   * Tells whether any signature in {@code signed} matches any public key of an
   * m.room.third_party_invite event.
   */
  boolean isSigned(JsonObject signed, JsonObject thirdPartyInvite) {
    List<byte[]> signatures = signatures(signed);
    List<byte[]> keys = publicKeys(thirdPartyInvite);
    byte[] message = signed.without("signatures", "unsigned").toSortedBytes();
    return keys.stream()
        .flatMap(
            key -> signatures.stream().map(signature -> ed25519.verify(key, message, signature)))
        .limit(MAX_ATTEMPTS)
        .anyMatch(Boolean::booleanValue);
  }

  private static List<byte[]> signatures(JsonObject signed) {
    List<byte[]> signatures = new ArrayList<>();
    for (JsonValue server :
        signed.object("signatures").orElse(JsonObject.EMPTY).members().values()) {
      if (server instanceof JsonObject byKey) {
        for (Map.Entry<String, JsonValue> entry : byKey.members().entrySet()) {
          if (KeyId.of(entry.getKey()).isEd25519() && entry.getValue() instanceof JsonString text) {
            decode(text.value(), SIGNATURE_LENGTH).ifPresent(signatures::add);
          }
        }
      }
    }
    return signatures;
  }

  /**
   * A single public key in the public_key property, and a list of public keys in the public_keys
   * property.
   */
  private static List<byte[]> publicKeys(JsonObject content) {
    List<JsonObject> holders = new ArrayList<>(List.of(content));
    holders.addAll(content.array("public_keys").orElse(JsonArray.EMPTY).objects());
    return holders.stream()
        .map(holder -> holder.string("public_key"))
        .flatMap(Optional::stream)
        .map(key -> decode(key, VerifyKey.LENGTH))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Keys and signatures may be written in the standard or the URL-safe alphabet. */
  private static Optional<byte[]> decode(String text, int length) {
    return Base64Text.decode(text.replace('-', '+').replace('_', '/'))
        .filter(bytes -> bytes.length == length);
  }
}
