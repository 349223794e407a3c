package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Weather;
import org.theseus.itests.peer.Weather.Answer;
import org.theseus.itests.peer.synapse.Pace;
import org.theseus.itests.peer.synapse.SynapseLikeSender;
import org.theseus.protocol.api.Event;

/** The modelled sender does in the same weather what the real Synapse does. */
@ExtendWith(Interop.class)
class SameWeatherIT {
  private static final String VERSION = "12";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** The first wait before a transaction is repeated, with its jitter and what else takes time. */
  private static final Duration SHORTEST = Duration.ofMillis(3_200);

  private static final Duration LONGEST = Duration.ofMillis(7_600);

  /** What a transaction meets. */
  enum Sky {
    SERVER_ERROR,
    TOO_MANY_REQUESTS,
    CONNECTION_CLOSED,
    BAD_REQUEST,
    FORBIDDEN;

    Answer answer() {
      return switch (this) {
        case SERVER_ERROR -> Answer.of(500);
        case TOO_MANY_REQUESTS -> Answer.of(429);
        case CONNECTION_CLOSED -> new Answer.HangUp();
        case BAD_REQUEST -> Answer.of(400);
        case FORBIDDEN -> Answer.of(403);
      };
    }

    boolean repeats() {
      return compareTo(BAD_REQUEST) < 0;
    }
  }

  /** A server that sends, and the peer it sends to. */
  private record Side(String sender, Peer receiver, Weather weather, Callable<?> say) {
    void awaitArrivals(int count) throws Exception {
      Await.until(LIMIT, () -> assertThat(weather.arrivals()).hasSizeGreaterThanOrEqualTo(count));
    }

    /** What came: of which transaction, counted from the first, and how many PDUs. */
    List<String> course() {
      List<String> ids = new ArrayList<>();
      List<String> course = new ArrayList<>();
      for (Weather.Arrival arrival : weather.arrivals()) {
        if (!ids.contains(arrival.txnId())) {
          ids.add(arrival.txnId());
        }
        course.add("transaction %d: %d".formatted(ids.indexOf(arrival.txnId()), arrival.pdus()));
      }
      return course;
    }

    Duration betweenSecondAndThird() {
      List<Weather.Arrival> arrivals = weather.arrivals();
      return Duration.ofNanos(arrivals.get(2).asked().at() - arrivals.get(1).asked().at());
    }
  }

  private final Synapse synapse;
  private final Authority authority;
  private final List<Peer> peers = new ArrayList<>();
  private SynapseLikeSender sender;

  SameWeatherIT(Pair pair, Ground ground) {
    this.synapse = pair.synapse();
    this.authority = ground.authority();
  }

  @BeforeEach
  void start() throws Exception {
    for (int i = 0; i < 3; i++) {
      peers.add(Peer.start(authority.identity()));
    }
    sender = SynapseLikeSender.start(peers.get(2), Pace.real());
  }

  @AfterEach
  void stop() {
    sender.close();
    peers.forEach(Peer::close);
  }

  private Side real() throws Exception {
    Peer receiver = peers.get(0);
    String alice = synapse.user("alice");
    String room = synapse.create(alice, VERSION, true);
    Guest.join(receiver, synapse.name(), room, "guest");
    return new Side(
        synapse.name(),
        receiver,
        Weather.over(receiver),
        () -> synapse.say(alice, room, "how is the weather?"));
  }

  private Side modelled() throws Exception {
    Peer receiver = peers.get(1);
    String alice = synapse.user("alice");
    Guest guest =
        Guest.join(peers.get(2), synapse.name(), synapse.create(alice, VERSION, true), "guest");
    return new Side(
        peers.get(2).name().value(),
        receiver,
        Weather.over(receiver),
        () -> {
          Event event = guest.message("how is the weather?");
          guest.follow(event);
          sender.send(event, List.of(receiver.name().value()));
          return event;
        });
  }

  @ParameterizedTest(
      name = "Synapse and the modelled sender meet {0} | " + VERSION + " | Synapse sends")
  @EnumSource
  void bothDoTheSame(Sky sky) throws Exception {
    List<Side> sides = List.of(real(), modelled());
    for (Side side : sides) {
      side.say().call();
      side.awaitArrivals(1);
      side.weather().then(sky.answer());
      side.say().call();
      side.awaitArrivals(2);
    }

    for (Side side : sides) {
      side.say().call();
      if (!sky.repeats()) {
        String target = "/_matrix/federation/v1/query/directory?room_alias=%23x%3Ay";
        side.receiver().ask(side.sender(), "GET", target, Optional.empty());
      }
      side.awaitArrivals(sky.repeats() ? 4 : 3);
      if (sky.repeats()) {
        assertThat(side.betweenSecondAndThird()).isBetween(SHORTEST, LONGEST);
      }
    }

    List<String> expected =
        sky.repeats()
            ? List.of(
                "transaction 0: 1", "transaction 1: 1", "transaction 1: 1", "transaction 2: 1")
            : List.of("transaction 0: 1", "transaction 1: 1", "transaction 2: 2");
    assertThat(sides).extracting(Side::course).containsOnly(expected);
  }
}
