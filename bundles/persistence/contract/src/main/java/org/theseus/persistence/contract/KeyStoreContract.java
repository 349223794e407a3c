package org.theseus.persistence.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.persistence.contract.Samples.A;
import static org.theseus.persistence.contract.Samples.B;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.KeyList;
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

  @Test
  default void keepsWhatWasPublishedLastAndWhoToldIt() {
    KeyList earlier = new KeyList("{}".getBytes(UTF_8), 1, 2, A);
    KeyList later = new KeyList("{\"ä\":1}".getBytes(UTF_8), 3, 4, B);
    in(
        unit -> {
          assertThat(unit.keys().list(A)).isEmpty();
          unit.keys().putList(A, earlier);
          unit.keys().putList(B, earlier);
          unit.keys().putList(A, later);
        });
    close();
    open();
    in(
        unit -> {
          assertThat(unit.keys().list(A)).get().usingRecursiveComparison().isEqualTo(later);
          assertThat(unit.keys().list(B)).get().usingRecursiveComparison().isEqualTo(earlier);
        });
  }

  @Test
  default void tellsWhoseKeysThereAreByPages() {
    in(
        unit -> {
          unit.keys().put(B, List.of(key("ed25519:1", 1, false), key("ed25519:2", 2, true)));
          unit.keys().put(A, List.of(key("ed25519:1", 1, false)));
          // A server that is known for something else.
          unit.keys().put(Samples.C, List.of());
        });
    in(
        unit -> {
          assertThat(unit.keys().servers(Optional.empty(), 10)).containsExactly(A, B);
          assertThat(unit.keys().servers(Optional.empty(), 1)).containsExactly(A);
          assertThat(unit.keys().servers(Optional.of(A), 1)).containsExactly(B);
          assertThat(unit.keys().servers(Optional.of(B), 1)).isEmpty();
        });
  }
}
