package org.theseus.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.persistence.contract.Samples.OTHER_ROOM;
import static org.theseus.persistence.contract.Samples.ROOM;
import static org.theseus.persistence.contract.Samples.accepted;
import static org.theseus.persistence.contract.Samples.event;
import static org.theseus.persistence.contract.Samples.id;
import static org.theseus.persistence.contract.Samples.ids;
import static org.theseus.persistence.contract.Samples.outlier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.theseus.persistence.api.EventStore.Placement;
import org.theseus.persistence.api.StoredEvent;
import org.theseus.persistence.api.StoredEvent.Outcome;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.EventId;

/** What a store of events promises. */
public interface EventStoreContract extends StoreContract {
  private static long state(UnitOfWork unit) {
    return unit.states().save(Map.of());
  }

  private static List<String> names(List<StoredEvent> events) {
    return events.stream().map(event -> event.id().value().substring(1)).toList();
  }

  private void live(String... names) {
    in(
        unit -> {
          long state = state(unit);
          for (String name : names) {
            unit.events().put(accepted(name, state), Placement.LIVE);
          }
        });
  }

  @Test
  default void givesBackAnEventAsItWasPut() {
    // given an event with everything that may be odd in one
    StoredEvent odd =
        new StoredEvent(
            EventId.of("$v3/with+slash:\u00e9\ud83d\ude80"),
            OTHER_ROOM,
            "m.room.\u0000member",
            Optional.of("@zero\u0000byte:a.example"),
            "@not:a:user:at:all",
            (1L << 53) - 1,
            -1,
            ids("p2", "p1", "p3"),
            ids("a2", "a1"),
            Samples.bytes("{\"\ud83d\ude80\":\"\\u0000\"}"),
            Outcome.SOFT_FAILED,
            "sender is banned: \u201cwhy\u201d",
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty());

    in(unit -> unit.events().put(odd, Placement.OUTLIER));

    in(
        unit ->
            assertThat(unit.events().find(odd.id()))
                .get()
                .usingRecursiveComparison()
                .isEqualTo(odd));
  }

  @Test
  default void givesBackStatesAndPositionOfAnEventInTheGraph() {
    in(
        unit -> {
          long before = unit.states().save(Map.of());
          long after = unit.states().save(Map.of(Samples.NAME, id("n")));
          StoredEvent base = outlier("e", "p");
          StoredEvent placed =
              new StoredEvent(
                  base.id(),
                  base.roomId(),
                  "m.room.name",
                  Optional.of(""),
                  base.sender(),
                  base.depth(),
                  base.originServerTs(),
                  base.prevEvents(),
                  base.authEvents(),
                  base.json(),
                  base.outcome(),
                  base.reason(),
                  OptionalLong.of(before),
                  OptionalLong.of(after),
                  OptionalLong.empty(),
                  Optional.empty(),
                  Optional.empty());

          OptionalLong position = unit.events().put(placed, Placement.LIVE);

          StoredEvent found = unit.events().find(id("e")).orElseThrow();
          assertThat(position).hasValue(1);
          assertThat(found.position()).hasValue(1);
          assertThat(found.stateBefore()).hasValue(before);
          assertThat(found.stateAfter()).hasValue(after);
          assertThat(found.stateKey()).contains("");
          assertThat(found.isOutlier()).isFalse();
        });
  }

  @Test
  default void findsNothingUnknown() {
    live("a");
    in(
        unit -> {
          assertThat(unit.events().find(id("b"))).isEmpty();
          assertThat(unit.events().find(ids())).isEmpty();
          assertThat(unit.events().find(ids("b", "a")).keySet()).containsExactly(id("a"));
          // An id that is only pointed at is no stored event.
          assertThat(unit.events().find(id("create"))).isEmpty();
        });
  }

  @Test
  default void findsManyAtOnce() {
    String[] names = IntStream.range(0, 345).mapToObj(i -> "e" + i).toArray(String[]::new);
    live(names);
    in(
        unit -> {
          Map<EventId, StoredEvent> found = unit.events().find(ids(names));
          assertThat(found).hasSize(345);
          assertThat(found.get(id("e344")).authEvents()).isEqualTo(ids("create", "power"));
          assertThat(unit.events().inGraph(ids(names))).hasSize(345);
        });
  }

  @Test
  default void positionsGrowByOneOverAllRooms() {
    in(
        unit -> {
          long state = state(unit);
          OptionalLong some = OptionalLong.of(state);
          List<Long> positions = new ArrayList<>();
          for (StoredEvent event :
              List.of(
                  accepted("a", state),
                  event("b", OTHER_ROOM, Outcome.ACCEPTED, some, Optional.empty()),
                  event("c", ROOM, Outcome.REJECTED, some, Optional.empty()),
                  accepted("d", state))) {
            positions.add(unit.events().put(event, Placement.LIVE).getAsLong());
          }
          assertThat(positions).containsExactly(1L, 2L, 3L, 4L);
          assertThat(unit.events().lastPosition()).isEqualTo(4);
        });
  }

  @Test
  default void aUnitThatFailsLeavesNoGapInThePositions() {
    live("a");
    assertThatThrownBy(
            () ->
                in(
                    unit -> {
                      unit.events().put(accepted("lost", state(unit)), Placement.LIVE);
                      throw new DatabaseContract.OwnFailure();
                    }))
        .isInstanceOf(DatabaseContract.OwnFailure.class);
    close();
    open();
    live("b");

    in(
        unit -> {
          assertThat(unit.events().find(id("b")).orElseThrow().position()).hasValue(2);
          assertThat(unit.events().lastPosition()).isEqualTo(2);
        });
  }

  @Test
  default void putsHistoryBeforeEverything() {
    live("live1", "live2");
    in(
        unit -> {
          long state = state(unit);
          assertThat(unit.events().put(accepted("old2", state), Placement.HISTORY)).hasValue(-1);
          assertThat(unit.events().put(accepted("old1", state), Placement.HISTORY)).hasValue(-2);
        });
    in(
        unit -> {
          assertThat(names(unit.events().timeline(ROOM, Long.MAX_VALUE, 10)))
              .containsExactly("old1", "old2", "live1", "live2");
          assertThat(unit.events().lastPosition()).isEqualTo(2);
        });
  }

  @Test
  default void placesAnOutlierOnceItBelongs() {
    in(
        unit -> {
          StoredEvent rejected =
              event("o", ROOM, Outcome.REJECTED, OptionalLong.empty(), Optional.empty(), "p");
          assertThat(unit.events().put(rejected, Placement.OUTLIER)).isEmpty();
          assertThat(unit.events().inGraph(ids("o"))).isEmpty();
          assertThat(unit.events().timeline(ROOM, Long.MAX_VALUE, 10)).isEmpty();

          long state = state(unit);
          assertThat(unit.events().put(accepted("o", state, "p"), Placement.LIVE)).hasValue(1);

          StoredEvent found = unit.events().find(id("o")).orElseThrow();
          assertThat(found.outcome()).isEqualTo(Outcome.ACCEPTED);
          assertThat(found.reason()).isEmpty();
          assertThat(found.stateBefore()).hasValue(state);
          assertThat(found.prevEvents()).isEqualTo(ids("p"));
          assertThat(unit.events().inGraph(ids("o", "p"))).containsExactly(id("o"));
        });
  }

  @Test
  default void leavesAnEventInTheGraphAsItIs() {
    live("e");
    in(
        unit -> {
          long state = state(unit);
          StoredEvent other =
              event("e", ROOM, Outcome.REJECTED, OptionalLong.of(state), Optional.empty());
          assertThat(unit.events().put(other, Placement.LIVE)).hasValue(1);
          assertThat(unit.events().put(other, Placement.HISTORY)).hasValue(1);
          assertThat(unit.events().put(outlier("e"), Placement.OUTLIER)).hasValue(1);
          assertThat(unit.events().find(id("e")).orElseThrow().outcome())
              .isEqualTo(Outcome.ACCEPTED);
          assertThat(unit.events().lastPosition()).isEqualTo(1);
        });
  }

  @Test
  default void refusesAPlacementThatDoesNotFitTheStates() {
    in(
        unit -> {
          assertThatThrownBy(() -> unit.events().put(outlier("e"), Placement.LIVE))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> unit.events().put(accepted("e", state(unit)), Placement.OUTLIER))
              .isInstanceOf(IllegalArgumentException.class);
        });
  }

  @Test
  default void timelineHoldsARoomsAcceptedEventsOnly() {
    in(
        unit -> {
          OptionalLong state = OptionalLong.of(state(unit));
          unit.events().put(accepted("a", state.getAsLong()), Placement.LIVE);
          unit.events()
              .put(event("b", ROOM, Outcome.SOFT_FAILED, state, Optional.empty()), Placement.LIVE);
          unit.events()
              .put(event("c", ROOM, Outcome.REJECTED, state, Optional.empty()), Placement.LIVE);
          unit.events()
              .put(
                  event("d", OTHER_ROOM, Outcome.ACCEPTED, state, Optional.empty()),
                  Placement.LIVE);
          unit.events().put(outlier("o"), Placement.OUTLIER);
          unit.events().put(accepted("e", state.getAsLong()), Placement.LIVE);

          assertThat(names(unit.events().timeline(ROOM, Long.MAX_VALUE, 10)))
              .containsExactly("a", "e");
          assertThat(names(unit.events().live(0, 10))).containsExactly("a", "d", "e");
        });
  }

  @Test
  default void findsTheEventClosestToATime() {
    in(
        unit -> {
          OptionalLong state = OptionalLong.of(state(unit));
          unit.events().put(Samples.at(20, accepted("b", state.getAsLong())), Placement.LIVE);
          unit.events().put(Samples.at(10, accepted("a", state.getAsLong())), Placement.LIVE);
          unit.events().put(Samples.at(-5, accepted("z", state.getAsLong())), Placement.HISTORY);
          unit.events()
              .put(
                  Samples.at(15, event("r", ROOM, Outcome.REJECTED, state, Optional.empty())),
                  Placement.LIVE);
          unit.events()
              .put(
                  Samples.at(16, event("o", OTHER_ROOM, Outcome.ACCEPTED, state, Optional.empty())),
                  Placement.LIVE);
          unit.events().put(Samples.at(17, outlier("out")), Placement.OUTLIER);

          assertThat(unit.events().closest(ROOM, 11, true)).map(StoredEvent::id).hasValue(id("b"));
          assertThat(unit.events().closest(ROOM, 20, true)).map(StoredEvent::id).hasValue(id("b"));
          assertThat(unit.events().closest(ROOM, 21, true)).isEmpty();
          assertThat(unit.events().closest(ROOM, 19, false)).map(StoredEvent::id).hasValue(id("a"));
          assertThat(unit.events().closest(ROOM, 9, false)).map(StoredEvent::id).hasValue(id("z"));
          assertThat(unit.events().closest(ROOM, -6, false)).isEmpty();
        });
  }

  @Test
  default void readsTheTimelinePageByPageBackwards() {
    live("a", "b", "c", "d", "e");
    in(
        unit -> {
          List<StoredEvent> newest = unit.events().timeline(ROOM, Long.MAX_VALUE, 2);
          assertThat(names(newest)).containsExactly("d", "e");
          long before = newest.get(0).position().getAsLong();
          assertThat(names(unit.events().timeline(ROOM, before, 2))).containsExactly("b", "c");
          assertThat(unit.events().timeline(ROOM, 1, 2)).isEmpty();
        });
  }

  @Test
  default void readsLiveEventsOnwardsAndNoHistory() {
    live("a", "b", "c");
    in(unit -> unit.events().put(accepted("old", state(unit)), Placement.HISTORY));
    in(
        unit -> {
          assertThat(names(unit.events().live(0, 2))).containsExactly("a", "b");
          assertThat(names(unit.events().live(2, 2))).containsExactly("c");
          assertThat(unit.events().live(3, 2)).isEmpty();
          assertThat(names(unit.events().live(-5, 9))).containsExactly("a", "b", "c");
        });
  }

  @Test
  default void notesARedaction() {
    live("message");
    in(
        unit -> {
          unit.events().redact(id("message"), id("redaction"));
          unit.events().redact(id("unknown"), id("redaction"));
        });
    in(
        unit -> {
          assertThat(unit.events().find(id("message")).orElseThrow().redactedBy())
              .contains(id("redaction"));
          assertThat(unit.events().find(id("unknown"))).isEmpty();
        });
  }

  @Test
  default void findsRedactionsThatCameBeforeTheirTarget() {
    in(
        unit -> {
          OptionalLong state = OptionalLong.of(state(unit));
          Optional<EventId> target = Optional.of(id("target"));
          unit.events().put(event("r1", ROOM, Outcome.ACCEPTED, state, target), Placement.LIVE);
          unit.events().put(event("r2", ROOM, Outcome.REJECTED, state, target), Placement.LIVE);
          unit.events()
              .put(event("r3", OTHER_ROOM, Outcome.ACCEPTED, state, target), Placement.LIVE);
          unit.events()
              .put(
                  event("r4", ROOM, Outcome.ACCEPTED, state, Optional.of(id("other"))),
                  Placement.LIVE);
          unit.events().put(event("r5", ROOM, Outcome.ACCEPTED, state, target), Placement.LIVE);

          List<StoredEvent> redactions = unit.events().redactionsOf(ROOM, id("target"));

          assertThat(names(redactions)).containsExactly("r1", "r5");
          assertThat(redactions.get(0).redacts()).isEqualTo(target);
        });
  }
}
