package org.theseus.transport.keys;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.Route;

/**
 * Publishes our keys, read from the store every time.
 *
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#publishing-keys">Publishing
 *     keys</a>
 */
@Component
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=\"" + ServerKeysEndpoint.PATH + "\""})
public final class ServerKeysEndpoint implements Endpoint {
  static final String PATH = "/_matrix/key/v2/server";

  private final OwnKeyList own;

  /**
   * Takes what it publishes.
   *
   * @param own our keys
   */
  @Activate
  public ServerKeysEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) OwnKeyList own) {
    this.own = own;
  }

  @Override
  public Route route() {
    return new Route("GET", PATH, false, 0);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    return own.published().thenApply(Answer::ok);
  }
}
