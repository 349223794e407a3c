package org.theseus.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.persistence.contract.Samples.A;
import static org.theseus.persistence.contract.Samples.B;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.KeyId;

/** What a store of keys promises. */
public interface KeyStoreContract extends StoreContract {
  private static StoredKey key(String id, int firstByte, boolean expired) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) firstByte;
    return new StoredKey(KeyId.of(id), bytes, 1_000 + firstByte, expired, 77);
  }

  @Test
  default void replacesKeysOfTheSameIdAndKeepsTheOthers() {
    StoredKey one = key("ed25519:1", 1, false);
    StoredKey two = key("ed25519:2", 2, false);
    StoredKey oneExpired = key("ed25519:1", 9, true);
    in(
        unit -> {
          unit.keys().put(A, List.of(one, two));
          unit.keys().put(B, List.of(one));
          unit.keys().put(A, List.of(oneExpired));
          unit.keys().put(A, List.of());
        });
    close();
    open();
    in(
        unit -> {
          assertThat(unit.keys().find(A))
              .usingRecursiveComparison()
              .ignoringCollectionOrder()
              .isEqualTo(List.of(oneExpired, two));
          assertThat(unit.keys().find(B)).usingRecursiveComparison().isEqualTo(List.of(one));
          assertThat(unit.keys().find(Samples.C)).isEmpty();
        });
  }
}
