package org.theseus.transaction.core.outbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.api.OpenTransaction;
import org.theseus.persistence.api.OutboxStore.QueuedEdu;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.ServerName;
import org.theseus.support.Lru;
import org.theseus.transaction.core.intake.InboundTransaction;
import org.theseus.transaction.core.outbox.FadingEdus.Fading;

/** Builds the bodies of our transactions, the same each time from the same parts. */
final class TransactionBody {
  private final ServerName origin;
  private static final int KEPT = 500;
  private static final int SMALL = 8 * 1024;

  private final JsonReader json;

  /** Events as they were read last: one that goes to a thousand servers is in memory once. */
  private final Lru<EventId, Parsed> parsed = new Lru<>(KEPT);

  /** An event with the bytes it was read from. */
  private record Parsed(byte[] bytes, JsonValue value) {}

  TransactionBody(ServerName origin, JsonReader json) {
    this.origin = origin;
    this.json = json;
  }

  /** Makes the array of EDUs that a transaction holds and the store keeps. */
  JsonArray edus(List<QueuedEdu> queued, List<Fading> fading) {
    List<JsonValue> edus = new ArrayList<>();
    queued.forEach(edu -> edus.add(json.read(edu.json())));
    fading.forEach(edu -> edus.add(edu.json()));
    return new JsonArray(edus);
  }

  /** Builds a body. */
  JsonObject of(long originServerTs, List<LoggedEvent> pdus, JsonArray edus) {
    List<JsonValue> events = pdus.stream().map(this::read).toList();
    return JsonObject.builder()
        .put("origin", origin.value())
        .put("origin_server_ts", originServerTs)
        .put("pdus", new JsonArray(events))
        .put("edus", edus)
        .build();
  }

  private JsonValue read(LoggedEvent event) {
    Optional<Parsed> known =
        parsed.get(event.eventId()).filter(one -> Arrays.equals(one.bytes(), event.json()));
    if (known.isPresent()) {
      return known.get().value();
    }
    JsonValue value = json.read(event.json());
    if (event.json().length <= SMALL) {
      parsed.put(event.eventId(), new Parsed(event.json(), value));
    }
    return value;
  }

  /**
   * Builds the body of an open transaction again.
   *
   * @return the body, or empty if it would not be what was sent before
   */
  Optional<JsonObject> again(OpenTransaction open, List<LoggedEvent> pdus) {
    JsonObject body = of(open.originServerTs(), pdus, (JsonArray) json.read(open.edus()));
    return Optional.of(body).filter(built -> Arrays.equals(hash(built), open.sha256()));
  }

  static byte[] hash(JsonObject body) {
    return InboundTransaction.sha256(body.toBytes());
  }
}
