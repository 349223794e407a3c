package org.theseus.pdu.core.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.LocalMembership;
import org.theseus.persistence.api.RoomRecord;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;
import org.theseus.transaction.api.Outbox;

/**
 * Commits changes of rooms, each in one unit of work, and tells of them afterwards. Used by the
 * rooms' workers.
 */
public final class Ledger {
  private final Database database;
  private final ServerName ourselves;
  private final Events events;
  private final States states;
  private final Rooms rooms;
  private final Relapses relapses;
  private final Outbox outbox;
  private final Runnable listeners;

  /**
   * Makes the ledger.
   *
   * @param database the store
   * @param ourselves our server
   * @param events the stored events
   * @param states the stored states
   * @param rooms the stored rooms
   * @param relapses watches what is committed
   * @param outbox sends what is logged
   * @param listeners wakes those who are told of events
   */
  public Ledger(
      Database database,
      ServerName ourselves,
      Events events,
      States states,
      Rooms rooms,
      Relapses relapses,
      Outbox outbox,
      Runnable listeners) {
    this.database = database;
    this.ourselves = ourselves;
    this.events = events;
    this.states = states;
    this.rooms = rooms;
    this.relapses = relapses;
    this.outbox = outbox;
    this.listeners = listeners;
  }

  /**
   * Commits a change. Blocks until it is durable.
   *
   * @param change the change, worked out from the room's last commit
   * @return the room after it
   */
  public Room commit(Change change) {
    List<LocalMembership> memberships = memberships(change);
    Map<State, Long> ids;
    try {
      ids = database.run(unit -> write(unit, change, memberships));
    } catch (RuntimeException failed) {
      rooms.forget(change.from().id());
      throw failed;
    }
    change.events().forEach(placed -> events.remember(placed.event(), placed.ruling().outcome()));
    Room room = after(change, ids);
    rooms.remember(room);
    tell(change);
    relapses.watch(change);
    return room;
  }

  private Map<State, Long> write(
      UnitOfWork unit, Change change, List<LocalMembership> memberships) {
    Map<State, Long> ids = new HashMap<>();
    for (Placed placed : change.events()) {
      Event event = placed.event();
      long before = placed.before().save(unit.states(), ids);
      long after = placed.after().save(unit.states(), ids);
      Ruling ruling = placed.ruling();
      unit.events()
          .put(
              StoredEvent.inGraph(event, ruling.outcome(), ruling.reason(), before, after),
              placed.placement());
      unit.outbox().append(event.roomId(), event.id(), placed.recipients());
    }
    Room from = change.from();
    if (!change.tips().equals(from.tips().keySet())) {
      unit.rooms().setForwardExtremities(from.id(), change.tips());
    }
    OptionalLong current =
        change.current().isPresent()
            ? OptionalLong.of(change.current().get().save(unit.states(), ids))
            : OptionalLong.empty();
    if (current.isEmpty()
        || change.participation() != from.participation()
        || !current.equals(from.current().map(State::id).orElse(OptionalLong.empty()))) {
      unit.rooms().put(new RoomRecord(from.id(), from.version(), change.participation(), current));
    }
    memberships.forEach(unit.memberships()::put);
    newcomers(change).forEach(unit.outbox()::remember);
    change.redactions().forEach(unit.events()::redact);
    change.further().forEach(more -> more.accept(unit));
    return ids;
  }

  /** Servers that were not in the room before: peers, whether we owe them anything or not. */
  private Set<ServerName> newcomers(Change change) {
    if (change.joined().equals(change.from().joined())) {
      return Set.of();
    }
    Set<ServerName> newcomers = new HashSet<>(change.joined().servers());
    newcomers.removeAll(change.from().servers());
    newcomers.remove(ourselves);
    return newcomers;
  }

  /** The memberships of our users that the change of the state in force brings about. */
  private List<LocalMembership> memberships(Change change) {
    if (change.current().isEmpty()) {
      return List.of();
    }
    State now = change.current().get();
    State before = change.from().current().orElseGet(states::empty);
    Map<EventId, EventSource.Judged> fresh = new HashMap<>();
    change
        .events()
        .forEach(
            placed ->
                fresh.put(placed.event().id(), new EventSource.Judged(placed.event(), false)));
    EventSource source = events.with(fresh);
    return now.differences(before).stream()
        .filter(slot -> slot.type().equals("m.room.member") && isOurs(slot))
        .flatMap(slot -> now.get(slot).flatMap(source::find).stream())
        .map(EventSource.Judged::event)
        .map(
            member ->
                new LocalMembership(
                    Members.subject(member),
                    member.roomId(),
                    Members.membership(member),
                    member.id()))
        .toList();
  }

  private boolean isOurs(StateKey member) {
    return UserId.parse(member.key()).filter(user -> user.server().equals(ourselves)).isPresent();
  }

  private Room after(Change change, Map<State, Long> ids) {
    Room from = change.from();
    Map<EventId, Tip> tips = new HashMap<>(from.tips());
    for (Placed placed : change.events()) {
      Event event = placed.event();
      tips.put(event.id(), new Tip(event.id(), event.depth(), saved(placed.after(), ids)));
    }
    tips.keySet().retainAll(change.tips());
    Optional<State> current =
        change.current().map(state -> states.remember(state, saved(state, ids)));
    return new Room(
        from.id(), from.version(), change.participation(), tips, current, change.joined());
  }

  private static long saved(State state, Map<State, Long> ids) {
    return state.id().orElseGet(() -> ids.get(state));
  }

  private void tell(Change change) {
    Set<ServerName> recipients = new HashSet<>();
    change.events().forEach(placed -> recipients.addAll(placed.recipients()));
    if (!recipients.isEmpty()) {
      outbox.wake(recipients);
    }
    if (!change.events().isEmpty()) {
      listeners.run();
    }
  }
}
