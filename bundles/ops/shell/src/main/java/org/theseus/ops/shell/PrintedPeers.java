package org.theseus.ops.shell;

import java.time.Instant;
import java.util.Locale;
import org.theseus.protocol.api.JsonObject;
import org.theseus.transaction.api.Outbox.DestinationStatus;
import org.theseus.transaction.api.Outbox.TransactionStatus;

/** How sending to others goes, as the shell prints it. */
final class PrintedPeers {
  private PrintedPeers() {}

  static JsonObject json(DestinationStatus destination) {
    return JsonObject.builder()
        .put("server", destination.server().value())
        .put("state", code(destination.state()))
        .put("owed", destination.owed())
        .put("left_to_peer", destination.leftToPeer())
        .put("failures", destination.failures())
        .put("next_attempt_ts", destination.nextAttemptTs())
        .put("last_success_ts", destination.lastSuccessTs())
        .put("problem", destination.problem())
        .build();
  }

  static String line(DestinationStatus destination) {
    return destination.server()
        + " "
        + words(destination.state())
        + " owed "
        + destination.owed()
        + (destination.leftToPeer() == 0 ? "" : " left to it " + destination.leftToPeer())
        + " failures "
        + destination.failures()
        + time(" last success ", destination.lastSuccessTs())
        + time(" next attempt ", destination.nextAttemptTs())
        + (destination.problem().isEmpty() ? "" : " " + destination.problem());
  }

  static JsonObject json(TransactionStatus transaction) {
    return JsonObject.builder()
        .put("txn_id", transaction.txnId())
        .put("fate", code(transaction.fate()))
        .put("ts", transaction.ts())
        .put("pdus", transaction.pdus())
        .build();
  }

  static String line(TransactionStatus transaction) {
    return transaction.txnId()
        + " "
        + words(transaction.fate())
        + time(" ", transaction.ts())
        + " pdus "
        + transaction.pdus();
  }

  private static String code(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String words(Enum<?> constant) {
    return code(constant).replace('_', ' ');
  }

  private static String time(String what, long ts) {
    return ts == 0 ? "" : what + Instant.ofEpochMilli(ts);
  }
}
