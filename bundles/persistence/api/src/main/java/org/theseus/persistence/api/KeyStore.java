package org.theseus.persistence.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.ServerName;

/** Published signing keys: ours under our own name, those of others as we were told. */
@ProviderType
public interface KeyStore {
  /**
   * Lists the keys of a server.
   *
   * @param server its name
   * @return the keys, maybe none
   */
  List<StoredKey> find(ServerName server);

  /**
   * Stores keys; those known under the same id are replaced, others stay.
   *
   * @param server whose keys
   * @param keys the keys
   */
  void put(ServerName server, List<StoredKey> keys);
}
