package org.theseus.transport.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.TransientException;

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

  /**
   * Replaces the signing key by a new one. The new one is published beside the old before it signs;
   * then it alone does, and a little later the old one is published as given up at the moment the
   * new one began. What was signed before stays valid.
   *
   * @return the new key's id, when all this is durable; completes exceptionally with {@link
   *     TransientException} if it cannot be done now, and with {@link
   *     UnsupportedOperationException} if these keys are replaced elsewhere
   */
  default CompletionStage<KeyId> rotate() {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("the signing key is replaced where it comes from"));
  }
}
