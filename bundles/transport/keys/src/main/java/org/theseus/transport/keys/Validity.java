package org.theseus.transport.keys;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.KeyRing.Wanted;

/** Until when keys of other servers are good. */
final class Validity {
  static final long LONGEST = Duration.ofDays(7).toMillis();

  private Validity() {}

  /** "Servers MUST use the lesser of this field and 7 days into the future." */
  private static long untilTs(StoredKey key) {
    return key.expired()
        ? key.validUntilTs()
        : Math.min(key.validUntilTs(), key.fetchedTs() + LONGEST);
  }

  /** Keys as they are to be used. */
  static Map<KeyId, VerifyKey> of(Collection<StoredKey> stored) {
    Map<KeyId, VerifyKey> keys = new HashMap<>();
    stored.forEach(
        key -> keys.put(key.keyId(), new VerifyKey(key.publicKey(), untilTs(key), key.expired())));
    return keys;
  }

  /** Whether what is wanted is there. */
  static boolean suffices(Collection<StoredKey> stored, Wanted wanted) {
    return missing(stored, wanted).isEmpty();
  }

  /** Which wanted keys are not there. An old key stays what it is: to ask again is no use. */
  static Set<KeyId> missing(Collection<StoredKey> stored, Wanted wanted) {
    return wanted.keys().stream()
        .filter(KeyId::isEd25519)
        .filter(
            id ->
                stored.stream()
                    .noneMatch(
                        key ->
                            key.keyId().equals(id)
                                && (key.expired() || untilTs(key) >= wanted.validAtTs())))
        .collect(Collectors.toSet());
  }

  /** Whether a wanted key is in the second half of its time, and still in use. */
  static boolean ages(Collection<StoredKey> stored, Wanted wanted, long nowTs) {
    return stored.stream()
        .filter(key -> wanted.keys().contains(key.keyId()) && !key.expired())
        .anyMatch(
            key -> {
              long middleTs = key.fetchedTs() + (untilTs(key) - key.fetchedTs()) / 2;
              return Math.min(wanted.validAtTs(), nowTs) > middleTs;
            });
  }
}
