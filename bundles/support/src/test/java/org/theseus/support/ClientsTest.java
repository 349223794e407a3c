package org.theseus.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientsTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::",
    "64:ff9b::192.0.2.1, 192.0.2.1",
    "64:ff9b::1:192.0.2.1, 64:ff9b::",
    "64:ff9b:1::192.0.2.1, 64:ff9b:1::"
  })
  void hostHasItsShare(String address, String share) throws Exception {
    assertThat(Clients.share(InetAddress.getByName(address)))
        .isEqualTo(InetAddress.getByName(share));
  }
}
