package org.theseus.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.persistence.contract.Samples.ALICES;
import static org.theseus.persistence.contract.Samples.NAME;
import static org.theseus.persistence.contract.Samples.id;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/** What a store of states promises. */
public interface StateStoreContract extends StoreContract {
  @Test
  default void givesBackAStateAsItWasSaved() {
    Map<StateKey, EventId> state =
        Map.of(
            NAME,
            id("name"),
            ALICES,
            id("alice"),
            new StateKey("", ""),
            id("empty"),
            new StateKey("m.zero\u0000", "\u0000"),
            id("zero"),
            new StateKey("m.room.name", "\ud83d\ude80"),
            id("rocket"));
    long saved = database().run(unit -> unit.states().save(state));
    close();
    open();

    in(unit -> assertThat(unit.states().load(saved)).isEqualTo(state));
  }

  @Test
  default void savesTheEmptyState() {
    in(unit -> assertThat(unit.states().load(unit.states().save(Map.of()))).isEmpty());
  }

  @Test
  default void changesSetReplaceAndRemoveWithoutTouchingTheBase() {
    in(
        unit -> {
          long base = unit.states().save(Map.of(NAME, id("n1"), ALICES, id("a1")));

          long changed =
              unit.states()
                  .change(base, Map.of(NAME, id("n2"), StateKey.CREATE, id("c")), Set.of(ALICES));

          assertThat(changed).isNotEqualTo(base);
          assertThat(unit.states().load(changed))
              .isEqualTo(Map.of(NAME, id("n2"), StateKey.CREATE, id("c")));
          assertThat(unit.states().load(base)).isEqualTo(Map.of(NAME, id("n1"), ALICES, id("a1")));
        });
  }

  @Test
  default void noChangeIsTheSameState() {
    in(
        unit -> {
          long base = unit.states().save(Map.of(NAME, id("n")));
          assertThat(unit.states().change(base, Map.of(), Set.of())).isEqualTo(base);
        });
  }

  @Test
  default void knowsNoStateThatWasNotSaved() {
    in(
        unit -> {
          assertThatThrownBy(() -> unit.states().load(4711))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> unit.states().change(4711, Map.of(NAME, id("n")), Set.of()))
              .isInstanceOf(IllegalArgumentException.class);
        });
  }

  @Test
  default void aLongHistoryOfChangesEqualsAnOracle() {
    // given a plain map beside the store, and a thousand changes, some upon older states
    Random random = new Random(20140914);
    Map<Long, Map<StateKey, EventId>> oracle = new HashMap<>();
    long[] recent = new long[5];
    in(
        unit -> {
          long first = unit.states().save(Map.of());
          oracle.put(first, Map.of());
          Arrays.fill(recent, first);
        });

    for (int i = 0; i < 1_000; i += 50) {
      int from = i;
      in(
          unit -> {
            for (int step = from; step < from + 50; step++) {
              recent[step % recent.length] = changeBoth(unit, random, oracle, recent, step);
            }
          });
    }

    in(unit -> oracle.forEach((id, state) -> assertThat(unit.states().load(id)).isEqualTo(state)));
  }

  @Test
  default void aLargeStateChangedThousandsOfTimesEqualsAnOracle() {
    Map<StateKey, EventId> oracle = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      oracle.put(member(i), id("m" + i));
    }
    long[] state = {database().run(unit -> unit.states().save(oracle))};

    for (int i = 0; i < 2_700; i += 150) {
      int from = i;
      in(
          unit -> {
            for (int step = from; step < from + 150; step++) {
              // each member leaves, comes again and is forgotten, now and then
              StateKey slot = member(step / 3);
              if (step % 3 == 2 && step % 2 == 0) {
                oracle.remove(slot);
                state[0] = unit.states().change(state[0], Map.of(), Set.of(slot));
              } else {
                oracle.put(slot, id("e" + step));
                state[0] = unit.states().change(state[0], Map.of(slot, id("e" + step)), Set.of());
              }
            }
          });
      in(unit -> assertThat(unit.states().load(state[0]).equals(oracle)).isTrue());
    }
  }

  private static long changeBoth(
      UnitOfWork unit,
      Random random,
      Map<Long, Map<StateKey, EventId>> oracle,
      long[] recent,
      int step) {
    long base = recent[random.nextInt(recent.length)];
    Map<StateKey, EventId> set = new HashMap<>();
    Set<StateKey> removed = new HashSet<>();
    for (int n = random.nextInt(4); n >= 0; n--) {
      set.put(slot(random), id("e" + step + "." + n));
    }
    if (random.nextInt(3) == 0) {
      removed.add(slot(random));
    }
    removed.removeAll(set.keySet());
    Map<StateKey, EventId> expected = new HashMap<>(oracle.get(base));
    expected.putAll(set);
    expected.keySet().removeAll(removed);
    long changed = unit.states().change(base, set, removed);
    assertThat(oracle.put(changed, expected)).isNull();
    return changed;
  }

  private static StateKey slot(Random random) {
    return member(random.nextInt(80));
  }

  private static StateKey member(int number) {
    return new StateKey("m.room.member", "@u" + number + ":a.example");
  }
}
