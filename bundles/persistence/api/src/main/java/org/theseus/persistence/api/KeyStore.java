package org.theseus.persistence.api;

import java.util.List;
import java.util.Optional;
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

  /**
   * Finds what a server published last.
   *
   * @param server its name
   * @return the list its keys were taken from, or empty
   */
  Optional<KeyList> list(ServerName server);

  /**
   * Stores what a server published, in place of what was there.
   *
   * @param server its name
   * @param list the list its keys were taken from
   */
  void putList(ServerName server, KeyList list);

  /**
   * Tells whose keys there are.
   *
   * @param after begins behind this name; empty begins with the first
   * @param limit the most names
   * @return the names, in their order as text
   */
  List<ServerName> servers(Optional<ServerName> after, int limit);
}
