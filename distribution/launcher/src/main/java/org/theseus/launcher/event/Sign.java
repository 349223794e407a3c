package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.Signer;

/** {@code theseus event sign} */
final class Sign implements Operation {
  private static final String JSON_OBJECT = "json-object";
  private static final String SIGNATURES = "signatures";
  private static final String UNSIGNED = "unsigned";
  private static final String HASHES = "hashes";

  /** Signs with a seed that the user gave. */
  @SuppressWarnings("ArrayRecordComponent") // made once, for one signature
  private record SeedSigner(KeyId keyId, byte[] seed) implements Signer {
    @Override
    public byte[] sign(byte[] message) {
      return Grammar.ED25519.sign(seed, message);
    }
  }

  @Override
  public String help() {
    return """
    theseus event sign --room-version V --server NAME --key-id ID --seed BASE64
    theseus event sign --json-object    --server NAME --key-id ID --seed BASE64

    Event -> the event with its content hash, and a signature beside those it has.
    With --json-object: any object -> the object signed, without a hash.

      --server NAME      in whose name, such as example.org
      --key-id ID        such as ed25519:1
      --seed BASE64      the 32 bytes of the Ed25519 key
    """;
  }

  @Override
  public Set<String> valued() {
    return Set.of(Grammar.ROOM_VERSION, "server", "key-id", "seed");
  }

  @Override
  public Set<String> switches() {
    return Set.of(JSON_OBJECT);
  }

  @Override
  public Answer answer(Flags flags, InputStream in) throws Failure {
    ServerName server =
        ServerName.parse(Input.required(flags, "server"))
            .orElseThrow(() -> Failure.usage("--server: no server name"));
    KeyId keyId = KeyId.of(Input.required(flags, "key-id"));
    if (!keyId.isEd25519()) {
      throw Failure.usage("--key-id: " + keyId + " does not begin with ed25519:");
    }
    Signer signer = new SeedSigner(keyId, Input.key(Input.required(flags, "seed"), "--seed"));
    if (flags.has(JSON_OBJECT)) {
      if (flags.has(Grammar.ROOM_VERSION)) {
        throw Failure.usage("--json-object and --room-version exclude each other");
      }
      return Answer.of(signed(Input.object(Input.json(in, Input.STDIN), "it"), server, signer));
    }
    RoomVersion version = Grammar.version(flags);
    return Answer.of(signed(version, Input.event(in, version), server, signer));
  }

  /** What is signed is written canonically, so that others see the bytes that were signed. */
  private static JsonObject signed(JsonObject object, ServerName server, Signer signer)
      throws Failure {
    JsonObject result = (JsonObject) Canonical.of(object.without(SIGNATURES, UNSIGNED));
    for (String unsigned : new String[] {SIGNATURES, UNSIGNED}) {
      if (object.has(unsigned)) {
        result = result.with(unsigned, object.members().get(unsigned));
      }
    }
    requireObject(result, SIGNATURES);
    return Grammar.SIGNED_JSON.sign(result, server, signer);
  }

  /** The signature is one of the redacted event, and is copied from there. */
  private static JsonObject signed(
      RoomVersion version, JsonObject event, ServerName server, Signer signer) throws Failure {
    requireObject(event, HASHES);
    requireObject(event, SIGNATURES);
    JsonObject hashes =
        event.object(HASHES).orElse(JsonObject.EMPTY).with("sha256", version.contentHash(event));
    JsonObject hashed = event.with(HASHES, hashes);
    JsonObject redacted = Grammar.SIGNED_JSON.sign(version.redact(hashed), server, signer);
    return hashed.with(SIGNATURES, redacted.object(SIGNATURES).orElseThrow());
  }

  private static void requireObject(JsonObject object, String name) throws Failure {
    if (object.has(name)) {
      Input.object(object.members().get(name), name);
    }
  }
}
