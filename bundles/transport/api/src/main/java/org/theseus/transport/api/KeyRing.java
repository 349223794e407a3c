package org.theseus.transport.api;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.VerifyKey;

/**
 * The signing keys of other servers, and ours: from the store, and fetched where the store's are
 * missing or too old. Safe for many threads; one slow server delays only those who ask for its
 * keys.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#retrieving-server-keys">Retrieving
 *     server keys</a>
 */
@ProviderType
public interface KeyRing {
  /**
   * Finds keys.
   *
   * @param server whose keys
   * @param wanted which keys; unknown algorithms are skipped
   * @param validAtTs the time they should be good for, in milliseconds since the epoch: the keys
   *     are fetched anew if the known ones are not, at most once in a while for each server
   * @return the keys known after that, maybe fewer than wanted, maybe old ones; never completes
   *     exceptionally because a server cannot be reached, and within ten seconds
   */
  CompletionStage<Map<KeyId, VerifyKey>> find(ServerName server, Set<KeyId> wanted, long validAtTs);

  /**
   * Which keys of a server are wanted.
   *
   * @param keys their ids; unknown algorithms are skipped
   * @param validAtTs the time they should be good for, in milliseconds since the epoch
   */
  record Wanted(Set<KeyId> keys, long validAtTs) {
    /** Copies the ids. */
    public Wanted {
      keys = Set.copyOf(keys);
    }
  }

  /**
   * What was found of a server.
   *
   * @param keys the keys known, maybe fewer than wanted, maybe old ones
   * @param settled whether no more is to be had: none that was wanted is missing, or the server
   *     itself told lately what it has. If not, it could not be asked in time, and may be later
   */
  record Found(Map<KeyId, VerifyKey> keys, boolean settled) {
    /** Copies the keys. */
    public Found {
      keys = Map.copyOf(keys);
    }
  }

  /**
   * Finds keys of many servers, asking for them together where that can be done. Who asks takes
   * turns with others: what one of them makes us ask delays nobody else.
   *
   * @param asker for whose sake: the name of the server that sent what is to be verified, or a
   *     client's address
   * @param wanted what is wanted, by server
   * @param within how long it may take
   * @return for each server what was found, completed as soon as it is known and within that time;
   *     completes exceptionally with {@link org.theseus.protocol.api.TransientException} if the key
   *     ring, or something behind it, is being replaced or has too much to do
   */
  default Map<ServerName, CompletionStage<Found>> find(
      String asker, Map<ServerName, Wanted> wanted, Duration within) {
    Map<ServerName, CompletionStage<Found>> found = new HashMap<>();
    wanted.forEach(
        (server, its) ->
            found.put(
                server,
                find(server, its.keys(), its.validAtTs())
                    .thenApply(keys -> new Found(keys, true))
                    .toCompletableFuture()
                    .completeOnTimeout(
                        new Found(Map.of(), false), within.toMillis(), TimeUnit.MILLISECONDS)));
    return found;
  }
}
