package org.theseus.transport.keys;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.KeyList;
import org.theseus.persistence.api.KeyStore;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;

/**
 * The keys in the store, and how what is published changes them. Those asked for last are
 * remembered: every request asks for its sender's.
 */
final class KnownKeys {
  /** So many keys no server has had; whoever has more is not listened to any longer. */
  private static final int MAX_KEYS = 1_000;

  private final Database database;
  private final LongSupplier nowTs;
  private final Remembered remembered;

  /**
   * Joins what it takes.
   *
   * @param self our name: our own keys are changed elsewhere
   */
  KnownKeys(ServerName self, Database database, LongSupplier nowTs) {
    this.remembered = new Remembered(self);
    this.database = database;
    this.nowTs = nowTs;
  }

  /** Finds the keys of servers, as they are or as they are remembered. */
  CompletionStage<Map<ServerName, List<StoredKey>>> find(Collection<ServerName> servers) {
    Map<ServerName, List<StoredKey>> found = new HashMap<>();
    List<ServerName> others = new ArrayList<>();
    for (ServerName server : servers) {
      remembered
          .find(server)
          .ifPresentOrElse(keys -> found.put(server, keys), () -> others.add(server));
    }
    if (others.isEmpty()) {
      return CompletableFuture.completedFuture(found);
    }
    return read(others)
        .thenApply(
            stored -> {
              found.putAll(stored);
              return found;
            });
  }

  /** Reads what the store has of a server now. */
  CompletionStage<List<StoredKey>> read(ServerName server) {
    return read(List.of(server)).thenApply(found -> found.get(server));
  }

  private CompletionStage<Map<ServerName, List<StoredKey>>> read(List<ServerName> servers) {
    long before = remembered.changes();
    return database
        .<Map<ServerName, List<StoredKey>>>submit(
            unit -> {
              Map<ServerName, List<StoredKey>> stored = new HashMap<>();
              servers.forEach(server -> stored.put(server, unit.keys().find(server)));
              return stored;
            })
        .thenApply(
            stored -> {
              remembered.put(stored, before);
              return stored;
            });
  }

  CompletionStage<Map<ServerName, KeyList>> lists(Collection<ServerName> servers) {
    return database.submit(
        unit -> {
          Map<ServerName, KeyList> found = new LinkedHashMap<>();
          servers.forEach(
              server -> unit.keys().list(server).ifPresent(list -> found.put(server, list)));
          return found;
        });
  }

  /**
   * Stores what a server published. From a notary it may be an old list, and is believed of keys
   * that are known only if it is newer than the newest; and only the server itself can take back
   * that it gave up a key. A current key that the newest list has no longer is good until now.
   *
   * @param source who told us
   */
  CompletionStage<Void> note(ServerName server, Published published, ServerName source) {
    return database
        .<Void>submit(
            unit -> {
              note(unit.keys(), server, published, source);
              return null;
            })
        .whenComplete((done, failure) -> remembered.forget(server));
  }

  /** Tells when the keys of the next older stranger were stored, behind the newest so many. */
  CompletionStage<OptionalLong> strangersBeyond(int newest) {
    return database.submit(unit -> unit.keys().strangersBeyond(newest));
  }

  /** Forgets the keys of a few strangers, and tells whose. */
  CompletionStage<List<ServerName>> forgetStrangers(long untilTs, int limit) {
    CompletionStage<List<ServerName>> gone =
        database.submit(unit -> unit.keys().forgetStrangers(untilTs, limit));
    return gone.whenComplete(
        (servers, failure) -> {
          if (failure == null) {
            servers.forEach(remembered::forget);
          }
        });
  }

  private void note(KeyStore store, ServerName server, Published published, ServerName source) {
    long now = nowTs.getAsLong();
    boolean direct = source.equals(server);
    Optional<KeyList> before = store.list(server);
    boolean newest =
        direct || before.isEmpty() || published.validUntilTs() > before.get().validUntilTs();
    Map<KeyId, StoredKey> known = new LinkedHashMap<>();
    store.find(server).forEach(key -> known.put(key.keyId(), key));
    int room = MAX_KEYS - known.size();
    List<StoredKey> changed = new ArrayList<>();
    for (StoredKey key : published.keys()) {
      StoredKey old = known.remove(key.keyId());
      if (old == null ? room-- > 0 : newest && (direct || key.expired() || !old.expired())) {
        changed.add(key);
      }
    }
    if (newest) {
      for (StoredKey gone : known.values()) {
        if (!gone.expired() && gone.validUntilTs() > now) {
          changed.add(new StoredKey(gone.keyId(), gone.publicKey(), now, false, gone.fetchedTs()));
        }
      }
      store.putList(
          server, new KeyList(published.json().toBytes(), published.validUntilTs(), now, source));
    }
    store.put(server, changed);
  }
}
