package org.theseus.transport.api;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;
import org.theseus.protocol.api.ServerName;

/**
 * Finds where a server is to be reached. Safe for many threads.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#resolving-server-names">Resolving
 *     server names</a>
 */
@ConsumerType
public interface ServerResolver {
  /**
   * Resolves a name.
   *
   * @param server the name
   * @return where to connect; completes within seconds, exceptionally with {@link
   *     org.theseus.protocol.api.TransientException} if that cannot be found out now
   */
  CompletionStage<ResolvedServer> resolve(ServerName server);

  /**
   * Resolves a name and tells how.
   *
   * @param server the name
   * @return what was asked and answered; whoever cannot tell that tells the result alone
   */
  default CompletionStage<Resolution> explain(ServerName server) {
    return resolve(server)
        .thenApply(found -> new Resolution(server, List.of(), Optional.of(found)));
  }
}
