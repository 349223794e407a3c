package org.theseus.persistence.api;

import java.util.Objects;
import org.theseus.protocol.api.ServerName;

/**
 * What a server published as its keys, as a whole and signed by it, so that it can be told to
 * others. The array is shared and must not be changed. Times are milliseconds since the epoch.
 *
 * @param json the object as UTF-8 JSON, with the server's own signatures
 * @param validUntilTs its {@code valid_until_ts}
 * @param fetchedTs when we were told
 * @param source who told us: the server itself or a notary
 */
@SuppressWarnings("ArrayRecordComponent") // told as it is stored, and not changed on the way
public record KeyList(byte[] json, long validUntilTs, long fetchedTs, ServerName source) {
  /** Checks that all parts are there. */
  public KeyList {
    Objects.requireNonNull(json);
    Objects.requireNonNull(source);
  }
}
