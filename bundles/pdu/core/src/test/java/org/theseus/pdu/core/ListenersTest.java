package org.theseus.pdu.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.pdu.api.EventListener;
import org.theseus.pdu.api.TimelineEvent;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.UserId;

/** Listeners that come, go, fail and come back. */
@Timeout(60)
class ListenersTest {
  @TempDir Path folder;
  private World world;
  private TestServer a;
  private UserId alice;
  private RoomId room;

  /** Takes down what it is told, after failing as often as it is to. */
  private static final class Scribe implements EventListener {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private int failures;

    Scribe(int failures) {
      this.failures = failures;
    }

    @Override
    public String name() {
      return "scribe";
    }

    @Override
    public void onEvent(TimelineEvent event) {
      if (event.event().type().equals("m.room.message")) {
        if (failures-- > 0) {
          throw new IllegalStateException("not yet");
        }
        told.add(event.event().content().string("body").orElse("-"));
      }
    }

    List<String> next(int count) throws InterruptedException {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        texts.add(String.valueOf(told.poll(20, TimeUnit.SECONDS)));
      }
      assertThat(told).isEmpty();
      return texts;
    }
  }

  @BeforeEach
  void begin() {
    world = new World(folder);
    a = world.server("a.example");
    alice = a.user("alice");
    room = a.create("12", alice);
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void tellsInOrderAndCatchesUpWithWhoWasAway() throws InterruptedException {
    // given a listener that has been told something and went
    Scribe scribe = new Scribe(0);
    a.core().add(scribe);
    a.say(room, alice, "one");
    assertThat(scribe.next(1)).containsExactly("one");
    a.core().remove(scribe);

    // when it comes back, in another life of the server, after more was said
    for (int i = 0; i < 120; i++) {
      a.say(room, alice, "missed " + i);
    }
    a = world.restart(a);
    Scribe back = new Scribe(0);
    a.core().add(back);
    a.say(room, alice, "two");

    // then it is told just what it missed
    List<String> told = back.next(121);
    assertThat(told).startsWith("missed 0", "missed 1").endsWith("missed 119", "two");
  }

  @Test
  void tellsAgainWhoFailedAndNothingAfterItBefore() throws InterruptedException {
    // given a listener that fails twice
    Scribe scribe = new Scribe(2);
    a.core().add(scribe);

    // when
    a.say(room, alice, "one");
    a.say(room, alice, "two");

    // then
    assertThat(scribe.next(2)).containsExactly("one", "two");
  }
}
