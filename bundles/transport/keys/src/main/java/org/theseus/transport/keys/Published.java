package org.theseus.transport.keys;

import java.util.List;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.JsonObject;

/**
 * What a server published as its keys, and signed.
 *
 * @param json the object, with no signatures but its own
 * @param validUntilTs its {@code valid_until_ts}
 * @param keys the keys it lists, at least one
 */
record Published(JsonObject json, long validUntilTs, List<StoredKey> keys) {}
