package org.theseus.protocol.api;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a further room version changes of the one it is derived from: {@link RoomVersion#derive}
 * makes a whole version of it. Whatever is not overridden stays as it was, and every change has its
 * effect wherever the rules are used: a redaction that keeps more changes ids and signatures too,
 * an auth rule takes part in state resolution.
 *
 * <p>Pure and safe for many threads, as the version made of it is. What a method throws comes out
 * of the version's own, so none throws because of what an event says.
 *
 * @see <a href="https://spec.matrix.org/v1.19/rooms/">Room versions</a>
 */
@ConsumerType
public interface Amendment {
  /**
   * Names the further version.
   *
   * @return its identifier; one of our own has a prefix like that of a Java package, such as
   *     "org.example.quiet"
   */
  String id();

  /**
   * Amends the redaction algorithm.
   *
   * @param pdu the event
   * @param redacted what the version before keeps of it
   * @return what this version keeps
   */
  default JsonObject redact(JsonObject pdu, JsonObject redacted) {
    return redacted;
  }

  /**
   * Amends the auth events selection; a create event cites nothing and is not asked for.
   *
   * @param type the event's type
   * @param stateKey its state key, or empty if it is no state event
   * @param sender its sender
   * @param content its content
   * @param slots those of the version before
   * @return the slots whose events this version's auth rules ask for
   */
  default Set<StateKey> authSlots(
      String type,
      Optional<String> stateKey,
      UserId sender,
      JsonObject content,
      Set<StateKey> slots) {
    return slots;
  }

  /**
   * Amends the auth rules.
   *
   * @param event the event
   * @param state finds the event in force for a slot; asked for the event's {@link #authSlots} and
   *     the create event only, since no others are at hand everywhere
   * @param verdict that of the version before
   * @return that of this version
   */
  default Verdict judge(Event event, Function<StateKey, Optional<Event>> state, Verdict verdict) {
    return verdict;
  }
}
