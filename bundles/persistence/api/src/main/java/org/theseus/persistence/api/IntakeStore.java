package org.theseus.persistence.api;

import java.util.Objects;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.ServerName;

/**
 * What was taken in before, kept so that a repeat is known as one: the answers given to
 * transactions, and the durable EDUs.
 */
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

  /**
   * Forgets answers by age, the oldest first.
   *
   * @param beforeTs those given before, in milliseconds since the epoch
   * @param limit the most to forget in this unit of work
   * @return how many were forgotten
   */
  int forget(long beforeTs, int limit);

  /**
   * Notes that a durable EDU was taken in, unless it was before. Those noted longest ago of the
   * same origin make room.
   *
   * @param origin who sent it
   * @param digest what tells it from others of its origin
   * @param seenTs when, in milliseconds since the epoch
   * @param most how many are remembered of an origin
   * @return whether it is new
   */
  boolean isNewEdu(ServerName origin, byte[] digest, long seenTs, int most);

  /**
   * Forgets EDUs by age, the oldest first.
   *
   * @param beforeTs those noted before, in milliseconds since the epoch
   * @param limit the most to forget in this unit of work
   * @return how many were forgotten
   */
  int forgetEdus(long beforeTs, int limit);
}
