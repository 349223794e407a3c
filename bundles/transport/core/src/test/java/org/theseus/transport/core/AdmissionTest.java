package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.ServerName;

class AdmissionTest {
  private final Admission admission = new Admission(12, 100);
  private final Sharer one = client("192.0.2.1");
  private final Sharer other = client("192.0.2.2");

  private static Sharer client(String address) {
    try {
      return Sharer.of(InetAddress.getByName(address));
    } catch (java.net.UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private int fill(Sharer who) {
    int entered = 0;
    while (admission.enter(who, 0)) {
      entered++;
    }
    return entered;
  }

  @Test
  void whoTakesAShareLeavesAsMuch() {
    assertThat(fill(one)).isEqualTo(6);
    assertThat(fill(other)).isEqualTo(3);
    admission.leave(one, one, 0);
    admission.leave(one, one, 0);
    assertThat(admission.enter(one, 0)).as("it still has more than is free").isTrue();
    assertThat(admission.enter(one, 0)).isFalse();
  }

  @Test
  void thereIsRoomForOneMoreHoweverManyAreGreedy() {
    List<Integer> taken = new ArrayList<>();
    for (int greedy = 1; greedy <= 6; greedy++) {
      taken.add(fill(client("198.51.100." + greedy)));
    }
    assertThat(taken).containsExactly(6, 3, 2, 1, 0, 0);
  }

  @Test
  void bytesAreSharedAlike() {
    assertThat(admission.enter(one, 50)).isTrue();
    assertThat(admission.enter(one, 1)).isFalse();
    assertThat(admission.enter(other, 25)).isTrue();
    assertThat(admission.grow(other, other, 25, 1)).isFalse();
    assertThat(admission.enter(one, 0)).as("what needs none is not kept out").isTrue();
    admission.leave(one, one, 50);
    assertThat(admission.grow(other, other, 25, 12)).isTrue();
    assertThat(admission.all()).isEqualTo(new Admission.Share(2, 37));
  }

  @Test
  void oneBodyLargerThanTheBoundDoesNotWaitForEver() {
    assertThat(admission.enter(one, 1)).isTrue();
    assertThat(admission.grow(one, one, 1, 1_000)).isTrue();
    assertThat(admission.enter(other, 1)).isFalse();
    admission.leave(one, one, 1_001);
    assertThat(admission.enter(other, 1_000)).isTrue();
  }

  @Test
  void whatMovesIsTakenFromItsNextOwnersShare() {
    Sharer origin = Sharer.of(ServerName.of("peer.example"));
    assertThat(fill(one)).isEqualTo(6);
    assertThat(admission.move(one, origin, 0)).isTrue();
    assertThat(admission.of(one).requests()).isEqualTo(5);
    assertThat(admission.of(origin).requests()).isEqualTo(1);
    assertThat(fill(one)).as("it has a share again").isEqualTo(1);
    fill(origin);
    fill(other);

    assertThat(admission.canMove(origin, 0)).isFalse();
    assertThat(admission.move(one, origin, 0)).isFalse();
  }

  @Test
  void aClientWithManyNamesLeavesAThirdAsMuch() {
    int entered = 0;
    while (admission.enter(one, 0)) {
      assertThat(admission.move(one, name(entered), 0)).isTrue();
      entered++;
    }

    assertThat(entered).as("three quarters of all").isEqualTo(9);
    assertThat(fill(other)).as("half of what is left").isEqualTo(2);
    for (int i = 0; i < entered; i++) {
      admission.leave(name(i), one, 0);
    }
    assertThat(fill(one)).isEqualTo(5);
  }

  @Test
  void itsBodiesLeaveAThirdAsMuchToo() {
    for (int i = 0; i < 3; i++) {
      assertThat(admission.enter(one, 25)).isTrue();
      assertThat(admission.move(one, name(i), 25)).isTrue();
    }
    assertThat(admission.enter(one, 1)).isFalse();
    assertThat(admission.grow(name(0), one, 25, 1)).isFalse();
    assertThat(admission.enter(other, 12)).isTrue();
  }

  private static Sharer name(int number) {
    return Sharer.of(ServerName.of("peer" + number + ".example"));
  }

  @Test
  void anIpv6NetworkIsOneSharer() {
    assertThat(client("2001:db8:1:2::1")).isEqualTo(client("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    assertThat(client("2001:db8:1:2::1")).isNotEqualTo(client("2001:db8:1:3::1"));
    assertThat(one).isNotEqualTo(other);
    assertThat(one).isNotEqualTo(Sharer.of(ServerName.of("192.0.2.1")));
  }
}
