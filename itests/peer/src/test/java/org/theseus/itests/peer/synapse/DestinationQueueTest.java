package org.theseus.itests.peer.synapse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;

/** What a Synapse peer puts in which transaction. */
class DestinationQueueTest {
  private static final String US = "theseus.example";

  private final FakePace pace = new FakePace();
  private final BackOffs backOffs = new BackOffs(pace, Settings.DEFAULTS, () -> 1);
  private final Store store = new Store();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<List<String>> sent = new ArrayList<>();
  private final List<Integer> edus = new ArrayList<>();
  private boolean failing;
  private DestinationQueue queue;

  @BeforeEach
  void start() {
    queue = new DestinationQueue(US, store, backOffs, this::transaction, tasks::add);
  }

  private void transaction(String destination, List<Event> pdus, List<JsonObject> ephemeral)
      throws IOException {
    if (failing) {
      backOffs.enter(destination, false).failed();
      throw new IOException("bad weather");
    }
    sent.add(pdus.stream().map(pdu -> pdu.id().value().substring(1)).toList());
    edus.add(ephemeral.size());
  }

  private void add(String room, int from, int to) {
    for (int i = from; i <= to; i++) {
      queue.add(store.add(room, Events.event(room, room + i, room + (i - 1)), List.of(US)));
    }
  }

  private void run() {
    while (!tasks.isEmpty()) {
      tasks.poll().run();
    }
  }

  @Test
  void fiftyPdusAndAHundredEdusGoAtOnce() {
    add("a", 1, 120);
    for (int i = 0; i < 150; i++) {
      queue.add(JsonObject.EMPTY);
    }
    assertThat(tasks).as("one transaction in flight").hasSize(1);

    run();

    assertThat(sent).extracting(List::size).containsExactly(50, 50, 20);
    assertThat(sent.stream().flatMap(List::stream)).startsWith("a1", "a2").endsWith("a120");
    assertThat(edus).containsExactly(100, 50, 0);
    assertThat(store.owed()).isEmpty();
    assertThat(queue.isBusy()).isFalse();
  }

  @Test
  void whatFailedGoesAgainWithWhatCameMeanwhileButWithoutItsEdus() {
    failing = true;
    add("a", 1, 2);
    queue.add(JsonObject.EMPTY);
    run();
    failing = false;
    add("a", 3, 3);
    run();
    assertThat(sent).as("backed off").isEmpty();

    pace.pass(Duration.ofMinutes(10));
    queue.attempt();
    run();

    assertThat(sent).containsExactly(List.of("a1", "a2", "a3"));
    assertThat(edus).containsExactly(0);
  }

  @Test
  void afterMoreThanAnHourOnlyTheNewestOfEachRoomIsSent() {
    add("a", 1, 1);
    run();
    failing = true;
    add("a", 2, 3);
    add("b", 1, 3);
    run();
    while (backOffs.interval(US).compareTo(Duration.ofHours(1)) <= 0) {
      pace.pass(backOffs.interval(US));
      queue.attempt();
      run();
    }
    queue.attempt();
    run();
    add("b", 4, 4);
    failing = false;

    pace.pass(backOffs.interval(US));
    queue.attempt();
    run();

    assertThat(sent).containsExactly(List.of("a1"), List.of("a3"), List.of("b4"));
    assertThat(store.owed()).isEmpty();
    add("b", 5, 6);
    run();
    assertThat(sent).last().isEqualTo(List.of("b5", "b6"));
  }

  @Test
  void aSenderThatWasStartedAgainCatchesUpOnceItIsWoken() {
    add("a", 1, 1);
    run();
    failing = true;
    add("a", 2, 5);
    run();
    failing = false;
    backOffs.heardFrom(US);

    start();
    queue.attempt();
    run();

    assertThat(sent).containsExactly(List.of("a1"), List.of("a5"));
  }

  @Test
  void aSenderThatWasStartedAgainAndNeverServedUsForgets() {
    failing = true;
    add("a", 1, 5);
    run();
    failing = false;
    backOffs.heardFrom(US);

    start();
    queue.attempt();
    run();

    assertThat(sent).isEmpty();
  }
}
