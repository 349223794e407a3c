package org.theseus.transaction.core.intake;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.theseus.persistence.api.JournaledEdu;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;

/**
 * Sorts EDUs into those that may be lost and those that must not, which are journaled, each once.
 */
final class EduIntake {
  /** The types that must not be lost once acknowledged. */
  static final Set<String> DURABLE =
      Set.of("m.direct_to_device", "m.device_list_update", "m.signing_key_update");

  /** An honest sender reaches this only while a handler is away for long. */
  static final int MAX_WAITING = 10_000;

  static final int MAX_REMEMBERED = 1_000_000;
  private static final long RETRY_MS = 60_000;

  private final Predicate<String> named;
  private final EduHandlers handlers;
  private final Tally tally;

  /** A durable EDU and what it is known by. */
  record Durable(JournaledEdu edu, byte[] digest) {}

  /** What a transaction's EDUs came to. */
  record Sorted(List<Durable> durable, List<Edu> passing) {}

  /**
   * Makes the intake.
   *
   * @param named tells whether an installed bundle names an EDU type
   * @param handlers those that are there
   * @param tally counts
   */
  EduIntake(Predicate<String> named, EduHandlers handlers, Tally tally) {
    this.named = named;
    this.handlers = handlers;
    this.tally = tally;
  }

  Sorted sort(InboundTransaction transaction) {
    List<Durable> durable = new ArrayList<>();
    List<Edu> passing = new ArrayList<>();
    List<Edu> readable = transaction.readableEdus();
    int unnamed = 0;
    for (Edu edu : readable) {
      if (!named.test(edu.type())) {
        unnamed++;
      } else if (DURABLE.contains(edu.type())) {
        durable.add(
            new Durable(
                JournaledEdu.received(transaction.origin(), edu.type(), edu.content().toBytes()),
                digest(transaction.txnId(), edu)));
      } else {
        passing.add(edu);
      }
    }
    tally.add(Tally.Of.EDUS_UNNAMED, unnamed);
    tally.add(Tally.Of.EDUS_MALFORMED, transaction.edus().size() - readable.size());
    return new Sorted(durable, passing);
  }

  /** A message to devices is known by its id; others only if their transaction comes again. */
  private static byte[] digest(String txnId, Edu edu) {
    JsonObject.Builder known = JsonObject.builder().put("type", edu.type());
    edu.content()
        .string("message_id")
        .filter(id -> edu.type().equals("m.direct_to_device"))
        .ifPresentOrElse(
            id -> known.put("message_id", id),
            () -> known.put("txn_id", txnId).put("content", edu.content()));
    return InboundTransaction.sha256(known.build().toSortedBytes());
  }

  /**
   * Journals the durable ones that were not taken in before.
   *
   * @return how many
   * @throws MatrixException (429) if too many of their types and origin wait
   */
  static int journal(UnitOfWork unit, Sorted sorted, long nowTs) {
    int journaled = 0;
    for (Durable each : sorted.durable()) {
      JournaledEdu edu = each.edu();
      if (unit.intake().isNewEdu(edu.origin(), each.digest(), nowTs, MAX_REMEMBERED)) {
        unit.journal().addEdu(edu);
        journaled++;
      }
    }
    if (journaled > 0 && waiting(unit, sorted) > MAX_WAITING) {
      throw new MatrixException(
          new MatrixError(
              429,
              MatrixError.LIMIT_EXCEEDED,
              "too many EDUs of yours wait to be handled",
              JsonObject.builder().put("retry_after_ms", RETRY_MS).build()));
    }
    return journaled;
  }

  /** Counts those only that a handler of these types would take; others may wait for ever. */
  private static long waiting(UnitOfWork unit, Sorted sorted) {
    List<JournaledEdu> edus = sorted.durable().stream().map(Durable::edu).toList();
    return unit.journal()
        .waitingEdus(edus.get(0).origin(), edus.stream().map(JournaledEdu::type).collect(toSet()));
  }

  /** Hands over what was taken in, after the commit. */
  void deliver(InboundTransaction transaction, Sorted sorted, int journaled) {
    tally.add(Tally.Of.EDUS_JOURNALED, journaled);
    tally.add(Tally.Of.EDUS_REPEATED, sorted.durable().size() - journaled);
    sorted.passing().forEach(edu -> handlers.offer(transaction.origin(), edu));
    if (journaled > 0) {
      handlers.journaled(transaction.origin());
    }
  }
}
