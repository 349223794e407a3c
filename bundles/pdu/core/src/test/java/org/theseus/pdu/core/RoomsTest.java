package org.theseus.pdu.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.pdu.api.TimelineEvent;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.UserId;

/** Rooms made, joined and spoken in. */
@Timeout(60)
class RoomsTest {
  @TempDir Path folder;
  private World world;
  private TestServer a;
  private TestServer b;

  @BeforeEach
  void begin() {
    world = new World(folder);
    a = world.server("a.example");
    b = world.server("b.example");
  }

  @AfterEach
  void end() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void aMessageReachesTheOtherServer(String version) {
    // given a room that both servers are in
    UserId alice = a.user("alice");
    RoomId room = a.create(version, alice);
    b.join(room, b.user("bob"), a);
    world.deliver();

    // when both speak
    a.say(room, alice, "hello");
    world.deliver();
    b.say(room, b.user("bob"), "hi");
    world.deliver();

    // then both have the same state and both messages
    assertThat(b.state(room)).isEqualTo(a.state(room));
    assertThat(bodies(a, room)).containsExactly("hello", "hi");
    assertThat(bodies(b, room)).containsExactly("hello", "hi");
    assertThat(a.rooms().servers(room)).isEqualTo(Set.of(a.name(), b.name()));
  }

  static List<String> bodies(TestServer server, RoomId room) {
    return server.rooms().timeline(room, 1000).stream()
        .map(TimelineEvent::event)
        .flatMap(event -> event.content().string("body").stream())
        .toList();
  }
}
