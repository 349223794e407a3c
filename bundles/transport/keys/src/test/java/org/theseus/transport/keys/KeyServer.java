package org.theseus.transport.keys;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.bouncycastle.BouncyCastleEd25519;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.protocol.rules.RulesSignedJson;
import org.theseus.transport.api.HttpTransport;

/** What another server publishes; keys are made of one byte. */
final class KeyServer {
  static final Ed25519 ED25519 = new BouncyCastleEd25519();
  static final SignedJson SIGNED_JSON = new RulesSignedJson(ED25519);
  static final JsonReader JSON = new JacksonJsonReader();

  private final ServerName name;
  private final Map<String, Integer> current = new LinkedHashMap<>();
  private final JsonObject.Builder verifyKeys = JsonObject.builder();
  private final JsonObject.Builder oldKeys = JsonObject.builder();
  private long validUntilTs;

  KeyServer(String name) {
    this.name = ServerName.of(name);
  }

  KeyServer validUntil(long ts) {
    validUntilTs = ts;
    return this;
  }

  KeyServer key(String id, int seed) {
    current.put(id, seed);
    verifyKeys.put(id, JsonObject.EMPTY.with("key", base64(publicKey(seed))));
    return this;
  }

  KeyServer listed(String id, String key) {
    verifyKeys.put(id, JsonObject.EMPTY.with("key", key));
    return this;
  }

  KeyServer old(String id, int seed, long expiredTs) {
    oldKeys.put(
        id,
        JsonObject.builder()
            .put("key", base64(publicKey(seed)))
            .put("expired_ts", expiredTs)
            .build());
    return this;
  }

  JsonObject unsigned() {
    return JsonObject.builder()
        .put("server_name", name.value())
        .put("valid_until_ts", validUntilTs)
        .put("verify_keys", verifyKeys.build())
        .put("old_verify_keys", oldKeys.build())
        .build();
  }

  JsonObject answer() {
    return sign(unsigned());
  }

  /** Signs with all current keys. */
  JsonObject sign(JsonObject answer) {
    JsonObject signed = answer;
    for (Map.Entry<String, Integer> key : current.entrySet()) {
      signed =
          SIGNED_JSON.sign(
              signed, name, new SeedSigner(KeyId.of(key.getKey()), seed(key.getValue()), ED25519));
    }
    return signed;
  }

  static HttpTransport.Response response(int status, String body) {
    return new HttpTransport.Response(
        status, Map.of(), new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  static byte[] publicKey(int seed) {
    return ED25519.publicKey(seed(seed));
  }

  static byte[] seed(int seed) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) seed);
    return bytes;
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
