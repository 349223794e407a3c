package org.theseus.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;

class RememberedTest {
  private static final ServerName SELF = ServerName.of("self.example");
  private static final ServerName PEER = ServerName.of("peer.example");
  private static final StoredKey KEY =
      new StoredKey(KeyId.of("ed25519:a"), new byte[32], 10, false, 5);

  private final Remembered remembered = new Remembered(SELF);

  private void put(ServerName server, List<StoredKey> keys) {
    remembered.put(Map.of(server, keys), remembered.changes());
  }

  @Test
  void givenKeysThenTheyAreRemembered() {
    put(PEER, List.of(KEY));

    assertThat(remembered.find(PEER)).contains(List.of(KEY));
  }

  @Test
  void givenNoKeysOrOursOrTooManyThenTheStoreIsAskedAgain() {
    put(PEER, List.of());
    put(SELF, List.of(KEY));
    put(ServerName.of("many.example"), Collections.nCopies(17, KEY));

    assertThat(remembered.find(PEER)).isEmpty();
    assertThat(remembered.find(SELF)).isEmpty();
    assertThat(remembered.find(ServerName.of("many.example"))).isEmpty();
  }

  @Test
  void givenAChangeThenItIsForgotten() {
    put(PEER, List.of(KEY));

    remembered.forget(PEER);

    assertThat(remembered.find(PEER)).isEmpty();
  }

  @Test
  void givenAChangeWhileTheStoreWasReadThenWhatWasReadIsNotRemembered() {
    long before = remembered.changes();
    remembered.forget(PEER);

    remembered.put(Map.of(PEER, List.of(KEY)), before);

    assertThat(remembered.find(PEER)).isEmpty();
  }

  @Test
  void givenMoreServersThanThereIsRoomForThenThoseAskedForLongestAgoAreForgotten() {
    put(PEER, List.of(KEY));
    put(ServerName.of("old.example"), List.of(KEY));
    for (int i = 0; i < 4_094; i++) {
      put(ServerName.of("s" + i + ".example"), List.of(KEY));
    }
    assertThat(remembered.find(PEER)).isPresent();

    put(ServerName.of("last.example"), List.of(KEY));

    assertThat(remembered.find(ServerName.of("old.example"))).isEmpty();
    assertThat(remembered.find(PEER)).isPresent();
    assertThat(remembered.find(ServerName.of("last.example"))).isPresent();
  }
}
