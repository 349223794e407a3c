package org.theseus.itests.peer.synapse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Weather;
import org.theseus.itests.peer.Weather.Answer;
import org.theseus.protocol.api.JsonArray;

/** The whole sender in bad weather, over real sockets, fifteen times as fast as time. */
@Timeout(120)
class SynapseLikeSenderTest {
  private static final int FASTER = 15;

  @TempDir static Path directory;

  private Peer us;
  private Peer peer;
  private Weather weather;
  private SynapseLikeSender sender;
  private int events;

  @BeforeEach
  void start() throws Exception {
    us = Peer.start(directory);
    peer = Peer.start(directory);
    weather = Weather.over(us);
    sender = SynapseLikeSender.start(peer, Pace.faster(FASTER));
  }

  @AfterEach
  void stop() {
    sender.close();
    us.close();
    peer.close();
  }

  private void send() {
    events++;
    sender.send(Events.event("a", "e" + events, "e" + (events - 1)), List.of(us.name().value()));
  }

  private void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(sender.transactions().toString()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private void awaitDone() throws Exception {
    await(() -> sender.isDone(us.name().value()));
  }

  private Duration backOff() {
    return sender.backOffs().interval(us.name().value());
  }

  @Test
  void theSameTransactionIsRepeatedUntilItIsTaken() throws Exception {
    weather.then(Answer.of(500), Answer.of(429), new Answer.HangUp());

    send();
    awaitDone();

    List<Weather.Arrival> arrivals = weather.arrivals();
    assertThat(arrivals).hasSize(4);
    assertThat(arrivals).extracting(Weather.Arrival::txnId).containsOnly(arrivals.get(0).txnId());
    assertThat(arrivals)
        .allSatisfy(
            arrival ->
                assertThat(arrival.asked().body()).isEqualTo(arrivals.get(0).asked().body()));
    assertThat(modelledMillis(arrivals.get(0), arrivals.get(1))).isGreaterThanOrEqualTo(3_200);
    assertThat(modelledMillis(arrivals.get(1), arrivals.get(2))).isGreaterThanOrEqualTo(12_800);
    assertThat(modelledMillis(arrivals.get(2), arrivals.get(3))).isGreaterThanOrEqualTo(48_000);
    assertThat(sender.transactions()).extracting(Attempt::status).containsExactly(500, 429, 0, 200);
    assertThat(backOff()).isZero();
  }

  private static long modelledMillis(Weather.Arrival from, Weather.Arrival to) {
    return TimeUnit.NANOSECONDS.toMillis(to.asked().at() - from.asked().at()) * FASTER;
  }

  @Test
  void aRefusalIsBackOffUntilWeAskForSomething() throws Exception {
    weather.then(Answer.of(403));
    send();
    await(() -> !backOff().isZero());
    send();
    assertThat(weather.arrivals()).hasSize(1);

    us.ask(peer.name().value(), "GET", "/_matrix/federation/v1/version", Optional.empty());
    awaitDone();

    List<Weather.Arrival> arrivals = weather.arrivals();
    assertThat(arrivals).hasSize(2);
    assertThat(arrivals.get(1).txnId()).as("under a new id").isNotEqualTo(arrivals.get(0).txnId());
    assertThat(pdus(arrivals.get(1))).containsExactly("e1", "e2");
    assertThat(backOff()).isZero();
  }

  private static List<String> pdus(Weather.Arrival arrival) {
    return arrival.asked().json().array("pdus").orElse(JsonArray.EMPTY).objects().stream()
        .map(pdu -> pdu.string("id").orElseThrow())
        .toList();
  }

  @Test
  void aServerThatIsAwayIsServedWhenItIsBack() throws Exception {
    us.refuse();
    send();
    await(() -> sender.transactions().size() == 1);
    send();
    us.listen();
    awaitDone();

    assertThat(weather.arrivals()).hasSize(2);
    assertThat(pdus(weather.arrivals().get(0))).containsExactly("e1");
    assertThat(pdus(weather.arrivals().get(1))).containsExactly("e2");
    assertThat(backOff()).isZero();
  }

  @Test
  void anAnswerAfterAMinuteIsNone() throws Exception {
    weather.then(Answer.late(Duration.ofMillis(70_000 / FASTER)));

    send();
    awaitDone();

    assertThat(weather.arrivals()).hasSize(2);
    assertThat(sender.transactions()).extracting(Attempt::status).containsExactly(0, 200);
    assertThat(sender.transactions().get(0).took()).isGreaterThanOrEqualTo(59_000);
  }

  @Test
  void idleConnectionsThatCloseCostNoAttempt() throws Exception {
    send();
    awaitDone();
    weather.closeIdle();
    send();
    awaitDone();

    assertThat(sender.transactions()).extracting(Attempt::status).containsExactly(200, 200);
  }

  @Test
  void aSenderStartedAgainCatchesUpByTheMinute() throws Exception {
    send();
    awaitDone();
    weather.then(Answer.of(500));
    send();
    await(() -> sender.transactions().size() == 2);
    sender.close();
    send();

    sender =
        new SynapseLikeSender(
            peer, Pace.faster(FASTER), Settings.DEFAULTS, sender.store(), sender.backOffs());
    awaitDone();

    List<Weather.Arrival> arrivals = weather.arrivals();
    assertThat(pdus(arrivals.get(arrivals.size() - 1))).containsExactly("e3");
    assertThat(arrivals).hasSize(3);
  }
}
