package org.theseus.persistence.sql.store;

import java.util.Collection;
import java.util.List;
import org.theseus.persistence.api.OutboxStore;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.protocol.api.EventId;

/** How values are written in columns. */
final class Codes {
  private Codes() {}

  // Spelled out, so that moving a constant changes no database.
  static int of(Outcome outcome) {
    return switch (outcome) {
      case ACCEPTED -> 0;
      case SOFT_FAILED -> 1;
      case REJECTED -> 2;
    };
  }

  static Outcome outcome(int code) {
    return switch (code) {
      case 0 -> Outcome.ACCEPTED;
      case 1 -> Outcome.SOFT_FAILED;
      case 2 -> Outcome.REJECTED;
      default -> throw new IllegalStateException("outcome " + code);
    };
  }

  static int of(OutboxStore.Outcome outcome) {
    return switch (outcome) {
      case DELIVERED -> 0;
      case REFUSED -> 1;
      case GIVEN_UP -> 2;
      case SPOILT -> 3;
    };
  }

  static OutboxStore.Outcome end(int code) {
    return switch (code) {
      case 0 -> OutboxStore.Outcome.DELIVERED;
      case 1 -> OutboxStore.Outcome.REFUSED;
      case 2 -> OutboxStore.Outcome.GIVEN_UP;
      case 3 -> OutboxStore.Outcome.SPOILT;
      default -> throw new IllegalStateException("end of a transaction " + code);
    };
  }

  static List<String> values(Collection<EventId> ids) {
    return ids.stream().map(EventId::value).toList();
  }
}
