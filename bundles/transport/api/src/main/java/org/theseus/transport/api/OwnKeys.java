package org.theseus.transport.api;

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
}
