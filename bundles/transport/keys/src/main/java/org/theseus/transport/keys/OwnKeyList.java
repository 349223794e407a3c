package org.theseus.transport.keys;

import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
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
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;

/** What we publish as our keys, read from the store and signed every time. */
@Component(service = OwnKeyList.class)
public final class OwnKeyList {
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
  public OwnKeyList(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer self,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) OwnKeys ownKeys,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) SignedJson signedJson) {
    this(self.name(), ownKeys, database, signedJson, System::currentTimeMillis);
  }

  OwnKeyList(
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
