package org.theseus.transaction.core.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.JournalStore;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.transaction.api.Receipt;

/**
 * What the PDUs of a transaction came to.
 *
 * @param pdus each with its receipt, in the transaction's order
 */
public record Judgement(List<Judged> pdus) {
  /** How many of one origin may wait for keys. */
  public static final long MAX_UNVERIFIED = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(Judgement.class);

  /** A PDU and its receipt. */
  public record Judged(JsonValue pdu, Receipt receipt) {
    private boolean isUnverified() {
      return receipt instanceof Receipt.Journal journal && !journal.verified();
    }
  }

  /**
   * What a unit of work is to write.
   *
   * @param judgement what it was made of
   * @param records the PDUs to be journaled
   * @param answer the body of the answer
   */
  public record Entry(Judgement judgement, List<JournaledPdu> records, byte[] answer) {
    /** Tells where something is journaled. */
    public Set<RoomId> rooms() {
      return records.stream().map(JournaledPdu::roomId).collect(Collectors.toSet());
    }
  }

  /** Refuses unverified ones beyond the bound. */
  public Judgement capped(JournalStore journal, ServerName origin) {
    if (pdus.stream().noneMatch(Judged::isUnverified)) {
      return this;
    }
    long room = MAX_UNVERIFIED - journal.unverified(origin);
    List<Judged> capped = new ArrayList<>();
    for (Judged each : pdus) {
      if (each.isUnverified()
          && each.receipt() instanceof Receipt.Journal receipt
          && journal.find(receipt.roomId(), receipt.eventId()).isEmpty()
          && --room < 0) {
        capped.add(
            new Judged(
                each.pdu(),
                new Receipt.Refused(
                    receipt.eventId(), "too many events wait for keys that cannot be had")));
      } else {
        capped.add(each);
      }
    }
    return new Judgement(capped);
  }

  /** Makes what a unit of work is to write. */
  public Entry entry(ServerName origin, long nowTs) {
    List<JournaledPdu> records = new ArrayList<>();
    for (Judged each : pdus) {
      if (each.receipt() instanceof Receipt.Journal journal) {
        records.add(
            JournaledPdu.received(
                journal.roomId(),
                journal.eventId(),
                origin,
                each.pdu().toBytes(),
                journal.verified(),
                nowTs));
      }
    }
    return new Entry(this, records, answer().toBytes());
  }

  /** Each event id with an empty object, or with its error. */
  private JsonObject answer() {
    JsonObject.Builder answers = JsonObject.builder();
    for (Judged each : pdus) {
      Receipt receipt = each.receipt();
      if (receipt instanceof Receipt.Journal journal) {
        answers.put(journal.eventId().value(), JsonObject.EMPTY);
      } else if (receipt instanceof Receipt.Known known) {
        answers.put(known.eventId().value(), JsonObject.EMPTY);
      } else if (receipt instanceof Receipt.Refused refused) {
        answers.put(
            refused.eventId().value(), JsonObject.builder().put("error", refused.error()).build());
      } else if (receipt instanceof Receipt.Dropped dropped) {
        LOG.debug("Dropped a PDU: {}", dropped.reason());
      }
    }
    return JsonObject.builder().put("pdus", answers.build()).build();
  }

  /** Counts what they came to. */
  void count(Tally tally) {
    for (Judged each : pdus) {
      tally.add(kind(each.receipt()), 1);
    }
  }

  private static Tally.Of kind(Receipt receipt) {
    if (receipt instanceof Receipt.Journal) {
      return Tally.Of.PDUS_JOURNALED;
    }
    if (receipt instanceof Receipt.Known) {
      return Tally.Of.PDUS_KNOWN;
    }
    return receipt instanceof Receipt.Refused ? Tally.Of.PDUS_REFUSED : Tally.Of.PDUS_DROPPED;
  }
}
