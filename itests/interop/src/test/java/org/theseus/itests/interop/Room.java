package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A room that alice of the host's server has made, and where bob of the guest's comes to. */
record Room(Homeserver host, String alice, Homeserver guest, String bob, String id) {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Makes a room that everybody may join, or that needs an invite; bob is not in it. */
  static Room create(Pair pair, Direction direction, String version, boolean open)
      throws Exception {
    Homeserver host = pair.host(direction);
    Homeserver guest = pair.guest(direction);
    String alice = host.user("alice");
    String bob = guest.user("bob");
    return new Room(host, alice, guest, bob, host.create(alice, version, open));
  }

  /** Makes a room in which both are. */
  static Room ofBoth(Pair pair, Direction direction, String version) throws Exception {
    Room room = create(pair, direction, version, true);
    room.bobJoins();
    return room;
  }

  void bobJoins() throws Exception {
    guest.join(bob, id, host.name());
  }

  String aliceSays(String text) throws Exception {
    return host.say(alice, id, text);
  }

  String bobSays(String text) throws Exception {
    return guest.say(bob, id, text);
  }

  /** Waits until both servers have these events, which neither is asked to fetch. */
  void arrived(Duration limit, Collection<String> events) throws Exception {
    arrivedAt(host, alice, limit, events);
    arrivedAt(guest, bob, limit, events);
  }

  private void arrivedAt(Homeserver server, String user, Duration limit, Collection<String> events)
      throws Exception {
    Set<String> missing = new LinkedHashSet<>(events);
    Await.until(
        limit,
        () -> {
          missing.removeAll(server.held(user, id, missing));
          assertThat(missing).as("not yet at %s", server.name()).isEmpty();
        });
  }

  /**
   * Waits until both servers tell these events, the same history, of any age, and the same state.
   */
  void agreed(Collection<String> events) throws Exception {
    host.fetchHistory(alice, id);
    guest.fetchHistory(bob, id);
    Await.until(
        LIMIT,
        () -> {
          List<String> here = timeline(host, alice);
          List<String> there = timeline(guest, bob);
          assertThat(here).doesNotHaveDuplicates().containsAll(events);
          assertThat(there).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(here);
          assertThat(host.state(alice, id)).isEqualTo(guest.state(bob, id));
        });
  }

  private List<String> timeline(Homeserver server, String user) throws Exception {
    return server.timeline(user, id).stream().map(Events::id).toList();
  }
}
