package org.theseus.pdu.api;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;

/**
 * Changes rooms. Changes of one room happen one after the other; what has completed normally is
 * durable, told to listeners and logged for the servers it is for. Safe for many threads.
 *
 * <p>Stages complete exceptionally with {@link org.theseus.protocol.api.MatrixException}: {@code
 * M_NOT_FOUND} (404) for rooms we are not in, {@code M_FORBIDDEN} (403) where the rules refuse,
 * {@code M_UNSUPPORTED_ROOM_VERSION} (400); and with {@link
 * org.theseus.protocol.api.TransientException} while a layer is being replaced: then nothing was
 * done.
 */
@ProviderType
public interface RoomGraphs {
  /**
   * Makes a room, all its first events and its alias in one unit of work.
   *
   * @param room the room
   * @return its id; completes exceptionally with {@code M_ROOM_IN_USE} (400) if the alias stands
   *     for a room already
   */
  CompletionStage<RoomId> create(NewRoom room);

  /**
   * Gives a draft its place after the forward extremities, signs, judges and stores it, and logs it
   * to be sent.
   *
   * @param room the room
   * @param draft what one of our users says
   * @return the event
   */
  CompletionStage<Event> send(RoomId room, Draft draft);

  /**
   * Does what {@link #send} does but for storing: the event is to be co-signed by another server
   * first.
   *
   * @param room the room
   * @param draft what one of our users says
   * @return the event, signed by us, to be handed to {@link #commit}
   */
  CompletionStage<Event> prepare(RoomId room, Draft draft);

  /**
   * Judges and stores an event prepared before, maybe with more signatures by now, and logs it to
   * be sent.
   *
   * @param event the event
   * @return the event as stored
   */
  CompletionStage<Event> commit(Event event);

  /**
   * Gives a draft of another server's user its place, unsigned, if the rules allow it.
   *
   * @param room the room
   * @param draft the draft
   * @return the template
   */
  CompletionStage<Template> template(RoomId room, Draft draft);

  /**
   * Takes in an event that its sender's server hands us as a resident of the room (send_join,
   * send_leave): checks it wholly, stores it, and logs it to be sent to the room's other servers. A
   * repeat of an event that is stored already has the same result.
   *
   * @param origin the server that hands it in
   * @param room the room
   * @param pdu the event, signed by that server
   * @return the event with its state and auth chain; completes exceptionally with {@code
   *     M_FORBIDDEN} if rejected or soft-failed
   */
  CompletionStage<Admission> admit(ServerName origin, RoomId room, JsonObject pdu);

  /**
   * An event taken in and what its server has to know.
   *
   * @param event the event as stored
   * @param state the events of the state before it
   * @param authChain the events of that state's auth chain
   */
  record Admission(Event event, List<Event> state, List<Event> authChain) {
    /** Copies the lists. */
    public Admission {
      state = List.copyOf(state);
      authChain = List.copyOf(authChain);
    }
  }

  /**
   * Notes, durably, that a join has been signed and is about to be sent: PDUs of that room are
   * journaled and held from now on.
   *
   * @param join the join
   * @param via the servers it may be sent to, the one that made the template first
   * @param version the room's version
   * @return completes when it is noted
   */
  CompletionStage<Void> beginJoin(Event join, List<ServerName> via, String version);

  /**
   * Adopts a room from a resident's answer to our join. Every event is checked: form, signatures,
   * hash, auth.
   *
   * @param join the join as sent, or as the resident co-signed it
   * @param resident who answered
   * @param state the events of the state before the join, of any shape
   * @param authChain the events of its auth chain, of any shape
   * @return completes when the room is joined; exceptionally with {@code M_BAD_JSON} or {@code
   *     M_FORBIDDEN} if the answer does not hold together
   */
  CompletionStage<Void> adopt(
      Event join, ServerName resident, List<JsonObject> state, List<JsonObject> authChain);

  /**
   * Gives a join up that failed for good; PDUs held for it are dropped unless we are in the room
   * otherwise.
   *
   * @param join the join
   * @return completes when it is forgotten
   */
  CompletionStage<Void> abandonJoin(Event join);

  /**
   * Lists the joins begun and neither adopted nor abandoned, as after a crash.
   *
   * @return the joins
   */
  List<UnfinishedJoin> unfinishedJoins();

  /**
   * A join begun and not ended.
   *
   * @param join the join
   * @param via the servers it may be sent to
   * @param version the room's version
   */
  record UnfinishedJoin(Event join, List<ServerName> via, String version) {
    /** Copies the list. */
    public UnfinishedJoin {
      via = List.copyOf(via);
    }
  }

  /**
   * Stores a membership of one of our users that stands outside the graph we hold: an invite
   * received, or the leave that refuses it.
   *
   * @param event the member event, verified
   * @param version the room's version
   * @return completes when it is stored and listeners can see it
   */
  CompletionStage<Void> storeOutOfBand(Event event, String version);

  /**
   * Fetches history before what we have, from the servers of the room.
   *
   * @param room the room
   * @param limit about how many events, at most 10,000
   * @return how many were added; 0 if there are none or nobody has them
   */
  CompletionStage<Integer> backfill(RoomId room, int limit);

  /**
   * Checks an event that comes to us by itself: form, signatures, hash.
   *
   * @param version the room's version
   * @param pdu the event
   * @return the event, redacted if its hash does not match; completes exceptionally with {@code
   *     M_BAD_JSON} or {@code M_FORBIDDEN} if it is to be dropped
   */
  CompletionStage<Event> verify(String version, JsonObject pdu);

  /**
   * Finds a room version.
   *
   * @param version its identifier
   * @return the version, or empty if no bundle offers it
   * @throws org.theseus.protocol.api.BeingReplacedException if the bundle that offers it went a
   *     moment ago
   */
  Optional<RoomVersion> version(String version);

  /**
   * Lists the room versions that bundles offer, as {@code make_join} is told.
   *
   * @return their identifiers, sorted
   */
  List<String> versions();
}
