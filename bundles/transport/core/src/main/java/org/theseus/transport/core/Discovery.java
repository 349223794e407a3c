package org.theseus.transport.core;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Component;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.ResolvedServer;
import org.theseus.transport.api.ServerResolver;

/** Finds servers by the specification's steps, in its order: the first that has an answer wins. */
@Component
public final class Discovery implements ServerResolver {
  private static final int DEFAULT_PORT = 8448;
  private static final int MAX_PORT = 65_535;

  /** Numbered as in the specification; 3 to 5 (well-known and SRV records) are not there yet. */
  private static final List<Step> STEPS =
      List.of(
          Discovery::ipLiteral, // 1
          Discovery::explicitPort, // 2
          Discovery::hostItself); // 6

  /** One way to find a server: an answer, or empty if the next step is to be tried. */
  @FunctionalInterface
  interface Step {
    CompletionStage<Optional<ResolvedServer>> resolve(ServerName server);
  }

  @Override
  public CompletionStage<ResolvedServer> resolve(ServerName server) {
    return resolve(server, 0);
  }

  private static CompletionStage<ResolvedServer> resolve(ServerName server, int step) {
    return step == STEPS.size()
        ? CompletableFuture.failedFuture(new TransientException("cannot find " + server))
        : STEPS
            .get(step)
            .resolve(server)
            .thenCompose(
                found ->
                    found.isPresent()
                        ? CompletableFuture.completedFuture(found.get())
                        : resolve(server, step + 1));
  }

  /** If the hostname is an IP literal: that address, with the given port, or 8448. */
  private static CompletionStage<Optional<ResolvedServer>> ipLiteral(ServerName server) {
    return server.isIpLiteral() ? direct(server) : none();
  }

  /** If the server name includes an explicit port: the hostname's addresses and that port. */
  private static CompletionStage<Optional<ResolvedServer>> explicitPort(ServerName server) {
    return server.port().isPresent() ? direct(server) : none();
  }

  /** If there is neither well-known nor SRV record: the hostname's addresses and port 8448. */
  private static CompletionStage<Optional<ResolvedServer>> hostItself(ServerName server) {
    return direct(server);
  }

  /** The Host header is the server name as it stands, the certificate must be for the host. */
  private static CompletionStage<Optional<ResolvedServer>> direct(ServerName server) {
    int port = server.port().orElse(DEFAULT_PORT);
    if (port == 0 || port > MAX_PORT) {
      return CompletableFuture.failedFuture(new TransientException("no such port: " + server));
    }
    String host = server.host().replace("[", "").replace("]", "");
    return CompletableFuture.completedFuture(
        Optional.of(new ResolvedServer(server, host, port, server.value(), host)));
  }

  private static CompletionStage<Optional<ResolvedServer>> none() {
    return CompletableFuture.completedFuture(Optional.empty());
  }
}
