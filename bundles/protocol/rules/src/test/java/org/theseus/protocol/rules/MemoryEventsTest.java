package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.StateKey;

/** Events in memory and their index. */
class MemoryEventsTest {
  private final TestRoom room = new TestRoom(VersionRules.V11);
  private final MemoryEvents events = new MemoryEvents();
  private final Event create = add(room.create());
  private final Event alice = add(room.join(ALICE).auth(create));
  private final Event first = add(room.levels(ALICE).auth(create, alice));
  private final Event second = add(room.levels(ALICE).auth(create, alice, first));

  @Test
  void theRankIsTheLongestWayToTheStart() {
    assertThat(List.of(create, alice, first, second))
        .extracting(event -> events.rank(event.id()))
        .containsExactly(0, 1, 2, 3);
    assertThat(events.rank(EventId.of("$other"))).isZero();
  }

  @Test
  void theIndexNamesWhatIsCitedItselfTheLatestFirst() {
    // when the second levels are cited by nobody yet
    assertThat(events.citing(alice.id())).containsExactly(first.id());
    // and then they are
    add(room.topic(ALICE, "").auth(create, alice, second));

    // then
    assertThat(events.citing(alice.id())).containsExactly(second.id(), first.id());
    assertThat(events.citing(second.id())).isEmpty();
  }

  @Test
  void theIndexNamesEachSlotOnceTheLatestFirst() {
    add(room.topic(ALICE, "").auth(create, alice, second));
    add(room.event(BOB, "m.room.message").auth(create, alice));

    assertThat(events.citingSlots(alice.id()))
        .containsExactly(new StateKey("m.room.topic", ""), StateKey.POWER_LEVELS);
    assertThat(events.citingSlots(EventId.of("$other"))).isEmpty();
  }

  @Test
  void anEventComesOnceAndBeforeThoseThatCiteIt() {
    Event late = room.topic(ALICE, "").id("late").build();
    add(room.topic(ALICE, "").auth(late));

    assertThatThrownBy(() -> events.add(late, false)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> events.add(create, false)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEventThatCitesItselfDoesNoHarm() {
    Event self = room.topic(ALICE, "").id("self").build();
    events.add(room.topic(ALICE, "").id("self").auth(self, create).build(), false);

    assertThat(events.find(self.id())).isPresent();
    assertThat(events.rank(self.id())).isEqualTo(1);
  }

  private Event add(TestRoom.Draft draft) {
    Event event = draft.add();
    events.add(event, false);
    return event;
  }
}
