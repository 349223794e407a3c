package org.theseus.transaction.core.outbox;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids of transactions, none ever given twice: a random epoch and a counter. Every generation of
 * this bundle has an epoch of its own, so that a store brought back from a backup, whose counter
 * would go back too, repeats none; what it holds as open is sent under its stored id, with the
 * stored bytes. Safe for many threads.
 */
final class TxnIds {
  private static final int EPOCH_BYTES = 9;

  private final String epoch;
  private final AtomicLong count = new AtomicLong();

  TxnIds() {
    byte[] random = new byte[EPOCH_BYTES];
    new SecureRandom().nextBytes(random);
    epoch = HexFormat.of().formatHex(random);
  }

  String next() {
    return epoch + '-' + count.incrementAndGet();
  }
}
