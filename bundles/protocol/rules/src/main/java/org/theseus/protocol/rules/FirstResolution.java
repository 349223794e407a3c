package org.theseus.protocol.rules;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.EventSource;
import org.theseus.protocol.api.Resolution.Rule;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.Verdict;

/**
 * State resolution version 1, the only one that believes the depth of events. For one resolution.
 *
 * @see <a href="https://spec.matrix.org/v1.19/rooms/v1/#state-resolution">State resolution</a>
 */
final class FirstResolution {
  private record Candidate(Event event, String sha1) {}

  /** By ascending depth, then descending sha1(event_id). */
  private static final Comparator<Candidate> ASCENDING =
      Comparator.comparingLong((Candidate candidate) -> candidate.event().depth())
          .thenComparing(Candidate::sha1, Comparator.reverseOrder());

  private final AuthRules authRules;
  private final AuthGraph graph;
  private final StateSplit split;

  FirstResolution(AuthRules authRules, AuthGraph graph, StateSplit split) {
    this.authRules = authRules;
    this.graph = graph;
    this.split = split;
  }

  /** Resolves: says what is in force where not all states agree. */
  Trials resolve() {
    // A conflict occurs between states where those states have different event_ids for the same
    // key. Start by setting R to the union of the states, excluding any conflicting events.
    Trials resolved = new Trials();
    Map<StateKey, List<Event>> conflicts = new TreeMap<>();
    for (StateKey slot : split.conflictedSlots()) {
      TreeSet<EventId> ids = new TreeSet<>();
      split.conflicted().stream()
          .flatMap(state -> Stream.ofNullable(state.get(slot)))
          .forEach(ids::add);
      if (ids.size() == 1) {
        resolved.put(slot, Rule.UNDISPUTED, ids.first());
      } else {
        conflicts.put(slot, sorted(graph.all(ids)));
      }
    }
    // First we resolve conflicts between m.room.power_levels events. Repeat the process for
    // m.room.join_rules and for m.room.member events.
    for (String type : List.of(EventTypes.POWER_LEVELS, EventTypes.JOIN_RULES, EventTypes.MEMBER)) {
      Map<StateKey, EventId> before = Map.copyOf(resolved.inForce());
      conflicts.forEach(
          (slot, events) -> {
            if (slot.type().equals(type)) {
              resolveChain(slot, events, before, resolved);
            }
          });
      conflicts.keySet().removeAll(resolved.inForce().keySet());
    }
    // For all other conflicts, just pick the event with the highest depth and lowest sha1(event_id)
    // that passes authentication in R and add it to R.
    Map<StateKey, EventId> before = Map.copyOf(resolved.inForce());
    conflicts.forEach((slot, events) -> resolveOne(slot, events, before, resolved));
    return resolved;
  }

  /**
   * Add the first event in the list to R. For each subsequent event in the list, check that the
   * event would be allowed by the authorization rules for a room in state R. If it would be
   * allowed, then update R with it; if not, stop.
   */
  private void resolveChain(
      StateKey slot, List<Event> events, Map<StateKey, EventId> before, Trials resolved) {
    Map<StateKey, EventId> trial = new HashMap<>(before);
    for (Event event : events) {
      Verdict verdict = trial.containsKey(slot) ? judge(event, trial) : Verdict.ALLOW;
      resolved.add(slot, Rule.DEPTH_ORDERING, event, verdict);
      if (!verdict.allowed()) {
        break;
      }
      trial.put(slot, event.id());
    }
  }

  /**
   * What is to be done if no event passes the specification does not say; others keep the one with
   * the lowest depth and highest sha1(event_id).
   */
  private void resolveOne(
      StateKey slot, List<Event> events, Map<StateKey, EventId> before, Trials resolved) {
    for (int i = events.size() - 1; i >= 0; i--) {
      Verdict verdict = judge(events.get(i), before);
      resolved.add(slot, Rule.GREATEST_DEPTH, events.get(i), verdict);
      if (verdict.allowed()) {
        return;
      }
    }
    resolved.put(slot, Rule.LEAST_DEPTH, events.get(0).id());
  }

  private Verdict judge(Event event, Map<StateKey, EventId> resolved) {
    return authRules.byState(
        event,
        slot ->
            Optional.ofNullable(resolved.get(slot))
                .or(() -> split.agreed(slot))
                .flatMap(graph::find)
                .map(EventSource.Judged::event));
  }

  private static List<Event> sorted(List<Event> events) {
    List<Candidate> candidates = new ArrayList<>();
    events.forEach(event -> candidates.add(new Candidate(event, sha1(event.id()))));
    candidates.sort(ASCENDING);
    return candidates.stream().map(Candidate::event).toList();
  }

  private static String sha1(EventId id) {
    try {
      byte[] bytes = id.value().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
