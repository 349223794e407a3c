package org.theseus.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;

/** A store of many keys that nobody needs. */
class StrangersTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final KeyId A = KeyId.of("ed25519:a");

  private final MemoryDatabase database = new MemoryDatabase();
  private final KnownKeys known = new KnownKeys(ServerName.of("us.example"), database, () -> NOW);
  private final Strangers strangers =
      new Strangers(known, () -> NOW, new Strangers.Limits(50, Duration.ofHours(1), 10));

  private static ServerName server(int number) {
    return ServerName.of("s" + number + ".example");
  }

  private void put(ServerName server, long fetchedTs) {
    database.put(server, List.of(new StoredKey(A, new byte[32], NOW, false, fetchedTs)));
  }

  private List<ServerName> there() {
    return database.servers(Optional.empty(), 1_000);
  }

  @Test
  void onlyThoseAskedLastStayAndWhoIsKept() {
    for (int i = 0; i < 200; i++) {
      put(server(i), NOW - i);
    }
    database.keep(server(199));

    strangers.forget().toCompletableFuture().join();

    assertThat(there()).hasSize(51).contains(server(0), server(49), server(199));
    // ten to a unit of work
    assertThat(database.forgetCalls).isEqualTo(15);
  }

  @Test
  void whoWasNotAskedForLongIsForgottenInMemoryToo() {
    put(server(1), NOW - Duration.ofHours(2).toMillis());
    put(server(2), NOW);
    assertThat(found(server(1))).hasSize(1);

    strangers.forget().toCompletableFuture().join();

    assertThat(there()).containsExactly(server(2));
    assertThat(found(server(1))).isEmpty();
    assertThat(found(server(2))).hasSize(1);
  }

  private List<StoredKey> found(ServerName server) {
    return known.find(List.of(server)).toCompletableFuture().join().get(server);
  }

  @Test
  void aStoreThatIsAwayIsTriedAgain() {
    put(server(1), 0);
    database.closing = true;
    assertThat(strangers.forget()).isCompletedExceptionally();

    database.closing = false;
    strangers.forget().toCompletableFuture().join();

    assertThat(there()).isEmpty();
  }
}
