package org.theseus.transport.jettyclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpeningsTest {
  private static final InetSocketAddress HOST = new InetSocketAddress("1.2.3.4", 443);
  private static final InetSocketAddress OTHER = new InetSocketAddress("1.2.3.5", 443);

  private final List<Try> begun = new ArrayList<>();
  private final List<Try> dropped = new ArrayList<>();
  private final List<Runnable> timer = new ArrayList<>();
  private long nanos = Long.MAX_VALUE - 5;
  private Duration pause = Duration.ZERO;
  private final Openings openings =
      new Openings(
          () -> nanos,
          (length, task) -> {
            pause = length;
            timer.add(task);
          });

  private final class Try implements Openings.Opening {
    private final InetSocketAddress address;
    private final String name;
    private boolean wanted = true;

    Try(InetSocketAddress address, String name) {
      this.address = address;
      this.name = name;
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean isWanted() {
      return wanted;
    }

    @Override
    public void begin() {
      begun.add(this);
    }

    @Override
    public void drop() {
      dropped.add(this);
    }
  }

  private Try open(InetSocketAddress address, String name) {
    Try made = new Try(address, name);
    openings.open(made);
    return made;
  }

  private void openMany(InetSocketAddress address, int count) {
    for (int i = 0; i < count; i++) {
      open(address, "made-up-" + i);
    }
  }

  /** Lets a pause pass, in which nobody is let in. */
  private void pass() {
    nanos += pause.toNanos();
    List.copyOf(timer).forEach(Runnable::run);
  }

  @Test
  void eightAreOpenedAtOnceWhateverTheirNamesAndPorts() {
    openMany(HOST, 6);
    for (int port = 1; port <= 6; port++) {
      open(new InetSocketAddress(HOST.getAddress(), port), "a");
    }
    assertThat(begun).hasSize(8);
    open(OTHER, "other");
    assertThat(begun).hasSize(9);

    openings.succeeded(begun.get(0));

    assertThat(begun).hasSize(10);
  }

  @Test
  void networkOfSixtyFourBitsIsOneHost() {
    for (int i = 1; i <= 12; i++) {
      open(new InetSocketAddress("2606:4700:1:2::" + i, 443), "a");
    }
    assertThat(begun).hasSize(8);
    open(new InetSocketAddress("2606:4700:1:3::1", 443), "a");
    assertThat(begun).hasSize(9);
  }

  @Test
  void portsOfNetworksOfOurOwnAreHostsOfTheirOwn() {
    openMany(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), 12);
    openMany(new InetSocketAddress(InetAddress.getLoopbackAddress(), 2), 12);
    assertThat(begun).hasSize(16);
  }

  @Test
  void whereManyFailedOneIsTriedAtATimeEverMoreSeldom() {
    openMany(HOST, 100);
    for (int i = 0; i < 8; i++) {
      openings.failed(begun.get(i));
    }
    assertThat(begun).hasSize(8);
    for (int seconds : new int[] {1, 2, 4, 8, 10, 10}) {
      int before = begun.size();
      assertThat(pause).isEqualTo(Duration.ofSeconds(seconds));
      pass();
      assertThat(begun).hasSize(before + 1);
      openings.failed(begun.get(before));
      assertThat(begun).hasSize(before + 1);
    }
  }

  @Test
  void hostThatServesAnybodyIsNotPaused() {
    openings.succeeded(open(HOST, "real"));
    openMany(HOST, 100);
    for (int i = 1; i <= 50; i++) {
      openings.failed(begun.get(i));
    }
    assertThat(begun).hasSize(1 + 8 + 50);
  }

  @Test
  void nameThatIsServedWaitsForNobody() {
    openings.succeeded(open(HOST, "real"));
    openMany(HOST, 100);
    assertThat(begun).hasSize(9);

    Try again = open(HOST, "real");

    assertThat(begun).hasSize(10).endsWith(again);
    openings.failed(again);
    open(HOST, "real");
    assertThat(begun).as("is not served any more").hasSize(10);
  }

  @Test
  void namesThatAHostHasNoCertificateForHoldNobodyUp() {
    openMany(HOST, 100);
    Try real = open(HOST, "real");
    for (int i = 0; i < 93; i++) {
      openings.mismatched(begun.get(i));
      assertThat(begun).as("eight at once").hasSize(Math.min(i + 9, 101));
    }
    assertThat(begun).endsWith(real);
    assertThat(timer).isEmpty();
  }

  @Test
  void manyNamesOfOneHostMakeNoOtherForgotten() {
    openings.succeeded(open(OTHER, "real"));
    for (int i = 0; i < 5_000; i++) {
      openings.succeeded(open(HOST, "wildcard-" + i));
    }
    openMany(OTHER, 100);
    openMany(HOST, 100);
    int before = begun.size();

    open(HOST, "wildcard-" + (5_000 - 65));
    assertThat(begun).as("of the many the last are known").hasSize(before);
    Try last = open(HOST, "wildcard-" + (5_000 - 64));
    assertThat(begun).endsWith(last);
    Try real = open(OTHER, "real");
    assertThat(begun).hasSize(before + 2).endsWith(real);
  }

  @Test
  void whatNobodyWaitsForIsDropped() {
    openMany(HOST, 8);
    Try late = open(HOST, "late");
    Try next = open(HOST, "next");
    late.wanted = false;

    openings.succeeded(begun.get(0));

    assertThat(begun).hasSize(9).endsWith(next);
    assertThat(dropped).containsExactly(late);
  }

  @Test
  void failuresAreForgottenAfterAWhile() {
    openMany(HOST, 8);
    for (int i = 0; i < 8; i++) {
      openings.failed(begun.get(i));
    }
    nanos += Duration.ofMinutes(5).toNanos();

    openMany(HOST, 8);

    assertThat(begun).hasSize(16);
  }
}
