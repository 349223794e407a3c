package org.theseus.transport.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.theseus.protocol.api.JsonObject;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.Route;

/** Tells which software this is. */
@Component
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=\"" + VersionEndpoint.PATH + "\""})
public final class VersionEndpoint implements Endpoint {
  static final String PATH = "/_matrix/federation/v1/version";

  private final Answer answer;

  /**
   * Takes the version from the bundle.
   *
   * @param context our bundle's context
   */
  @Activate
  public VersionEndpoint(BundleContext context) {
    this(context.getBundle().getVersion().toString());
  }

  VersionEndpoint(String version) {
    JsonObject server = JsonObject.builder().put("name", "Theseus").put("version", version).build();
    answer = Answer.ok(JsonObject.builder().put("server", server).build());
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
