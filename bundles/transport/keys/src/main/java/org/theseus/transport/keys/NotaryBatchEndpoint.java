package org.theseus.transport.keys;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.KeyRing.Wanted;
import org.theseus.transport.api.Route;

/**
 * Tells what many servers published as their keys; who is too many is left out.
 *
 * @see <a
 *     href="https://spec.matrix.org/v1.19/server-server-api/#querying-keys-through-another-server">
 *     Querying keys through another server</a>
 */
@Component
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=POST", "path=\"" + NotaryBatchEndpoint.PATH + "\""})
public final class NotaryBatchEndpoint implements Endpoint {
  static final String PATH = "/_matrix/key/v2/query";

  private static final int MAX_SERVERS = 256;
  private static final int MAX_KEYS = 100;

  private final Notary notary;
  private final LongSupplier nowTs;

  /**
   * Takes who answers.
   *
   * @param notary answers
   */
  @Activate
  public NotaryBatchEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Notary notary) {
    this(notary, System::currentTimeMillis);
  }

  NotaryBatchEndpoint(Notary notary, LongSupplier nowTs) {
    this.notary = notary;
    this.nowTs = nowTs;
  }

  @Override
  public Route route() {
    return new Route("POST", PATH, false, 128 << 10);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    JsonObject servers =
        request
            .object()
            .object("server_keys")
            .orElseThrow(
                () -> new MatrixException(400, MatrixError.BAD_JSON, "server_keys is missing"));
    Map<ServerName, Wanted> wanted = new LinkedHashMap<>();
    for (String name : servers.members().keySet()) {
      Optional<ServerName> server = ServerName.parse(name);
      if (server.isPresent() && wanted.size() < MAX_SERVERS) {
        wanted.put(server.get(), wanted(servers.object(name).orElse(JsonObject.EMPTY)));
      }
    }
    return notary.answer(request.remote().getAddress(), wanted);
  }

  private Wanted wanted(JsonObject criteria) {
    Set<KeyId> keys = new HashSet<>();
    long validAtTs = Long.MIN_VALUE;
    for (String id : criteria.members().keySet()) {
      if (keys.size() < MAX_KEYS) {
        keys.add(KeyId.of(id));
      }
      long atTs =
          criteria
              .object(id)
              .flatMap(one -> one.integer("minimum_valid_until_ts"))
              .orElseGet(nowTs::getAsLong);
      validAtTs = Math.max(validAtTs, atTs);
    }
    return new Wanted(keys, keys.isEmpty() ? nowTs.getAsLong() : validAtTs);
  }
}
