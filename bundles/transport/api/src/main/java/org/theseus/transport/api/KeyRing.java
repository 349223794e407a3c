package org.theseus.transport.api;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
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
}
