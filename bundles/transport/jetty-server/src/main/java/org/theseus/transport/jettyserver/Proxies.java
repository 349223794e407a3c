package org.theseus.transport.jettyserver;

import java.net.InetAddress;
import java.util.List;

/**
 * The reverse proxies in front of a server: what they say of their clients is believed.
 *
 * @param networks where they are
 * @param forwarded whether they say so in {@code Forwarded}, instead of {@code X-Forwarded-For}: of
 *     both one may be a stranger's
 */
record Proxies(List<Network> networks, boolean forwarded) {
  static final Proxies NONE = of(List.of());

  /** On this machine. */
  static final Proxies LOCAL = of(List.of("127.0.0.0/8", "::1"));

  Proxies {
    networks = List.copyOf(networks);
  }

  /**
   * Reads addresses and networks.
   *
   * @throws IllegalArgumentException if one is neither
   */
  static Proxies of(List<String> texts) {
    return new Proxies(
        texts.stream().map(String::strip).filter(t -> !t.isEmpty()).map(Network::of).toList(),
        false);
  }

  /** The same, which say it in another header. */
  Proxies withForwarded(boolean other) {
    return new Proxies(networks, other);
  }

  /** Tells whether an address is that of a proxy. */
  boolean trusts(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /**
   * Finds who made a request: the last address on its way that is no proxy of ours. What lies
   * before that is what strangers say.
   *
   * @param peer who is at the other end of the connection
   * @param forwarded what they said, in order
   */
  InetAddress client(InetAddress peer, List<String> forwarded) {
    InetAddress client = peer;
    for (int i = forwarded.size() - 1; i >= 0 && trusts(client); i--) {
      InetAddress before = Network.address(withoutPort(forwarded.get(i).strip())).orElse(null);
      if (before == null) {
        return client;
      }
      client = before;
    }
    return client;
  }

  private static String withoutPort(String text) {
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return end < 0 ? text : text.substring(1, end);
    }
    int colon = text.indexOf(':');
    return colon >= 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
  }
}
