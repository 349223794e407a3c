package org.theseus.protocol.rules;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.Signer;

/**
 * Canonical bytes and signatures of any JSON object.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#signing-json">Signing JSON</a>
 */
@Component
public final class RulesSignedJson implements SignedJson {
  private final Ed25519 ed25519;

  /**
   * Makes the service.
   *
   * @param ed25519 verifies
   */
  @Activate
  public RulesSignedJson(@Reference(policyOption = ReferencePolicyOption.GREEDY) Ed25519 ed25519) {
    this.ed25519 = ed25519;
  }

  @Override
  public byte[] canonical(JsonValue value) {
    return CanonicalJson.of(value);
  }

  @Override
  public JsonObject sign(JsonObject object, ServerName server, Signer signer) {
    return Signatures.sign(object, Signatures.signedBytes(object), server, signer);
  }

  @Override
  public boolean verify(JsonObject object, ServerName server, KeyId keyId, byte[] publicKey) {
    return keyId.isEd25519()
        && Signatures.verify(
            ed25519, object, Signatures.signedBytes(object), server, keyId, publicKey);
  }
}
