package org.theseus.transport.jettyserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class DescriptorsTest {
  @Test
  void connectionsLeaveSomeForOthers() {
    assertThat(Descriptors.connections(15_000, OptionalLong.empty())).isEqualTo(15_000);
    assertThat(Descriptors.connections(15_000, OptionalLong.of(1L << 40))).isEqualTo(15_000);
    assertThat(Descriptors.connections(15_000, OptionalLong.of(4_096))).isEqualTo(3_096);
    assertThat(Descriptors.connections(15_000, OptionalLong.of(1_024))).isEqualTo(512);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void limitIsTold() {
    assertThat(Descriptors.limit().getAsLong()).isPositive();
  }
}
