package org.theseus.transaction.core.outbox;

import java.util.Arrays;
import java.util.List;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore.QueuedEdu;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.core.intake.InboundTransaction;

/** Builds the bodies of our transactions, the same each time from the same parts. */
final class TransactionBody {
  private final ServerName origin;
  private final JsonReader json;

  TransactionBody(ServerName origin, JsonReader json) {
    this.origin = origin;
    this.json = json;
  }

  /** Reads queued EDUs as the array that a transaction holds and the store keeps. */
  JsonArray edus(List<QueuedEdu> queued) {
    return new JsonArray(queued.stream().map(edu -> json.read(edu.json())).toList());
  }

  /** Builds a body. */
  JsonObject of(long originServerTs, List<LoggedEvent> pdus, JsonArray edus) {
    List<JsonValue> events = pdus.stream().map(event -> json.read(event.json())).toList();
    return JsonObject.builder()
        .put("origin", origin.value())
        .put("origin_server_ts", originServerTs)
        .put("pdus", new JsonArray(events))
        .put("edus", edus)
        .build();
  }

  /**
   * Builds the body of an open transaction again.
   *
   * @throws IllegalStateException if it is not what was sent before
   */
  JsonObject again(OpenTransaction open, List<LoggedEvent> pdus) {
    JsonObject body = of(open.originServerTs(), pdus, (JsonArray) json.read(open.edus()));
    if (!Arrays.equals(hash(body), open.sha256())) {
      throw new IllegalStateException("transaction " + open.txnId() + " is not what it was");
    }
    return body;
  }

  static byte[] hash(JsonObject body) {
    return InboundTransaction.sha256(body.toBytes());
  }
}
