package org.theseus.pdu.core.graph;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.ServerName;

/** Works out whom an event is to be sent to, once, when it is committed. */
public final class Recipients {
  private static final Set<String> WAITING = Set.of("invite", "knock");
  private static final Set<String> PARTING = Set.of("leave", "ban");

  private Recipients() {}

  /**
   * Names the servers with a joined user in the state before the event, and the server of a user
   * whose invite or knock the event ends.
   *
   * @param graph the parts
   * @param room the room
   * @param event the event
   * @param before the state before it
   * @param without those who have it already, besides ourselves
   * @return the servers
   */
  public static Set<ServerName> of(
      Graph graph, Room room, Event event, State before, Set<ServerName> without) {
    Set<ServerName> servers = new HashSet<>();
    if (room.current().filter(before::isKnownToEqual).isPresent()) {
      servers.addAll(room.servers());
    } else {
      servers.addAll(Joined.of(before, graph.events(), Map.of()).servers());
    }
    if (Members.isMember(event) && PARTING.contains(Members.membership(event))) {
      before
          .lookup(graph.events())
          .apply(event.slot().orElseThrow())
          .filter(member -> WAITING.contains(Members.membership(member)))
          .ifPresent(member -> servers.add(Members.subject(member).server()));
    }
    servers.removeAll(without);
    servers.remove(graph.ourselves());
    return servers;
  }
}
