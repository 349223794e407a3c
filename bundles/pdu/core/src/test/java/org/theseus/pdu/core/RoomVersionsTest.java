package org.theseus.pdu.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.bouncycastle.BouncyCastleEd25519;
import org.theseus.protocol.rules.RoomVersion12;
import org.theseus.protocol.rules.TrieStateMaps;

@Timeout(30)
class RoomVersionsTest {
  private static final RoomVersion TWELVE =
      new RoomVersion12(new BouncyCastleEd25519(), new TrieStateMaps());

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicReference<CountDownLatch> looked =
      new AtomicReference<>(new CountDownLatch(1));
  private final RoomVersions versions =
      new RoomVersions(
          () -> {
            looked.get().countDown();
            return nanos.get();
          });

  private void passALongTime() {
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
  }

  /** Looks for a version, and returns when it was not there. */
  private CompletableFuture<Optional<RoomVersion>> find() throws InterruptedException {
    looked.set(new CountDownLatch(1));
    CompletableFuture<Optional<RoomVersion>> found =
        CompletableFuture.supplyAsync(() -> versions.find("12"));
    assertThat(looked.get().await(10, TimeUnit.SECONDS)).isTrue();
    return found;
  }

  @Test
  void whatNobodyOffersIsNotWaitedForForEver() {
    passALongTime();

    assertThat(versions.find("12")).isEmpty();
  }

  @Test
  void oneThatHasJustGoneIsBeingReplacedAndHoldsUpNobody() {
    versions.add(TWELVE);
    passALongTime();
    versions.remove(TWELVE);

    assertThatThrownBy(() -> versions.find("12")).isInstanceOf(BeingReplacedException.class);
    assertThatThrownBy(() -> versions.held("12")).isInstanceOf(BeingReplacedException.class);
    assertThatThrownBy(() -> versions.asked("12")).isInstanceOf(BeingReplacedException.class);
    assertThat(versions.ids()).containsExactly("12");

    versions.add(TWELVE);
    assertThat(versions.find("12")).hasValue(TWELVE);
  }

  @Test
  void oneThatDoesNotComeBackIsNotThere() {
    versions.add(TWELVE);
    versions.remove(TWELVE);
    passALongTime();

    assertThat(versions.find("12")).isEmpty();
    assertThat(versions.ids()).isEmpty();
    assertThatThrownBy(() -> versions.asked("12")).isInstanceOf(MatrixException.class);
    assertThatThrownBy(() -> versions.held("12"))
        .isInstanceOf(TransientException.class)
        .isNotInstanceOf(BeingReplacedException.class);
  }

  @Test
  void onceOthersAreThereOneThatNobodyKnowsIsSoonRefused() {
    versions.whenAdded(() -> {});
    versions.add(TWELVE);
    nanos.addAndGet(Duration.ofMillis(500).toNanos());

    assertThatThrownBy(() -> versions.asked("NONSENSE"))
        .isInstanceOf(MatrixException.class)
        .hasMessageContaining("room version NONSENSE is not supported; there are 12");
  }

  @Test
  void oneOfTwoThatGoesLeavesTheOther() {
    RoomVersion older = new RoomVersion12(new BouncyCastleEd25519(), new TrieStateMaps());
    versions.add(older);
    versions.add(TWELVE);

    versions.remove(TWELVE);

    assertThat(versions.find("12")).hasValue(older);
  }

  @Test
  void aLayerThatBeginsLongAfterOthersCameWaitsForOneThatNeverWas() throws Exception {
    passALongTime();
    versions.whenAdded(() -> {});

    CompletableFuture<Optional<RoomVersion>> found = find();
    versions.add(TWELVE);

    assertThat(found.get(10, TimeUnit.SECONDS)).hasValue(TWELVE);
  }
}
