package org.theseus.transaction.core;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.JsonReader;
import org.theseus.transaction.core.pull.PulledLog;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.Route;

/** Answers GET /pull, an extension of ours: what came after a transaction. */
@Component
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=" + PullEndpoint.PATH})
public final class PullEndpoint implements Endpoint {
  static final String PATH = "/_matrix/federation/unstable/org.theseus.pull/v1/pull";

  private final PulledLog log;

  /** Reads the store's log. */
  @Activate
  public PullEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) JsonReader json) {
    log = new PulledLog(database, json);
  }

  @Override
  public Route route() {
    return Route.get(PATH);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    return log.page(request.signer(), request.parameter("after"), request.parameter("limit"))
        .thenApply(Answer::ok);
  }
}
