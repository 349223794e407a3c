package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.Verdict;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.protocol.api.VerifyKeys;

/** {@code theseus event verify} */
final class Verify implements Operation {
  private static final String KEYS = "keys";

  @Override
  public String help() {
    return """
    theseus event verify --room-version V --keys FILE

    Event -> {"valid": BOOL, "hash": "ok" or "mismatch", "reason": TEXT or null}
    Valid is an event with a true signature of every server that must sign it. One whose hash
    does not match is not invalid: receivers redact it.

      --keys FILE    {SERVER: {KEY ID: BASE64}}, taken as valid at all times
    """;
  }

  @Override
  public Set<String> valued() {
    return Set.of(Grammar.ROOM_VERSION, KEYS);
  }

  @Override
  public Answer answer(Flags flags, InputStream in) throws Failure {
    RoomVersion version = Grammar.version(flags);
    VerifyKeys keys = keys(Input.object(Input.file(flags, KEYS), "--keys"));
    Event event = new EventReader(version).read(Input.event(in, version));
    String hash = version.contentHashMatches(event) ? "ok" : "mismatch";
    return Answer.verdict(
        "valid", verdict(version.verify(event, keys)), JsonObject.EMPTY.with("hash", hash));
  }

  private static Verdict verdict(SignatureVerdict verdict) {
    if (verdict instanceof SignatureVerdict.Invalid invalid) {
      return Verdict.reject(invalid.reason());
    }
    return verdict instanceof SignatureVerdict.KeysMissing missing
        ? Verdict.reject("no key is given for a signature of " + new TreeSet<>(missing.servers()))
        : Verdict.ALLOW;
  }

  private static VerifyKeys keys(JsonObject given) throws Failure {
    Map<ServerName, Map<KeyId, VerifyKey>> keys = new HashMap<>();
    for (Map.Entry<String, JsonValue> server : given.members().entrySet()) {
      String name = server.getKey();
      Map<KeyId, VerifyKey> ofServer = new HashMap<>();
      keys.put(
          ServerName.parse(name)
              .orElseThrow(() -> Failure.usage("--keys: " + name + " is no server name")),
          ofServer);
      for (Map.Entry<String, JsonValue> key :
          Input.object(server.getValue(), "--keys: " + name).members().entrySet()) {
        KeyId id = KeyId.of(key.getKey());
        String what = "--keys: " + id + " of " + name;
        if (id.isEd25519()) {
          byte[] publicKey = Input.key(Input.string(key.getValue(), what), what);
          ofServer.put(id, new VerifyKey(publicKey, Long.MAX_VALUE, false));
        }
      }
    }
    return (server, key) -> Optional.ofNullable(keys.getOrDefault(server, Map.of()).get(key));
  }
}
