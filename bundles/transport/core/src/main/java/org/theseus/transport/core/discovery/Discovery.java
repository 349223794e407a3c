package org.theseus.transport.core.discovery;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Threads;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.Resolution;
import org.theseus.transport.api.ResolvedServer;
import org.theseus.transport.api.ServerResolver;

/** Finds servers as the specification has it. */
@Component
@Designate(ocd = Discovery.Config.class)
public final class Discovery implements ServerResolver {
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final int THREADS = 4;

  private final ThreadPoolExecutor threads = Threads.pool("transport-core-discovery", THREADS);
  private final Finder finder;

  /** Whom to ask. */
  @ObjectClassDefinition(name = "Theseus: discovery of servers")
  @interface Config {
    @AttributeDefinition(
        description =
            "DNS servers, ADDRESS:PORT with commas between; empty for those of the system")
    String dnsServers() default "";
  }

  /**
   * Joins what is asked.
   *
   * @param http fetches well-known documents
   * @param json reads them
   * @param config the configuration
   */
  @Activate
  public Discovery(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) HttpTransport http,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) JsonReader json,
      Config config) {
    this.finder =
        new Finder(
            new DnsClient(whom(config.dnsServers()), PATIENCE, threads),
            http,
            json,
            InstantSource.system(),
            bound -> ThreadLocalRandom.current().nextInt(bound));
  }

  private static Supplier<List<InetSocketAddress>> whom(String list) {
    List<InetSocketAddress> servers = servers(list);
    return servers.isEmpty() ? new SystemServers() : () -> servers;
  }

  /** Reads the list of DNS servers. */
  static List<InetSocketAddress> servers(String list) {
    return Arrays.stream(list.split(",", -1))
        .map(String::strip)
        .filter(server -> !server.isEmpty())
        .map(ServerName::of)
        .map(
            server ->
                new InetSocketAddress(
                    Targets.literal(server)
                        .orElseThrow(() -> new IllegalArgumentException(server + " is no address")),
                    server.port().orElse(53)))
        .toList();
  }

  @Override
  public CompletionStage<ResolvedServer> resolve(ServerName server) {
    return explain(server)
        .thenApply(
            found -> found.result().orElseThrow(() -> new TransientException(problem(found))));
  }

  private static String problem(Resolution failed) {
    Resolution.Step last = failed.steps().get(failed.steps().size() - 1);
    return "cannot find " + failed.server() + ": " + last.asked() + ": " + last.answered();
  }

  @Override
  public CompletionStage<Resolution> explain(ServerName server) {
    return finder.find(server);
  }

  @Deactivate
  void stop() {
    threads.shutdown();
  }
}
