package org.theseus.protocol.api;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The grammar of one room version: format, ids, hashes, signatures, redaction, authorization rules,
 * state resolution. A service each, found by its property {@value #VERSION}. Pure and safe for many
 * threads.
 *
 * @see <a href="https://spec.matrix.org/v1.19/rooms/">Room versions</a>
 */
@ConsumerType
public interface RoomVersion {
  /** The service property that holds {@link #id()}. */
  String VERSION = "org.theseus.room.version";

  /**
   * What sets a version apart for those who handle its rooms.
   *
   * @param roomIdFromCreate whether the room id is the create event's hash and the create event
   *     carries none (12)
   * @param redactsInContent whether {@code redacts} is a member of the content (from 11)
   * @param creatorInContent whether the create event names its creator in the content (up to 10)
   * @param knocking whether users may knock (from 7)
   * @param restrictedJoins whether joins may be restricted to members of other rooms (from 8)
   * @param statedIds whether an event states its id and refers to others by pairs of their ids and
   *     hashes (1 and 2)
   * @param canonicalJson whether every number of an event is to be one of canonical JSON (from 6)
   */
  record Traits(
      boolean roomIdFromCreate,
      boolean redactsInContent,
      boolean creatorInContent,
      boolean knocking,
      boolean restrictedJoins,
      boolean statedIds,
      boolean canonicalJson) {}

  /**
   * Tells which version this is.
   *
   * @return its identifier, such as "12"
   */
  String id();

  /**
   * Tells what sets it apart.
   *
   * @return its traits
   */
  Traits traits();

  /**
   * Checks form, size and identifiers of an event and reads it (receipt check 1). Signatures and
   * hashes are not looked at; they may be missing.
   *
   * @param pdu the event as received
   * @return the event, its id computed
   * @throws InvalidEventException if the event is to be dropped
   * @see <a
   *     href="https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu">Checks
   *     performed on receipt of a PDU</a>
   */
  Event parse(JsonObject pdu);

  /**
   * Tells an event's id: its reference hash or, in versions 1 and 2, what it states. Nothing else
   * about the event is judged.
   *
   * @param pdu the event
   * @return its id
   * @throws InvalidEventException if the version's ids are stated and this event states none
   * @see <a
   *     href="https://spec.matrix.org/v1.19/server-server-api/#calculating-the-reference-hash-for-an-event">Calculating
   *     the reference hash</a>
   */
  EventId eventId(JsonObject pdu);

  /**
   * Computes the content hash an event should state. Nothing about the event is judged.
   *
   * @param pdu the event, hashed and signed or not
   * @return its SHA-256 hash in unpadded Base64
   * @see <a
   *     href="https://spec.matrix.org/v1.19/server-server-api/#calculating-the-content-hash-for-an-event">
   *     Calculating the content hash</a>
   */
  String contentHash(JsonObject pdu);

  /**
   * Names events as prev_events and auth_events do: by their ids or, in versions 1 and 2, each by
   * its id and its hash.
   *
   * @param ids the events to be named
   * @param events finds them; asked in versions 1 and 2 only
   * @return the value of {@code prev_events} or {@code auth_events}
   * @throws IllegalArgumentException if an event that is asked for is not found
   * @see <a href="https://spec.matrix.org/v1.19/rooms/v1/#event-format">Event format of versions 1
   *     and 2</a>
   */
  JsonArray references(Collection<EventId> ids, EventSource events);

  /**
   * Sets the content hash and signs, as the server that sends the event does first. In versions 1
   * and 2 an event without {@code event_id} is given one.
   *
   * @param pdu a complete event without hashes and signatures
   * @param server the sender's server
   * @param signer its key
   * @return the event, ready to be sent
   * @throws InvalidEventException if the event does not follow the format
   * @see <a
   *     href="https://spec.matrix.org/v1.19/server-server-api/#adding-hashes-and-signatures-to-outgoing-events">Adding
   *     hashes and signatures</a>
   */
  Event hashAndSign(JsonObject pdu, ServerName server, Signer signer);

  /**
   * Adds a further server's signature, as for an invite or an authorised join.
   *
   * @param event the event, hashed
   * @param server in whose name
   * @param signer the key
   * @return the event with the signature added
   * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#inviting-to-a-room">Inviting to
   *     a room</a>
   */
  Event addSignature(Event event, ServerName server, Signer signer);

  /**
   * Takes the signatures of another copy of the same event over.
   *
   * @param event our copy
   * @param other the copy whose {@code signatures} are merged in; ours win where both have one
   * @return our copy with more signatures
   */
  Event mergeSignatures(Event event, JsonObject other);

  /**
   * Redacts: keeps what the version's redaction algorithm keeps.
   *
   * @param pdu the event
   * @return the redacted event
   * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#redactions">Redactions</a>
   */
  JsonObject redact(JsonObject pdu);

  /**
   * Checks the content hash (receipt check 3); an event that fails is redacted, not dropped.
   *
   * @param event the event
   * @return whether its hash is that of its content
   * @see <a
   *     href="https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events">Validating
   *     hashes and signatures</a>
   */
  boolean contentHashMatches(Event event);

  /**
   * Tells whose signatures an event needs, and which of their keys signed it.
   *
   * @param event the event
   * @return each server needed, with the Ed25519 keys its signatures name, maybe none
   */
  Map<ServerName, Set<KeyId>> signatures(Event event);

  /**
   * Verifies the signatures an event needs (receipt check 2).
   *
   * @param event the event
   * @param keys the keys at hand
   * @return the verdict; {@link SignatureVerdict.KeysMissing} only if nothing is known to be false
   * @see <a
   *     href="https://spec.matrix.org/v1.19/server-server-api/#validating-hashes-and-signatures-on-received-events">Validating
   *     hashes and signatures</a>
   */
  SignatureVerdict verify(Event event, VerifyKeys keys);

  /**
   * Verifies the signatures of many events on as many cores as there are. The caller's thread works
   * too and never waits for the executor to begin: one that is busy, refuses or runs the caller
   * itself only makes it slower. At most one task for each core is handed to the executor. What the
   * lookup of a key throws comes out of here, and the rest is left.
   *
   * @param events the events
   * @param keys the keys at hand; asked from several threads at once
   * @param executor lends the other threads
   * @return the verdict on each event, in the order of the events; none depends on another
   * @throws java.util.concurrent.CancellationException if the thread is interrupted, which it stays
   */
  default List<SignatureVerdict> verifyAll(List<Event> events, VerifyKeys keys, Executor executor) {
    return InParallel.map(List.copyOf(events), event -> verify(event, keys), executor);
  }

  /**
   * Names the slots whose events, where filled, belong into the auth_events of an event.
   *
   * @param type the event's type
   * @param stateKey its state key, or empty if it is no state event
   * @param sender its sender
   * @param content its content
   * @return the slots
   * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#auth-events-selection">Auth
   *     events selection</a>
   */
  Set<StateKey> authSlots(
      String type, Optional<String> stateKey, UserId sender, JsonObject content);

  /**
   * Judges an event by the auth events it lists (receipt check 4).
   *
   * @param event the event
   * @param events finds its auth events (and, in version 12, the create event by the room id); one
   *     that is not found makes the event rejected
   * @return the verdict
   * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#authorisation-rules">Authorisation
   *     rules</a>
   */
  Verdict authByAuthEvents(Event event, EventSource events);

  /**
   * Judges only which auth events an event lists, not what they allow: that part of {@link
   * #authByAuthEvents} which {@link #authByState} leaves out.
   *
   * @param event the event
   * @param events as for {@link #authByAuthEvents}
   * @return the verdict
   */
  Verdict judgeAuthEvents(Event event, EventSource events);

  /**
   * Judges an event by a state (receipt checks 5 and 6, and before we send events of our own). The
   * rules about the list of auth_events are left out. As in the other judgements, an identifier
   * over 255 bytes that the format lets pass makes the event rejected.
   *
   * @param event the event
   * @param state finds the event in force for a slot
   * @return the verdict
   * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#authorisation-rules">Authorisation
   *     rules</a>
   */
  Verdict authByState(Event event, Function<StateKey, Optional<Event>> state);

  /**
   * Tells whether a redaction takes effect on its target (a handling rule from version 3 on).
   *
   * @param redaction the redaction event
   * @param target the event it names
   * @param state the state before the redaction
   * @return whether the target is to be redacted
   * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#handling-redactions">Handling
   *     redactions</a>
   */
  boolean redactionApplies(
      Event redaction, Event target, Function<StateKey, Optional<Event>> state);

  /**
   * Tells a user's power level in a state; the creators of version 12 have {@link Long#MAX_VALUE}.
   *
   * @param user whose level
   * @param state finds the event in force for a slot
   * @return the level
   */
  long powerLevel(UserId user, Function<StateKey, Optional<Event>> state);

  /**
   * Resolves the states of several branches into one, and tells how.
   *
   * @param states the state after each branch, in any order; one alone is returned as it is
   * @param events finds every event of the states and of their auth chains
   * @return the state in force and, for every slot that events were tried for, what decided
   * @throws IllegalArgumentException if an event that states differ about is not found
   * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#state-resolution">State resolution</a>
   */
  Resolution explain(List<StateMap> states, EventSource events);

  /**
   * Resolves the states of several branches into one.
   *
   * @param states the state after each branch, in any order; one alone is returned as it is
   * @param events finds every event of the states and of their auth chains
   * @return the state in force
   * @throws IllegalArgumentException if an event that states differ about is not found
   */
  default StateMap resolve(List<StateMap> states, EventSource events) {
    return explain(states, events).state();
  }

  /**
   * Computes everything an event depends on through auth_events, itself not included.
   *
   * @param from the ids to start from
   * @param events finds events; those it does not find end their branch
   * @return the ids of the auth chain, including {@code from}'s own auth events; in version 12 the
   *     create event too
   * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#definitions">Definitions of state
   *     resolution</a>
   */
  Set<EventId> authChain(Collection<EventId> from, EventSource events);

  /**
   * Makes a further room version of this one. It is offered as a service like any other, with its
   * id as the property {@value #VERSION}.
   *
   * @param amendment what it changes
   * @return the further version; can be derived from again
   */
  RoomVersion derive(Amendment amendment);
}
