package org.theseus.pdu.core.receipt;

import java.util.Optional;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Members;
import org.theseus.persistence.api.LocalMembership;
import org.theseus.protocol.api.Event;

/** Invites and knocks of our users to rooms that we are not in. */
final class Invites {
  private Invites() {}

  /**
   * Tells whether an event takes back an invite, or refuses a knock, that we hold out of band: it
   * makes our user leave and cites what it ends.
   */
  static boolean isRescinded(Graph graph, Event event) {
    return Members.isMember(event)
        && (Members.membership(event).equals("leave") || Members.membership(event).equals("ban"))
        && Members.subject(event).server().equals(graph.ourselves())
        && held(graph, event)
            .filter(held -> held.membership().equals("invite") || held.membership().equals("knock"))
            .filter(held -> event.authEvents().contains(held.eventId()))
            .isPresent();
  }

  private static Optional<LocalMembership> held(Graph graph, Event event) {
    return graph
        .database()
        .run(unit -> unit.memberships().find(Members.subject(event), event.roomId()));
  }
}
