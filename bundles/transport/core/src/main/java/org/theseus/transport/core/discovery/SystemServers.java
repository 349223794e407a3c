package org.theseus.transport.core.discovery;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.xbill.DNS.ResolverConfig;

/** The system's DNS servers, looked up again from time to time. Guarded by {@code this}. */
final class SystemServers implements Supplier<List<InetSocketAddress>> {
  private static final Duration GOOD = Duration.ofSeconds(30);

  private List<InetSocketAddress> servers = ResolverConfig.getCurrentConfig().servers();
  private long since = System.nanoTime();

  @Override
  public synchronized List<InetSocketAddress> get() {
    if (System.nanoTime() - since > GOOD.toNanos()) {
      ResolverConfig.refresh();
      servers = ResolverConfig.getCurrentConfig().servers();
      since = System.nanoTime();
    }
    return servers;
  }
}
