package org.theseus.support;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Tells clients apart by their addresses. */
public final class Clients {
  private static final int IPV4_BYTES = 4;
  private static final int PREFIX_BYTES = 8;

  private Clients() {}

  /**
   * Tells what stands for all the addresses that one host may have taken for itself.
   *
   * @param address one of them
   * @return an IPv4 address as it is, of an IPv6 address its /64
   */
  public static InetAddress share(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == IPV4_BYTES) {
      return address;
    }
    Arrays.fill(bytes, PREFIX_BYTES, bytes.length, (byte) 0);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
