package org.theseus.transport.core.discovery;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.Route;

/**
 * Tells other servers where ours is to be reached, if configuration says so.
 *
 * @see <a
 *     href="https://spec.matrix.org/v1.19/server-server-api/#getwell-knownmatrixserver">Well-known</a>
 */
@Component
@Designate(ocd = WellKnownEndpoint.Config.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=\"" + WellKnownEndpoint.PATH + "\""})
public final class WellKnownEndpoint implements Endpoint {
  static final String PATH = "/.well-known/matrix/server";
  private static final Logger LOG = LoggerFactory.getLogger(WellKnownEndpoint.class);

  private final Answer answer;

  /** Where we are. */
  @ObjectClassDefinition(name = "Theseus: where this server is to be reached")
  @interface Config {
    @AttributeDefinition(
        description = "The name to delegate to, as in matrix.example.org:443; empty for none")
    String wellKnownServer() default "";

    @AttributeDefinition(description = "How long others may rely on it, in seconds")
    long maxAge() default 86_400;
  }

  /**
   * Takes the name from the configuration.
   *
   * @param config the configuration
   */
  @Activate
  public WellKnownEndpoint(Config config) {
    this(config.wellKnownServer().strip(), config.maxAge());
  }

  WellKnownEndpoint(String name, long maxAge) {
    Optional<ServerName> server =
        ServerName.parse(name).filter(parsed -> Targets.flaw(parsed).isEmpty());
    if (server.isEmpty() && !name.isEmpty()) {
      LOG.warn("wellKnownServer is no server's name and is not told: {}", name);
    }
    this.answer =
        server
            .map(told -> JsonObject.EMPTY.with("m.server", told.value()))
            .map(
                told ->
                    new Answer(
                        200, Map.of("Cache-Control", "public, max-age=" + maxAge), Body.json(told)))
            .orElseGet(
                () ->
                    Answer.error(
                        new MatrixError(
                            404, MatrixError.NOT_FOUND, "this server delegates to no other")));
  }

  @Override
  public Route route() {
    return new Route("GET", PATH, false, 0);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    return CompletableFuture.completedFuture(answer);
  }
}
