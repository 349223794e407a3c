package org.theseus.persistence.api;

import java.util.Objects;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.ServerName;

/** The answers given to transactions, kept so that a repeat gets the same one. */
@ProviderType
public interface IntakeStore {
  /**
   * A transaction that was answered with 200. The arrays are shared and must not be changed.
   *
   * @param bodyHash SHA-256 of the request's body
   * @param answer the body of the answer, byte for byte
   * @param answeredTs when, in milliseconds since the epoch
   */
  record Answered(byte[] bodyHash, byte[] answer, long answeredTs) {
    /** Checks that all parts are there. */
    public Answered {
      Objects.requireNonNull(bodyHash);
      Objects.requireNonNull(answer);
    }
  }

  /**
   * Finds the answer to a transaction.
   *
   * @param origin who sent it
   * @param txnId its id
   * @return the answer, or empty if it was not answered yet
   */
  Optional<Answered> find(ServerName origin, String txnId);

  /**
   * Notes an answer; one that is there already is replaced.
   *
   * @param origin who sent the transaction
   * @param txnId its id
   * @param answered the answer
   */
  void put(ServerName origin, String txnId, Answered answered);
}
