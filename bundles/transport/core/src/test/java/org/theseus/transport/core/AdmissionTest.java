package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final Admission admission = new Admission(4, 100);
  private final InetAddress one = InetAddress.getByName("192.0.2.1");
  private final InetAddress other = InetAddress.getByName("192.0.2.2");

  AdmissionTest() throws UnknownHostException {}

  @Test
  void bytesAreBoundedButOneLargeBodyIsLetIn() {
    assertThat(admission.enter(one, 1_000)).isTrue();
    assertThat(admission.enter(other, 1)).isFalse();
    admission.leave(one, 1_000);
    assertThat(admission.enter(one, 60)).isTrue();
    assertThat(admission.enter(other, 60)).isFalse();
    assertThat(admission.enter(other, 40)).isTrue();
  }

  @Test
  void oneClientLeavesRoomForTheBodiesOfOthers() {
    assertThat(admission.enter(one, 20)).isTrue();
    assertThat(admission.enter(one, 6)).isFalse();
    assertThat(admission.enter(one, 5)).isTrue();
    assertThat(admission.enter(other, 75)).isTrue();
    admission.leave(one, 20);
    admission.leave(one, 5);
    assertThat(admission.enter(one, 25)).isTrue();
  }

  @Test
  void whatLeftMakesRoom() {
    assertThat(admission.enter(one, 0)).isTrue();
    assertThat(admission.enter(one, 0)).isTrue();
    assertThat(admission.enter(one, 0)).isFalse();
    admission.leave(one, 0);
    assertThat(admission.enter(one, 0)).isTrue();
    assertThat(admission.enter(other, 0)).isTrue();
    assertThat(admission.enter(other, 0)).isTrue();
    admission.leave(one, 0);
    admission.leave(one, 0);
    assertThat(admission.enter(other, 0)).isFalse();
  }
}
