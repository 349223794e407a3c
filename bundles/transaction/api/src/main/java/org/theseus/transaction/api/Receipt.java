package org.theseus.transaction.api;

import java.util.Objects;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.RoomId;

/** What the checks before the journal came to, for one PDU of a transaction. */
public sealed interface Receipt {
  /**
   * To be journaled and answered with success; refused after all if it is not verified and too many
   * of its origin wait for keys already.
   *
   * @param roomId its room
   * @param eventId its id
   * @param verified whether its signatures are known to be true; if not, a key could not be had in
   *     time
   */
  record Journal(RoomId roomId, EventId eventId, boolean verified) implements Receipt {
    /** Checks that all parts are there. */
    public Journal {
      Objects.requireNonNull(roomId);
      Objects.requireNonNull(eventId);
    }
  }

  /**
   * Known already; answered with success, nothing to do.
   *
   * @param eventId its id
   */
  record Known(EventId eventId) implements Receipt {
    /** Checks that there is an id. */
    public Known {
      Objects.requireNonNull(eventId);
    }
  }

  /**
   * Refused; answered with an error of its own.
   *
   * @param eventId its id
   * @param error why, in a sentence for people
   */
  record Refused(EventId eventId, String error) implements Receipt {
    /** Checks that all parts are there. */
    public Refused {
      Objects.requireNonNull(eventId);
      Objects.requireNonNull(error);
    }
  }

  /**
   * So malformed, or of so unknown a room version, that it has no id; left out of the answer.
   *
   * @param reason why, in a sentence for people
   */
  record Dropped(String reason) implements Receipt {
    /** Checks that there is a reason. */
    public Dropped {
      Objects.requireNonNull(reason);
    }
  }
}
