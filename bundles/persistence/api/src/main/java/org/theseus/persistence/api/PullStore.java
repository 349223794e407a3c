package org.theseus.persistence.api;

import java.util.List;
import java.util.Objects;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.ServerName;

/**
 * How far the transactions of other servers have reached us, and whom we still have to ask for what
 * came after them.
 */
@ProviderType
public interface PullStore {
  /**
   * A server that is still to be asked.
   *
   * @param server its name
   * @param after what it is asked for comes after this: the id of a transaction of its own, or a
   *     place it has told us
   */
  record Pull(ServerName server, String after) {
    /** Checks that both are there. */
    public Pull {
      Objects.requireNonNull(server);
      Objects.requireNonNull(after);
    }
  }

  /**
   * Notes the latest transaction of a server that was taken in.
   *
   * @param server who sent it
   * @param txnId its id
   */
  void reached(ServerName server, String txnId);

  /**
   * Makes every server that has sent us a transaction one to be asked for what came after its
   * latest, but those that are not to be asked yet. Whoever is to be asked already stays as it is.
   *
   * @param nowTs the time, in milliseconds since the epoch
   */
  void begin(long nowTs);

  /**
   * Lists whom we still have to ask.
   *
   * @return the servers and where to go on, in no order
   */
  List<Pull> pending();

  /**
   * Notes how far asking has come; does nothing if that server is not to be asked any more.
   *
   * @param pull the server and where to go on
   */
  void goOn(Pull pull);

  /**
   * Ends asking a server.
   *
   * @param server its name
   * @param notBeforeTs the time before which {@link #begin} leaves it out, in milliseconds since
   *     the epoch; 0 for none
   */
  void end(ServerName server, long notBeforeTs);
}
