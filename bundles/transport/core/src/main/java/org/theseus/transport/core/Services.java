package org.theseus.transport.core;

import java.util.Optional;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.SignedJson;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.LocalServer;

/**
 * What it takes to read and authenticate a request, as far as it is there.
 *
 * @param self our name
 * @param keyRing finds keys
 * @param json reads bodies
 * @param signedJson verifies signatures
 */
record Services(
    Optional<LocalServer> self,
    Optional<KeyRing> keyRing,
    Optional<JsonReader> json,
    Optional<SignedJson> signedJson) {
  static final Services NONE =
      new Services(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  boolean areComplete() {
    return self.isPresent() && keyRing.isPresent() && json.isPresent() && signedJson.isPresent();
  }

  Services with(LocalServer there) {
    return new Services(Optional.of(there), keyRing, json, signedJson);
  }

  Services with(KeyRing there) {
    return new Services(self, Optional.of(there), json, signedJson);
  }

  Services with(JsonReader there) {
    return new Services(self, keyRing, Optional.of(there), signedJson);
  }

  Services with(SignedJson there) {
    return new Services(self, keyRing, json, Optional.of(there));
  }

  /** Forgets a service, unless another has taken its place already. */
  Services without(Object gone) {
    return new Services(
        self.filter(one -> one != gone),
        keyRing.filter(one -> one != gone),
        json.filter(one -> one != gone),
        signedJson.filter(one -> one != gone));
  }
}
