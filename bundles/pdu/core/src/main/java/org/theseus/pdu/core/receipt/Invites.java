package org.theseus.pdu.core.receipt;

import java.util.Optional;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Members;
import org.theseus.persistence.api.LocalMembership;
import org.theseus.protocol.api.Event;

/** Invites of our users to rooms that we are not in. */
final class Invites {
  private Invites() {}

  /**
   * Tells whether an event takes back an invite that we hold out of band: it makes our user leave,
   * cites the invite, and is by who sent that. The room's state, by which others may do so too, we
   * do not know; so nobody else is believed.
   */
  static boolean isRescinded(Graph graph, Event event) {
    return Members.isMember(event)
        && Members.membership(event).equals("leave")
        && Members.subject(event).server().equals(graph.ourselves())
        && held(graph, event)
            .filter(held -> held.membership().equals("invite"))
            .map(LocalMembership::eventId)
            .filter(event.authEvents()::contains)
            .flatMap(graph.events()::find)
            .filter(invite -> invite.event().sender().equals(event.sender()))
            .isPresent();
  }

  private static Optional<LocalMembership> held(Graph graph, Event event) {
    return graph
        .database()
        .run(unit -> unit.memberships().find(Members.subject(event), event.roomId()));
  }
}
