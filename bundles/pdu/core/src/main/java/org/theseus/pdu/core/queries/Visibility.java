package org.theseus.pdu.core.queries;

import java.util.Optional;
import java.util.Set;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.graph.Members;
import org.theseus.pdu.core.graph.State;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/**
 * Shows other servers what the room's history visibility lets their users see, and redacts the
 * rest: its place in the graph everyone in the room may know.
 *
 * @see <a href="https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility">Room
 *     history visibility</a>
 */
final class Visibility {
  private static final Set<String> JOINED = Set.of("join");
  private static final Set<String> INVITED = Set.of("join", "invite");

  private final Graph graph;
  private final Shown shown;

  Visibility(Graph graph) {
    this.graph = graph;
    this.shown = new Shown(graph);
  }

  Event show(ServerName server, StoredEvent stored) {
    Event event = shown.event(stored);
    boolean visible =
        stored.isOutlier()
            || isVisible(server, stored.stateBefore().orElseThrow())
            || (stored.stateKey().isPresent()
                && isVisible(server, stored.stateAfter().orElseThrow()));
    return visible ? event : shown.redacted(event);
  }

  private boolean isVisible(ServerName server, long stateId) {
    State state = graph.states().load(stateId);
    String visibility =
        state
            .lookup(graph.events())
            .apply(StateKey.HISTORY_VISIBILITY)
            .flatMap(event -> event.content().string("history_visibility"))
            .orElse("shared");
    return switch (visibility) {
      case "joined" -> hasMember(server, state, JOINED);
      case "invited" -> hasMember(server, state, INVITED);
      default -> true;
    };
  }

  private boolean hasMember(ServerName server, State state, Set<String> memberships) {
    return state.map().asMap().entrySet().stream()
        .filter(entry -> isMemberOf(server, entry.getKey()))
        .map(entry -> graph.events().find(entry.getValue()))
        .flatMap(Optional::stream)
        .map(EventSource.Judged::event)
        .anyMatch(member -> memberships.contains(Members.membership(member)));
  }

  private static boolean isMemberOf(ServerName server, StateKey slot) {
    return slot.type().equals("m.room.member")
        && slot.key().endsWith(":" + server)
        && UserId.parse(slot.key()).filter(user -> user.server().equals(server)).isPresent();
  }
}
