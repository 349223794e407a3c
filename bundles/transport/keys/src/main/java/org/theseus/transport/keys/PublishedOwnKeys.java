package org.theseus.transport.keys;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;

/**
 * What the store says of our own keys, as all the world is told. A key in use is good for ever; one
 * whose end is known, but which may still be looked for in requests on their way, is good until
 * then; one that was given up stays so, with its time.
 */
final class PublishedOwnKeys {
  private final ServerName self;
  private final Database database;

  PublishedOwnKeys(ServerName self, Database database) {
    this.self = self;
    this.database = database;
  }

  /** Tells whether a key is published as one in use. */
  boolean isCurrent(SeedSigner key) {
    return find(key.keyId()).filter(known -> !known.expired() && isOf(known, key)).isPresent();
  }

  /**
   * Publishes a key beside those there are.
   *
   * @throws IllegalStateException if its id stands for another key, or one that was given up:
   *     nobody would believe what it signs
   */
  void add(SeedSigner key, long nowTs) {
    Optional<StoredKey> known = find(key.keyId());
    if (known.isEmpty()) {
      put(new StoredKey(key.keyId(), key.publicKey(), Long.MAX_VALUE, false, nowTs));
    } else if (known.get().validUntilTs() != Long.MAX_VALUE || !isOf(known.get(), key)) {
      throw new IllegalStateException(
          "the signing key %s was given up, or is another one than was published under this id; take its file away, and a new one is made"
              .formatted(key.keyId()));
    }
  }

  /** Notes when a key ceased to sign; it is published as before. */
  void ends(SeedSigner key, long atTs) {
    put(new StoredKey(key.keyId(), key.publicKey(), atTs, false, atTs));
  }

  /** Publishes all keys but one as old, each from when it ceased to sign, at the latest now. */
  void giveUpOthers(SeedSigner key, long nowTs) {
    database.<Void>run(
        unit -> {
          List<StoredKey> changed = new ArrayList<>();
          for (StoredKey other : unit.keys().find(self)) {
            if (!other.expired() && !other.keyId().equals(key.keyId())) {
              long endTs = Math.min(nowTs, other.validUntilTs());
              changed.add(
                  new StoredKey(other.keyId(), other.publicKey(), endTs, true, other.fetchedTs()));
            }
          }
          if (!changed.isEmpty()) {
            unit.keys().put(self, changed);
          }
          return null;
        });
  }

  private Optional<StoredKey> find(KeyId id) {
    return database.run(
        unit -> unit.keys().find(self).stream().filter(key -> key.keyId().equals(id)).findFirst());
  }

  private void put(StoredKey key) {
    database.<Void>run(
        unit -> {
          unit.keys().keep(self);
          unit.keys().put(self, List.of(key));
          return null;
        });
  }

  private static boolean isOf(StoredKey known, SeedSigner key) {
    return Arrays.equals(known.publicKey(), key.publicKey());
  }
}
