package org.theseus.transport.keys;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.theseus.persistence.api.KeyList;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.KeyRing.Wanted;

/** What servers published as their keys, for those who ask us about them. */
public interface KeyLists {
  /**
   * Finds what is known.
   *
   * @param servers of whom
   * @return the newest list of each, where there is one
   */
  CompletionStage<Map<ServerName, KeyList>> lists(Collection<ServerName> servers);

  /**
   * Has a server asked again, itself and nobody else, unless it was not long ago.
   *
   * @param asker for whose sake
   * @param server which server
   * @param wanted for which keys
   * @param within how long it may take
   * @return completes when what it answered is stored, or there is no more time
   */
  CompletionStage<Void> refresh(String asker, ServerName server, Wanted wanted, Duration within);
}
