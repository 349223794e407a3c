package org.theseus.transport.api;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.Signer;

/** Our own signing keys. Safe for many threads. */
@ProviderType
public interface OwnKeys {
  /**
   * Tells the key that signs now.
   *
   * @return the current key
   */
  Signer signer();

  /**
   * Tells for how long others may rely on our published keys before they ask again.
   *
   * @return the time from each answer
   */
  default Duration validity() {
    return Duration.ofHours(24);
  }
}
