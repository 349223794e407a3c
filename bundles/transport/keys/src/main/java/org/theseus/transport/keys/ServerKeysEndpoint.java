package org.theseus.transport.keys;

import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;
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

  private final ServerName self;
  private final OwnKeys ownKeys;
  private final Database database;
  private final SignedJson signedJson;
  private final LongSupplier nowTs;

  /**
   * Joins what a published key list needs.
   *
   * @param self our name
   * @param ownKeys sign the list
   * @param database holds the list
   * @param signedJson signs JSON
   */
  @Activate
  public ServerKeysEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer self,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) OwnKeys ownKeys,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) SignedJson signedJson) {
    this(self.name(), ownKeys, database, signedJson, System::currentTimeMillis);
  }

  ServerKeysEndpoint(
      ServerName self,
      OwnKeys ownKeys,
      Database database,
      SignedJson signedJson,
      LongSupplier nowTs) {
    this.self = self;
    this.ownKeys = ownKeys;
    this.database = database;
    this.signedJson = signedJson;
    this.nowTs = nowTs;
  }

  @Override
  public Route route() {
    return new Route("GET", PATH, false, 0);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    return published().thenApply(Answer::ok);
  }

  /** Tells what we publish now. */
  CompletionStage<JsonObject> published() {
    // First the signer: whoever signs was published before.
    Signer signer = ownKeys.signer();
    return database.submit(unit -> unit.keys().find(self)).thenApply(keys -> publish(keys, signer));
  }

  private JsonObject publish(List<StoredKey> keys, Signer signer) {
    JsonObject.Builder current = JsonObject.builder();
    JsonObject.Builder old = JsonObject.builder();
    boolean listed = false;
    for (StoredKey key : keys) {
      JsonObject entry = JsonObject.EMPTY.with("key", base64(key.publicKey()));
      if (key.expired()) {
        old.put(key.keyId().value(), withExpiry(entry, key.validUntilTs()));
      } else {
        current.put(key.keyId().value(), entry);
        listed |= key.keyId().equals(signer.keyId());
      }
    }
    if (!listed) {
      throw new TransientException("the signing key is not published yet");
    }
    return signedJson.sign(
        JsonObject.builder()
            .put("server_name", self.value())
            .put("valid_until_ts", nowTs.getAsLong() + ownKeys.validity().toMillis())
            .put("verify_keys", current.build())
            .put("old_verify_keys", old.build())
            .build(),
        self,
        signer);
  }

  private static JsonObject withExpiry(JsonObject entry, long expiredTs) {
    return JsonObject.builder()
        .put("key", entry.string("key").orElseThrow())
        .put("expired_ts", expiredTs)
        .build();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
