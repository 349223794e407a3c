package org.theseus.transport.keys;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.transport.api.Body;
import org.theseus.transport.api.KeyRing.Wanted;

/**
 * Asks notaries for the keys of others. What they answer is believed of servers that were asked
 * for, if the notary signed it with a key of its own that is current, and the server itself too.
 *
 * @see <a
 *     href="https://spec.matrix.org/v1.19/server-server-api/#querying-keys-through-another-server">
 *     Querying keys through another server</a>
 */
final class NotaryClient {
  private static final Logger LOG = LoggerFactory.getLogger(NotaryClient.class);
  private static final String PATH = "/_matrix/key/v2/query";
  private static final long MAX_BYTES = 4 << 20;
  private static final int MAX_ANSWERS_EACH = 10;
  private static final int MAX_NOTARY_KEYS = 10;

  private final KeyClient client;
  private final SignedJson signedJson;
  private final PublishedKeys published;
  private final BiFunction<ServerName, Wanted, CompletionStage<Map<KeyId, VerifyKey>>> keysOf;
  private final LongSupplier nowTs;

  /**
   * Makes a client.
   *
   * @param keysOf finds the keys of notaries
   */
  NotaryClient(
      KeyClient client,
      SignedJson signedJson,
      BiFunction<ServerName, Wanted, CompletionStage<Map<KeyId, VerifyKey>>> keysOf,
      LongSupplier nowTs) {
    this.client = client;
    this.signedJson = signedJson;
    this.published = new PublishedKeys(signedJson);
    this.keysOf = keysOf;
    this.nowTs = nowTs;
  }

  /** Something a notary told: of which server, what, and in which words. */
  private record Told(ServerName server, JsonObject json) {}

  /**
   * Asks once.
   *
   * @param wanted what is wanted, by server
   * @return what is to be believed, the newest of each server; completes exceptionally if the
   *     notary does not answer, or without a list
   */
  CompletionStage<Map<ServerName, Published>> ask(
      ServerName notary, Map<ServerName, Wanted> wanted) {
    Optional<Body> body = Optional.of(Body.json(question(wanted)));
    CompletionStage<List<Told>> answer =
        client
            .ask(notary, new KeyClient.Question("POST", PATH, body, MAX_BYTES))
            .thenApply(told -> read(told, wanted));
    return answer.thenCompose(
        told ->
            notaryKeys(notary, told)
                .thenApply(
                    keys -> {
                      Map<ServerName, Published> believed = new LinkedHashMap<>();
                      for (Told one : told) {
                        believe(notary, keys, one)
                            .ifPresent(
                                its -> believed.merge(one.server(), its, NotaryClient::newer));
                      }
                      return believed;
                    }));
  }

  private JsonObject question(Map<ServerName, Wanted> wanted) {
    long now = nowTs.getAsLong();
    JsonObject.Builder servers = JsonObject.builder();
    wanted.forEach(
        (server, its) -> {
          JsonObject criteria =
              JsonObject.builder()
                  .put("minimum_valid_until_ts", Math.min(now, its.validAtTs()))
                  .build();
          JsonObject.Builder keys = JsonObject.builder();
          its.keys().stream()
              .filter(KeyId::isEd25519)
              .forEach(id -> keys.put(id.value(), criteria));
          servers.put(server.value(), keys.build());
        });
    return JsonObject.EMPTY.with("server_keys", servers.build());
  }

  private static List<Told> read(JsonObject answer, Map<ServerName, Wanted> wanted) {
    return answer
        .array("server_keys")
        .orElseThrow(() -> new MatrixException(502, MatrixError.BAD_JSON, "no server_keys"))
        .objects()
        .stream()
        .flatMap(
            one ->
                one
                    .string("server_name")
                    .flatMap(ServerName::parse)
                    .filter(wanted::containsKey)
                    .map(server -> new Told(server, one))
                    .stream())
        .limit((long) MAX_ANSWERS_EACH * wanted.size())
        .toList();
  }

  private CompletionStage<Map<KeyId, VerifyKey>> notaryKeys(ServerName notary, List<Told> told) {
    Set<KeyId> ids = new HashSet<>();
    for (Told one : told) {
      signatures(one.json(), notary).members().keySet().stream()
          .map(KeyId::of)
          .filter(id -> id.isEd25519() && ids.size() < MAX_NOTARY_KEYS)
          .forEach(ids::add);
    }
    return ids.isEmpty()
        ? CompletableFuture.completedFuture(Map.of())
        : keysOf.apply(notary, new Wanted(ids, nowTs.getAsLong()));
  }

  private Optional<Published> believe(ServerName notary, Map<KeyId, VerifyKey> keys, Told one) {
    long now = nowTs.getAsLong();
    List<KeyId> claimed =
        signatures(one.json(), notary).members().keySet().stream()
            .map(KeyId::of)
            .filter(
                id -> {
                  VerifyKey key = keys.get(id);
                  return key != null && !key.expired() && key.validUntilTs() >= now;
                })
            .toList();
    try {
      if (claimed.isEmpty()
          || !claimed.stream()
              .allMatch(
                  id -> signedJson.verify(one.json(), notary, id, keys.get(id).publicKey()))) {
        throw new MatrixException(502, MatrixError.BAD_JSON, "the notary did not sign it");
      }
      return Optional.of(published.read(one.json(), one.server(), now));
    } catch (MatrixException lie) {
      LOG.debug("{} is not believed of {}: {}", notary, one.server(), lie.getMessage());
      return Optional.empty();
    }
  }

  private static JsonObject signatures(JsonObject json, ServerName notary) {
    return json.object("signatures")
        .flatMap(all -> all.object(notary.value()))
        .orElse(JsonObject.EMPTY);
  }

  private static Published newer(Published one, Published other) {
    return other.validUntilTs() > one.validUntilTs() ? other : one;
  }
}
