package org.theseus.persistence.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.persistence.contract.Samples.A;
import static org.theseus.persistence.contract.Samples.B;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.EventStore;
import org.theseus.persistence.api.KeyList;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
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

  private static StoredKey fetched(long ts) {
    return new StoredKey(KeyId.of("ed25519:1"), new byte[32], Long.MAX_VALUE, false, ts);
  }

  @Test
  default void forgetsStrangersOldestFirstAndSomeAtATime() {
    in(
        unit -> {
          unit.keys().put(A, List.of(fetched(100)));
          unit.keys().putList(A, new KeyList("{}".getBytes(UTF_8), 1, 400, B));
          unit.keys().put(B, List.of(fetched(200)));
          unit.keys().putList(B, new KeyList("{}".getBytes(UTF_8), 1, 200, B));
          unit.keys().put(Samples.C, List.of(fetched(300), key("ed25519:2", 1, true)));
        });
    close();
    open();
    in(
        unit -> {
          assertThat(unit.keys().strangersBeyond(3)).isEmpty();
          assertThat(unit.keys().strangersBeyond(2)).hasValue(200);
          assertThat(unit.keys().strangersBeyond(0)).hasValue(400);
          assertThat(unit.keys().forgetStrangers(199, 9)).isEmpty();
          assertThat(unit.keys().forgetStrangers(400, 1)).containsExactly(B);
          assertThat(unit.keys().forgetStrangers(300, 9)).containsExactly(Samples.C);
          assertThat(unit.keys().strangersBeyond(1)).isEmpty();
        });
    close();
    open();
    in(
        unit -> {
          assertThat(unit.keys().servers(Optional.empty(), 9)).containsExactly(A);
          assertThat(unit.keys().find(B)).isEmpty();
          assertThat(unit.keys().list(B)).isEmpty();
          assertThat(unit.keys().list(A)).isPresent();
        });
  }

  @Test
  default void neverForgetsKeysThatSignedAStoredEventOrAreToStay() {
    // alice is of A; her event comes before its keys, or after them
    in(
        unit -> {
          unit.events().put(Samples.outlier("one"), EventStore.Placement.OUTLIER);
          unit.keys().put(A, List.of(fetched(100)));
          unit.keys().put(B, List.of(fetched(100)));
          unit.keys().keep(B);
          unit.keys().put(B, List.of(fetched(200)));
          unit.keys().put(Samples.C, List.of(fetched(100)));
        });
    in(
        unit -> {
          StoredEvent old =
              Samples.event(
                  "two:" + Samples.C.value(),
                  Samples.ROOM,
                  Outcome.REJECTED,
                  OptionalLong.empty(),
                  Optional.empty());
          unit.events().put(old, EventStore.Placement.OUTLIER);
        });
    in(
        unit -> {
          assertThat(unit.keys().strangersBeyond(0)).isEmpty();
          assertThat(unit.keys().forgetStrangers(Long.MAX_VALUE, 9)).isEmpty();
          assertThat(unit.keys().servers(Optional.empty(), 9)).containsExactly(Samples.C, A, B);
        });
  }

  @Test
  default void neverForgetsKeysOfServersThatWereSentEvents() {
    in(
        unit -> {
          unit.keys().put(B, List.of(fetched(100)));
          unit.keys().put(Samples.C, List.of(fetched(100)));
          unit.events().put(Samples.outlier("one"), EventStore.Placement.OUTLIER);
          unit.outbox().append(Samples.ROOM, Samples.id("one"), Set.of(B));
          unit.outbox().remember(Samples.C);
        });
    in(
        unit ->
            assertThat(unit.keys().forgetStrangers(Long.MAX_VALUE, 9)).containsExactly(Samples.C));
  }
}
