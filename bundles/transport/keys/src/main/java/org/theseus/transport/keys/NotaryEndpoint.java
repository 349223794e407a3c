package org.theseus.transport.keys;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.KeyRing.Wanted;
import org.theseus.transport.api.Route;

/**
 * Tells what one server published as its keys.
 *
 * @see <a
 *     href="https://spec.matrix.org/v1.19/server-server-api/#querying-keys-through-another-server">
 *     Querying keys through another server</a>
 */
@Component
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=\"" + NotaryEndpoint.PATH + "\""})
public final class NotaryEndpoint implements Endpoint {
  static final String PATH = "/_matrix/key/v2/query/{serverName}";

  private final Notary notary;
  private final LongSupplier nowTs;

  /**
   * Takes who answers.
   *
   * @param notary answers
   */
  @Activate
  public NotaryEndpoint(@Reference(policyOption = ReferencePolicyOption.GREEDY) Notary notary) {
    this(notary, System::currentTimeMillis);
  }

  NotaryEndpoint(Notary notary, LongSupplier nowTs) {
    this.notary = notary;
    this.nowTs = nowTs;
  }

  @Override
  public Route route() {
    return new Route("GET", PATH, false, 0);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    ServerName server =
        ServerName.parse(request.variable("serverName"))
            .orElseThrow(() -> invalid("serverName is no server's name"));
    long validAtTs =
        request
            .parameter("minimum_valid_until_ts")
            .map(NotaryEndpoint::time)
            .orElseGet(nowTs::getAsLong);
    return notary.answer(
        request.remote().getAddress(), Map.of(server, new Wanted(Set.of(), validAtTs)));
  }

  private static long time(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      throw invalid("minimum_valid_until_ts is no number");
    }
  }

  private static MatrixException invalid(String why) {
    return new MatrixException(400, MatrixError.INVALID_PARAM, why);
  }
}
