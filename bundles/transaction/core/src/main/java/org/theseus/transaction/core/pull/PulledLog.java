package org.theseus.transaction.core.pull;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.core.intake.InboundTransaction;

/**
 * The log of what is to be sent, as a peer may read it: what is meant for that peer after one of
 * our transactions, page by page, whether it has been sent or not. No cursor moves.
 */
public final class PulledLog {
  private final Database database;
  private final JsonReader json;

  /** Who is asking now; one request at a time for each. */
  private final Set<ServerName> asking = ConcurrentHashMap.newKeySet();

  /** Makes the log's reader. */
  public PulledLog(Database database, JsonReader json) {
    this.database = database;
    this.json = json;
  }

  /**
   * Reads a page.
   *
   * @param peer who asks
   * @param after a transaction that it had from us, or a place we have told it
   * @param limit the most PDUs it wants
   * @return {@code pdus}, and {@code next} if there may be more
   * @throws MatrixException {@code M_MISSING_PARAM} or {@code M_INVALID_PARAM} (400), {@code
   *     M_LIMIT_EXCEEDED} (429) while it is being answered already; the stage completes with {@code
   *     M_NOT_FOUND} (404) if that transaction is unknown or too old
   */
  public CompletionStage<JsonObject> page(
      ServerName peer, Optional<String> after, Optional<String> limit) {
    Place place =
        Place.of(
            after.orElseThrow(
                () -> new MatrixException(400, MatrixError.MISSING_PARAM, "after is missing")));
    int most = limit.map(PulledLog::limit).orElse(InboundTransaction.MAX_PDUS);
    if (!asking.add(peer)) {
      throw new MatrixException(
          429, MatrixError.LIMIT_EXCEEDED, "another request of yours is being answered");
    }
    return database
        .submit(
            unit ->
                place
                    .find(unit.outbox(), peer)
                    .map(position -> unit.outbox().after(peer, position, most)))
        .thenApply(found -> answer(place, found.orElseThrow(PulledLog::unknown), most))
        .whenComplete((answer, failed) -> asking.remove(peer));
  }

  private JsonObject answer(Place place, List<LoggedEvent> events, int most) {
    List<JsonValue> pdus = events.stream().map(event -> json.read(event.json())).toList();
    JsonObject.Builder answer = JsonObject.builder().put("pdus", new JsonArray(pdus));
    if (events.size() == most) {
      answer.put("next", place.at(events.get(most - 1).position()).toString());
    }
    return answer.build();
  }

  private static int limit(String text) {
    try {
      long limit = Long.parseLong(text);
      if (limit > 0) {
        return (int) Math.min(limit, InboundTransaction.MAX_PDUS);
      }
    } catch (NumberFormatException notOne) {
      // refused below
    }
    throw new MatrixException(400, MatrixError.INVALID_PARAM, "limit is no positive integer");
  }

  private static MatrixException unknown() {
    return new MatrixException(
        404, MatrixError.NOT_FOUND, "no transaction of that id to you, or one too long ago");
  }
}
