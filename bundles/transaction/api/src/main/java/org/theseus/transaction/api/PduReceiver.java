package org.theseus.transaction.api;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/**
 * The layer above the transactions: judges PDUs before they are journaled, and processes the
 * journal.
 */
@ProviderType
public interface PduReceiver {
  /**
   * Judges one PDU of a transaction: access list, form, id, signatures, hash. Safe for many
   * threads; one PDU never delays another.
   *
   * @param origin the server that sent the transaction
   * @param pdu one element of its {@code pdus}, of any shape
   * @return what is to be done with it, within a few seconds; never completes exceptionally because
   *     of the PDU
   */
  CompletionStage<Receipt> receive(ServerName origin, JsonValue pdu);

  /**
   * Tells that the journal has grown, after the commit. Must return at once.
   *
   * @param rooms the rooms that have new PDUs
   */
  void journaled(Set<RoomId> rooms);

  /**
   * Picks the servers that are in a room we are in, too. Blocks for queries of the store, maybe for
   * long where there are many rooms.
   *
   * @param among the servers to pick from
   * @return those with a user joined to a room to which one of ours is
   * @throws org.theseus.protocol.api.BeingReplacedException if a room cannot be read just now
   */
  Set<ServerName> neighbours(Set<ServerName> among);
}
