package org.theseus.transaction.core.intake;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.theseus.persistence.api.IntakeStore.Answered;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;

/**
 * A transaction as it arrived, its shape checked and nothing else.
 *
 * @param origin the server that signed the request
 * @param txnId its id
 * @param bodyHash SHA-256 of its body
 * @param pdus its PDUs, of any shape
 * @param edus its EDUs, of any shape
 */
public record InboundTransaction(
    ServerName origin, String txnId, byte[] bodyHash, List<JsonValue> pdus, List<JsonValue> edus) {
  /** How many PDUs a transaction may hold. */
  public static final int MAX_PDUS = 50;

  /** How many EDUs a transaction may hold. */
  public static final int MAX_EDUS = 100;

  /** How long an id may be; so are opaque identifiers bounded elsewhere in the specification. */
  static final int MAX_TXN_ID = 255;

  /**
   * Checks the shape of an id and of a body.
   *
   * @throws MatrixException {@code M_INVALID_PARAM} (400) if the id is too long, {@code M_BAD_JSON}
   *     (400) if the body is not that of a transaction
   */
  public static InboundTransaction of(ServerName origin, String txnId, JsonObject body) {
    if (txnId.length() > MAX_TXN_ID) {
      throw new MatrixException(
          400, MatrixError.INVALID_PARAM, "an id of more than " + MAX_TXN_ID + " characters");
    }
    return new InboundTransaction(
        origin,
        txnId,
        sha256(body.toSortedBytes()),
        elements(body, "pdus", MAX_PDUS),
        elements(body, "edus", MAX_EDUS));
  }

  /** Tells whether it only shows that its sender is there; no answer to such a one is stored. */
  boolean isEmpty() {
    return pdus.isEmpty() && edus.isEmpty();
  }

  /** Reads the EDUs that have the shape of one; others are left out. */
  List<Edu> readableEdus() {
    return edus.stream()
        .filter(JsonObject.class::isInstance)
        .filter(JsonValue::isWellFormed)
        .map(JsonObject.class::cast)
        .flatMap(InboundTransaction::edu)
        .toList();
  }

  private static Stream<Edu> edu(JsonObject edu) {
    Optional<String> type = edu.string("edu_type");
    Optional<JsonObject> content = edu.object("content");
    return type.isPresent() && content.isPresent()
        ? Stream.of(new Edu(type.get(), content.get()))
        : Stream.empty();
  }

  private static List<JsonValue> elements(JsonObject body, String name, int most) {
    JsonValue value = body.get(name).orElse(JsonArray.EMPTY);
    if (!(value instanceof JsonArray array)) {
      throw new MatrixException(400, MatrixError.BAD_JSON, name + " is no array");
    }
    if (array.elements().size() > most) {
      throw new MatrixException(400, MatrixError.BAD_JSON, "more than " + most + ' ' + name);
    }
    return array.elements();
  }

  /** Hashes. */
  public static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }

  @Override
  public String toString() {
    return txnId + " from " + origin;
  }

  /** Tells whether an answer was given to this body and not to another under the same id. */
  boolean isAnsweredBy(Answered before) {
    return MessageDigest.isEqual(bodyHash, before.bodyHash());
  }
}
