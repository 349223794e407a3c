package org.theseus.transport.jettyserver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccessLogTest {
  @Test
  void pathsAreWrittenWithoutWhatATerminalHeeds() {
    assertThat(AccessLog.printable("/a/%0A~!")).isEqualTo("/a/%0A~!");
    assertThat(AccessLog.printable("/a\u009b2J\u0085\u202eb c")).isEqualTo("/a?2J??b?c");
    assertThat(AccessLog.printable(null)).isEqualTo("-");
  }
}
