package org.theseus.transport.jettyserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  private static final Proxies PROXIES =
      Proxies.of(List.of("10.0.0.0/8", " 192.0.2.7 ", "", "2001:db8::/32"));

  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, true",
    "10.255.255.255, true",
    "11.0.0.0, false",
    "192.0.2.7, true",
    "192.0.2.6, false",
    "2001:db8:ffff::1, true",
    "2001:db9::1, false",
    "::1, false"
  })
  void networksAreComparedBitByBit(String address, boolean trusted) throws Exception {
    assertThat(PROXIES.trusts(address(address))).isEqualTo(trusted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.1     | 198.51.100.1                           | 198.51.100.1",
        "10.0.0.1     | 203.0.113.9, 198.51.100.1              | 198.51.100.1",
        "10.0.0.1     | 203.0.113.9, 198.51.100.1, 192.0.2.7   | 198.51.100.1",
        "10.0.0.1     | 10.0.0.3, 10.0.0.2                     | 10.0.0.3",
        "10.0.0.1     | 198.51.100.1:4711                      | 198.51.100.1",
        "10.0.0.1     | [2001:db9::1]:4711                     | 2001:db9::1",
        "10.0.0.1     | 2001:db9::1                            | 2001:db9::1",
        "10.0.0.1     | 198.51.100.1, unknown                  | 10.0.0.1",
        "10.0.0.1     | 198.51.100.1, example.org, 192.0.2.7   | 192.0.2.7",
        "203.0.113.50 | 198.51.100.1                           | 203.0.113.50"
      })
  void clientIsTheLastThatIsNoProxy(String peer, String forwarded, String client) throws Exception {
    assertThat(PROXIES.client(address(peer), List.of(forwarded.split(",", -1))))
        .isEqualTo(address(client));
  }

  @Test
  void withoutTheHeaderItIsThePeer() throws Exception {
    assertThat(PROXIES.client(address("10.0.0.1"), List.of())).isEqualTo(address("10.0.0.1"));
    assertThat(Proxies.NONE.client(address("::1"), List.of("1.2.3.4"))).isEqualTo(address("::1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/x",
        "10.0.0",
        "::/129",
        "::g"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatThrownBy(() -> Proxies.of(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }
}
