package org.theseus.transaction.core.pull;

import java.util.Optional;
import java.util.OptionalLong;
import org.theseus.persistence.api.OutboxStore;
import org.theseus.protocol.api.ServerName;

/**
 * A place in the log as a peer names it: a transaction of ours, and how far behind it the peer has
 * read. It is given out as {@code next} and taken as {@code after}, like the transaction's id
 * alone. A made-up one does no harm: whoever asks sees what is meant for it and nothing else.
 *
 * @param txnId the transaction
 * @param position the position in the log, or 0 for the transaction's end
 */
record Place(String txnId, long position) {
  private static final char SEPARATOR = '~';

  /** Reads a place; whatever is no place is a transaction's id. */
  static Place of(String after) {
    int at = after.lastIndexOf(SEPARATOR);
    try {
      return at < 0
          ? new Place(after, 0)
          : new Place(after.substring(0, at), Long.parseLong(after.substring(at + 1)));
    } catch (NumberFormatException noPosition) {
      return new Place(after, 0);
    }
  }

  /** The same transaction, read on to a position. */
  Place at(long next) {
    return new Place(txnId, next);
  }

  /** Finds the position behind which to read for a peer, if its transaction is still known. */
  Optional<Long> find(OutboxStore outbox, ServerName peer) {
    OptionalLong upTo = outbox.upTo(peer, txnId);
    return upTo.isPresent() ? Optional.of(Math.max(upTo.getAsLong(), position)) : Optional.empty();
  }

  @Override
  public String toString() {
    return position == 0 ? txnId : txnId + SEPARATOR + position;
  }
}
