package org.theseus.support;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Tells clients apart by their addresses. */
public final class Clients {
  private static final int IPV4_BYTES = 4;
  private static final int PREFIX_BYTES = 8;

  /** 64:ff9b::/96 of RFC 6052, behind which lies the whole of IPv4. */
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xFF, (byte) 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};

  private Clients() {}

  /**
   * Tells what stands for all the addresses that one host may have taken for itself.
   *
   * @param address one of them
   * @return an IPv4 address as it is, even if NAT64 made an IPv6 address of it; of another IPv6
   *     address its /64
   */
  public static InetAddress share(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == IPV4_BYTES) {
      return address;
    }
    boolean isNat64 = Arrays.equals(bytes, 0, NAT64.length, NAT64, 0, NAT64.length);
    byte[] share =
        isNat64
            ? Arrays.copyOfRange(bytes, NAT64.length, bytes.length)
            : Arrays.copyOf(Arrays.copyOf(bytes, PREFIX_BYTES), bytes.length);
    try {
      return InetAddress.getByAddress(share);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
