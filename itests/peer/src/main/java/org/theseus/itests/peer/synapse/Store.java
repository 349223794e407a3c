package org.theseus.itests.peer.synapse;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;

/**
 * What Synapse keeps in its database for its sender: the events in their order, the newest for each
 * destination and room, and how far each destination has been served. It outlives a restart of the
 * sender: a model that is to be started again takes the same object. Guarded by itself.
 */
public final class Store {
  /** An event of ours at its place in the order. */
  record Pdu(long ordering, String room, Event event) {}

  private final Map<EventId, Pdu> events = new LinkedHashMap<>();
  private final Map<String, Map<String, Pdu>> newest = new HashMap<>();
  private final Map<String, Long> served = new HashMap<>();
  private long last;

  /** Takes an event that is meant for some destinations. */
  synchronized Pdu add(String room, Event event, Collection<String> destinations) {
    Pdu pdu = new Pdu(++last, room, event);
    events.put(event.id(), pdu);
    for (String destination : destinations) {
      newest.computeIfAbsent(destination, name -> new HashMap<>()).put(room, pdu);
    }
    return pdu;
  }

  /** Finds an event by its id. */
  synchronized Optional<Event> event(EventId id) {
    return Optional.ofNullable(events.get(id)).map(Pdu::event);
  }

  /** The newest event for a destination in each room, as far as it is later than a given place. */
  synchronized List<Pdu> newestAfter(String destination, long ordering) {
    return newest.getOrDefault(destination, Map.of()).values().stream()
        .filter(pdu -> pdu.ordering > ordering)
        .sorted(Comparator.comparingLong(Pdu::ordering))
        .limit(DestinationQueue.MOST_PDUS)
        .toList();
  }

  /** The events of a room that no other follows. */
  synchronized List<Pdu> extremities(String room) {
    List<Pdu> inRoom = new ArrayList<>();
    Set<EventId> followed = new HashSet<>();
    for (Pdu pdu : events.values()) {
      if (pdu.room.equals(room)) {
        inRoom.add(pdu);
        followed.addAll(pdu.event.prevEvents());
      }
    }
    inRoom.removeIf(pdu -> followed.contains(pdu.event.id()));
    return inRoom;
  }

  /** How far a destination has been served, if it ever was. */
  synchronized Optional<Long> served(String destination) {
    return Optional.ofNullable(served.get(destination));
  }

  /** A destination has acknowledged all up to a place. */
  synchronized void serve(String destination, long ordering) {
    served.put(destination, ordering);
  }

  /** The destinations for which there is more than they have acknowledged. */
  synchronized List<String> owed() {
    return newest.entrySet().stream()
        .filter(
            entry ->
                entry.getValue().values().stream()
                    .anyMatch(pdu -> pdu.ordering > served.getOrDefault(entry.getKey(), 0L)))
        .map(Map.Entry::getKey)
        .toList();
  }
}
