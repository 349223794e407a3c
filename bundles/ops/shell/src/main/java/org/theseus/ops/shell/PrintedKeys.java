package org.theseus.ops.shell;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.theseus.persistence.api.KeyList;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.ServerName;

/** Signing keys as people and as machines read them. */
final class PrintedKeys {
  private PrintedKeys() {}

  /**
   * What is known of a server.
   *
   * @param server its name
   * @param keys its keys, those in use first
   * @param list what they were taken from; empty for our own
   */
  record KeysOf(ServerName server, List<StoredKey> keys, Optional<KeyList> list) {}

  static void print(Arguments given, KeysOf its) {
    if (given.isJson()) {
      Output.json(json(its));
    } else {
      lines(its);
    }
  }

  static void print(Arguments given, KeysOf ours, List<KeysOf> others) {
    if (given.isJson()) {
      Output.json(
          JsonObject.builder()
              .put("ours", json(ours))
              .put(
                  "others",
                  new JsonArray(others.stream().<JsonValue>map(PrintedKeys::json).toList()))
              .build());
    } else {
      lines(ours);
      others.forEach(PrintedKeys::lines);
    }
  }

  private static JsonObject json(KeysOf its) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("server", its.server().value())
            .put(
                "keys",
                new JsonArray(its.keys().stream().<JsonValue>map(PrintedKeys::json).toList()));
    its.list()
        .ifPresent(
            list -> json.put("fetched_ts", list.fetchedTs()).put("source", list.source().value()));
    return json.build();
  }

  private static JsonObject json(StoredKey key) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("key_id", key.keyId().value())
            .put("key", Base64.getEncoder().withoutPadding().encodeToString(key.publicKey()));
    if (key.validUntilTs() != Long.MAX_VALUE) {
      json.put(key.expired() ? "expired_ts" : "valid_until_ts", key.validUntilTs());
    }
    return json.build();
  }

  private static void lines(KeysOf its) {
    String told =
        its.list()
            .map(
                list ->
                    " fetched " + Instant.ofEpochMilli(list.fetchedTs()) + " from " + list.source())
            .orElse("");
    for (StoredKey key : its.keys()) {
      Output.line(its.server() + " " + key.keyId() + state(key) + told);
    }
  }

  private static String state(StoredKey key) {
    if (key.validUntilTs() == Long.MAX_VALUE) {
      return " current";
    }
    return (key.expired() ? " given up " : " current until ")
        + Instant.ofEpochMilli(key.validUntilTs());
  }
}
