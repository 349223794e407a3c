package org.theseus.transport.core;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.protocol.bouncycastle.BouncyCastleEd25519;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.protocol.rules.RulesSignedJson;
import org.theseus.transport.api.ResolvedServer;
import org.theseus.transport.api.ServerResolver;

/** A server with a key, that signs requests as the specification tells. */
final class Peer implements Signer {
  static final Ed25519 ED25519 = new BouncyCastleEd25519();
  static final SignedJson SIGNED_JSON = new RulesSignedJson(ED25519);
  static final JsonReader JSON = new JacksonJsonReader();

  /** Finds everybody at the same place. */
  static final ServerResolver RESOLVER =
      server ->
          CompletableFuture.completedFuture(
              new ResolvedServer(
                  server,
                  List.of(new InetSocketAddress("192.0.2.7", 8448)),
                  server.value(),
                  server.host()));

  private final ServerName name;
  private final KeyId keyId;
  private final byte[] seed = new byte[32];

  Peer(String name, String keyId, int seed) {
    this.name = ServerName.of(name);
    this.keyId = KeyId.of(keyId);
    this.seed[0] = (byte) seed;
  }

  ServerName name() {
    return name;
  }

  @Override
  public KeyId keyId() {
    return keyId;
  }

  @Override
  public byte[] sign(byte[] message) {
    return ED25519.sign(seed, message);
  }

  VerifyKey key() {
    return key(Long.MAX_VALUE, false);
  }

  VerifyKey key(long validUntilTs, boolean expired) {
    return new VerifyKey(ED25519.publicKey(seed), validUntilTs, expired);
  }

  String signature(String method, String target, ServerName destination, Optional<JsonValue> body) {
    JsonObject.Builder request =
        JsonObject.builder()
            .put("method", method)
            .put("uri", target)
            .put("origin", name.value())
            .put("destination", destination.value());
    body.ifPresent(content -> request.put("content", content));
    return SIGNED_JSON
        .sign(request.build(), name, this)
        .object("signatures")
        .flatMap(all -> all.object(name.value()))
        .flatMap(mine -> mine.string(keyId.value()))
        .orElseThrow();
  }

  String header(String method, String target, ServerName destination, Optional<JsonValue> body) {
    return "X-Matrix origin=\"%s\",destination=\"%s\",key=\"%s\",sig=\"%s\""
        .formatted(name, destination, keyId, signature(method, target, destination, body));
  }
}
