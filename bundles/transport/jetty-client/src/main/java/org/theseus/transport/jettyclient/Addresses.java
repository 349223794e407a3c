package org.theseus.transport.jettyclient;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Tells the addresses of the public internet from those that another server must not make us
 * connect to. An IPv6 address that stands for an IPv4 address is judged as that one.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry/">IANA, IPv4</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry/">IANA, IPv6</a>
 */
final class Addresses {
  private static final List<Block> SPECIAL =
      Block.all(
          "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12",
          "192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15",
          "198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4",
          "2001::/23 2001:db8::/32 3fff::/20");
  private static final Block GLOBAL_UNICAST = Block.of("2000::/3");
  private static final Block NAT64 = Block.of("64:ff9b::/96");
  private static final Block SIX_TO_FOUR = Block.of("2002::/16");
  private static final int IPV4_BYTES = 4;

  /** The addresses that begin with the same bits. */
  private record Block(InetAddress first, int bits) {
    static Block of(String cidr) {
      int slash = cidr.indexOf('/');
      try {
        // A literal: nothing is looked up.
        return new Block(
            InetAddress.getByName(cidr.substring(0, slash)),
            Integer.parseInt(cidr.substring(slash + 1)));
      } catch (UnknownHostException impossible) {
        throw new IllegalArgumentException(cidr, impossible);
      }
    }

    static List<Block> all(String... lines) {
      return Arrays.stream(lines)
          .flatMap(line -> Arrays.stream(line.split(" ", -1)))
          .map(Block::of)
          .toList();
    }

    boolean holds(InetAddress address) {
      byte[] mine = first.getAddress();
      byte[] its = address.getAddress();
      if (mine.length != its.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % 8);
        if (((mine[i / 8] ^ its[i / 8]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private Addresses() {}

  /** Tells whether an address belongs to the public internet. */
  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (NAT64.holds(address)) {
      return isPublic(ipv4(bytes, bytes.length - IPV4_BYTES));
    }
    if (SIX_TO_FOUR.holds(address)) {
      return isPublic(ipv4(bytes, 2));
    }
    return (bytes.length == IPV4_BYTES || GLOBAL_UNICAST.holds(address))
        && SPECIAL.stream().noneMatch(block -> block.holds(address));
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + IPV4_BYTES));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Tells whether a host is an IP address rather than a name; brackets are taken off before. */
  static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  }
}
