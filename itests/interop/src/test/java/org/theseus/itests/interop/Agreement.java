package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Whether two servers hold the same of a room. */
record Agreement(
    Homeserver one, String userOfOne, Homeserver other, String userOfOther, String room) {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Waits until both hold these events, the same history and the same state. */
  void reached(Collection<String> events) throws Exception {
    one.fetchHistory(userOfOne, room);
    other.fetchHistory(userOfOther, room);
    Await.until(
        LIMIT,
        () -> {
          List<String> here = ids(one, userOfOne);
          List<String> there = ids(other, userOfOther);
          assertThat(here).doesNotHaveDuplicates().containsAll(events);
          assertThat(there).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(here);
          assertThat(one.state(userOfOne, room)).isEqualTo(other.state(userOfOther, room));
        });
  }

  /** Waits until both hold these events, without being asked to fetch anything. */
  void arrived(Duration limit, Collection<String> events) throws Exception {
    Await.until(
        limit,
        () -> {
          assertThat(ids(one, userOfOne)).doesNotHaveDuplicates().containsAll(events);
          assertThat(ids(other, userOfOther)).doesNotHaveDuplicates().containsAll(events);
        });
  }

  private List<String> ids(Homeserver server, String user) throws Exception {
    return server.timeline(user, room).stream().map(Events::id).toList();
  }
}
