package org.theseus.persistence.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.ServerName;

/**
 * Published signing keys: ours under our own name, those of others as we were told. The keys of a
 * server stay if it was the sender's of a stored event, or if they are told to; else it is a
 * stranger, whose keys may be forgotten.
 */
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

  /**
   * Has the keys of a server stay, those that are stored later too.
   *
   * @param server its name
   */
  void keep(ServerName server);

  /**
   * Tells whether there are more strangers than some.
   *
   * @param newest how many
   * @return when the keys were stored (the greatest {@code fetchedTs}) of the next older stranger,
   *     or empty if there is none
   */
  OptionalLong strangersBeyond(int newest);

  /**
   * Forgets the keys and lists of strangers, the oldest first; but not of servers that were sent
   * events.
   *
   * @param untilTs those of which nothing was stored after this
   * @param limit the most strangers
   * @return who they were
   */
  List<ServerName> forgetStrangers(long untilTs, int limit);
}
