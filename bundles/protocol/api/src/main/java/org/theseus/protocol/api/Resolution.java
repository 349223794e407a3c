package org.theseus.protocol.api;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a state resolution came to, and how.
 *
 * @param state the state in force
 * @param choices how the slots were decided for which events were tried; of all others the states
 *     agree
 * @see RoomVersion#explain
 * @see <a href="https://spec.matrix.org/v1.19/rooms/v12/#state-resolution">State resolution</a>
 */
public record Resolution(StateMap state, Map<StateKey, Choice> choices) {

  /** By what an event came into the resolved state. */
  public enum Rule {
    /** Every state has this event, and none may replace it. */
    AGREED("all states agree"),
    /** Version 1: not every state has an event there, but those that do have the same. */
    UNDISPUTED("no state has another event"),
    /** From version 2: the last that was allowed in the reverse topological power ordering. */
    POWER_ORDERING("the last event allowed in the reverse topological power ordering"),
    /** From version 2: the last that was allowed in the mainline ordering. */
    MAINLINE_ORDERING("the last event allowed in the mainline ordering"),
    /** Version 1, events that affect authorisation: the last of a series by ascending depth. */
    DEPTH_ORDERING("the last event, by ascending depth, before one that is not allowed"),
    /** Version 1, other events: the deepest that is allowed. */
    GREATEST_DEPTH("the deepest event that is allowed"),
    /** Version 1, other events: none is allowed, and the one of least depth stays. */
    LEAST_DEPTH("no event is allowed, and the least deep one stays"),
    /** From version 2: no event is allowed, and the slot is empty. */
    NONE_ALLOWED("no event is allowed");

    private final String words;

    Rule(String words) {
      this.words = words;
    }

    /** Says it in words for people. */
    @Override
    public String toString() {
      return words;
    }

    /**
     * Names the order in which a rule has events tried.
     *
     * @return the order, in words for people
     * @throws IllegalArgumentException if no event is tried by this rule
     */
    public String order() {
      return switch (this) {
        case POWER_ORDERING -> "reverse topological power ordering";
        case MAINLINE_ORDERING -> "mainline ordering";
        case DEPTH_ORDERING -> "ascending depth";
        case GREATEST_DEPTH -> "descending depth";
        default -> throw new IllegalArgumentException("no event is tried by " + name());
      };
    }
  }

  /**
   * An event that was tried for a slot.
   *
   * @param event the event
   * @param rule the ordering by which its turn came
   * @param verdict what the authorization rules said of it then; "allowed" did not yet mean to
   *     stay, and the first of a series by ascending depth is taken without asking them
   */
  public record Trial(EventId event, Rule rule, Verdict verdict) {
    /** Checks that all parts are there. */
    public Trial {
      Objects.requireNonNull(event);
      Objects.requireNonNull(rule);
      Objects.requireNonNull(verdict);
    }
  }

  /**
   * How a slot was decided.
   *
   * @param event the event in force, if there is one
   * @param rule by what it came to be
   * @param trials the events tried, in that order
   */
  public record Choice(Optional<EventId> event, Rule rule, List<Trial> trials) {
    /** Checks that all parts are there. */
    public Choice {
      Objects.requireNonNull(event);
      Objects.requireNonNull(rule);
      trials = List.copyOf(trials);
    }
  }

  /** Checks that all parts are there. */
  public Resolution {
    Objects.requireNonNull(state);
    choices = Map.copyOf(choices);
  }

  /**
   * Tells how a slot was decided.
   *
   * @param slot any slot
   * @return the choice; with {@link Rule#AGREED} and no trials where there was none to make
   */
  public Choice choice(StateKey slot) {
    Choice choice = choices.get(slot);
    return choice == null ? new Choice(state.get(slot), Rule.AGREED, List.of()) : choice;
  }
}
