package org.theseus.messaging.core;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.KeyRing;

/** Takes another server's signature under an event of ours, and nothing else it sends. Blocks. */
final class CoSignatures {
  private final KeyRing keyRing;
  private final SignedJson signedJson;

  CoSignatures(KeyRing keyRing, SignedJson signedJson) {
    this.keyRing = keyRing;
    this.signedJson = signedJson;
  }

  /**
   * Verifies and takes over.
   *
   * @param ours the event as we sent it
   * @param theirs what came back
   * @param by whose signature it has to bear
   * @return our event with that signature
   */
  Event take(RoomVersion version, Event ours, JsonObject theirs, ServerName by) {
    if (!version.parse(theirs).id().equals(ours.id())) {
      throw Refusals.badAnswer(by + " signed another event than the one it was sent");
    }
    JsonObject signatures =
        theirs.object("signatures").flatMap(all -> all.object(by.value())).orElse(JsonObject.EMPTY);
    Set<KeyId> keyIds =
        signatures.members().entrySet().stream()
            .filter(entry -> entry.getValue() instanceof JsonString)
            .map(entry -> KeyId.of(entry.getKey()))
            .filter(KeyId::isEd25519)
            .collect(Collectors.toSet());
    if (keyIds.isEmpty()) {
      throw Refusals.badAnswer(by + " did not sign the event");
    }
    Map<KeyId, VerifyKey> keys = Stages.await(keyRing.find(by, keyIds, ours.originServerTs()));
    if (keys.isEmpty()) {
      throw new TransientException("the keys of " + by + " cannot be had now");
    }
    JsonObject redacted = version.redact(theirs);
    Optional<KeyId> verified =
        keyIds.stream()
            .filter(id -> isTrue(redacted, by, id, keys, ours.originServerTs()))
            .findFirst();
    if (verified.isEmpty()) {
      throw Refusals.badAnswer("the signature of " + by + " under the event is false");
    }
    String keyId = verified.get().value();
    JsonObject proven = JsonObject.EMPTY.with(keyId, signatures.get(keyId).orElseThrow());
    return version.mergeSignatures(
        ours, theirs.with("signatures", JsonObject.EMPTY.with(by.value(), proven)));
  }

  private boolean isTrue(
      JsonObject redacted, ServerName by, KeyId id, Map<KeyId, VerifyKey> keys, long ts) {
    VerifyKey key = keys.get(id);
    return key != null
        && key.validUntilTs() >= ts
        && signedJson.verify(redacted, by, id, key.publicKey());
  }
}
