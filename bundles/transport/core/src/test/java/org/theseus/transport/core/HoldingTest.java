package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;

/** What bodies take up grows as they come. */
class HoldingTest {
  private static final long MIB = 1 << 20;
  private static final long MOST = 16 * MIB;

  private final Harness router = new Harness();
  private final Dispatcher dispatcher = router.dispatcher;

  private Holding holding(String address) {
    try {
      Holding holding = new Holding(dispatcher, InetAddress.getByName(address));
      assertThat(holding.enterWork(MOST)).isTrue();
      return holding;
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static CompletableFuture<Void> take(Holding holding, long bytes) {
    return holding.take(bytes).toCompletableFuture();
  }

  @Test
  void bodiesThatDoNotComeTakeUpLittle() {
    for (int i = 0; i < 100; i++) {
      holding("192.0.2." + i % 4);
    }
    assertThat(dispatcher.admission().all().bytes()).isEqualTo(100 * 64 * 1_024L);

    assertThat(take(holding("192.0.2.9"), MOST)).isCompleted();
  }

  @Test
  void aBodyThatFindsNoRoomWaitsForIt() {
    List<Holding> others = List.of(holding("192.0.2.1"), holding("192.0.2.1"));
    others.forEach(other -> assertThat(take(other, 15 * MIB)).isCompleted());
    Holding third = holding("192.0.2.1");
    CompletableFuture<Void> waiting = take(third, 3 * MIB);
    assertThat(waiting).isNotDone();
    assertThat(take(holding("192.0.2.2"), MIB)).as("of another client").isCompleted();

    others.get(0).leave();

    assertThat(waiting).isCompleted();
    assertThat(take(third, 10 * MIB)).isCompleted();
  }

  @Test
  void whichFindsNoneForFiveSecondsIsGivenUp() {
    List<Holding> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(holding("192.0.2.1"));
    }
    assertThat(take(all.get(0), MOST)).isCompleted();
    assertThat(take(all.get(1), 15 * MIB)).isCompleted();
    CompletableFuture<Void> waiting = take(all.get(2), 8 * MIB);
    router.pass(4_999);
    assertThat(waiting).isNotDone();
    router.pass(1);

    assertThat(waiting)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(
            MatrixException.class, told -> assertThat(told.error().status()).isEqualTo(429));
    all.forEach(Holding::leave);
    assertThat(dispatcher.admission().all()).isEqualTo(Admission.Share.NONE);
  }

  @Test
  void aStoppingRouterHoldsNoBodyUp() {
    assertThat(take(holding("192.0.2.1"), MOST)).isCompleted();
    assertThat(take(holding("192.0.2.1"), 15 * MIB)).isCompleted();
    CompletableFuture<Void> waiting = take(holding("192.0.2.1"), 8 * MIB);
    assertThat(waiting).isNotDone();

    dispatcher.stop();

    assertThat(waiting).isCompleted();
    Holding late = new Holding(dispatcher, InetAddress.getLoopbackAddress());
    assertThat(take(late, MOST)).isCompleted();
  }

  @Test
  void whatIsOfAnOriginNoLongerTakesItsClientsShare() {
    ServerName origin = ServerName.of("peer.example");
    Holding first = holding("192.0.2.1");
    assertThat(take(first, MOST)).isCompleted();
    Holding second = holding("192.0.2.1");
    assertThat(first.moveTo(origin)).isTrue();

    assertThat(take(second, MOST)).isCompleted();
    assertThat(dispatcher.admission().of(Sharer.of(origin)).bytes()).isEqualTo(MOST);
    first.leave();
    second.leave();
    assertThat(dispatcher.admission().all()).isEqualTo(Admission.Share.NONE);
  }
}
