package org.theseus.persistence.api;

import java.util.List;
import java.util.Objects;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.ServerName;

/**
 * A transaction that may have been sent and was not yet answered; never altered. The arrays are
 * shared and must not be changed.
 *
 * @param destination whom it is for
 * @param txnId its id
 * @param originServerTs the time it carries, in milliseconds since the epoch
 * @param upTo the cursor once it has been answered
 * @param pdus the ids of its PDUs, in order
 * @param edus its EDUs, a UTF-8 JSON array
 * @param upToEdu the last EDU of the destination's queue it holds, or 0
 * @param sha256 the hash of its body
 */
public record OpenTransaction(
    ServerName destination,
    String txnId,
    long originServerTs,
    long upTo,
    List<EventId> pdus,
    byte[] edus,
    long upToEdu,
    byte[] sha256) {
  /** Checks that all parts are there. */
  public OpenTransaction {
    Objects.requireNonNull(destination);
    Objects.requireNonNull(txnId);
    pdus = List.copyOf(pdus);
    Objects.requireNonNull(edus);
    Objects.requireNonNull(sha256);
  }
}
