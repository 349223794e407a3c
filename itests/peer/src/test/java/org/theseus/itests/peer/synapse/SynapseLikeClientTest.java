package org.theseus.itests.peer.synapse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.itests.peer.Peer;
import org.theseus.protocol.api.JsonObject;

/** The rules of PATHS about how often a Synapse peer tries, and when it backs off. */
class SynapseLikeClientTest {
  private static final String US = "theseus.example";
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final Peer.Reply GOOD = new Peer.Reply(200, "{}");

  private final FakePace pace = new FakePace();
  private final Deque<Peer.Reply> answers = new ArrayDeque<>();
  private final List<Wire.Outgoing> sent = new ArrayList<>();
  private final List<Duration> timeouts = new ArrayList<>();
  private double jitter = 1;
  private final BackOffs backOffs = new BackOffs(pace, Settings.DEFAULTS, () -> jitter);
  private final SynapseLikeClient client =
      new SynapseLikeClient(
          this::exchange,
          (destination, method, target, content) -> "signed",
          backOffs,
          pace,
          Settings.DEFAULTS,
          () -> jitter);

  /** Answers as the script says, at its end refuses the connection. */
  private Peer.Reply exchange(Wire.Outgoing request, Duration timeout) throws IOException {
    sent.add(request);
    timeouts.add(timeout);
    if (answers.isEmpty()) {
      throw new ConnectException("refused");
    }
    return answers.poll();
  }

  private static Peer.Reply status(int status) {
    return new Peer.Reply(status, "{\"errcode\":\"M_UNKNOWN\"}");
  }

  private static Call transaction() {
    return Call.send(US, "1", JsonObject.EMPTY);
  }

  private static Call usual() {
    return Call.usual(US, "GET", "/_matrix/federation/v1/event/x", Optional.empty());
  }

  private static Call query() {
    return Call.once(
        US, "GET", "/_matrix/federation/v1/query/x", Optional.empty(), Duration.ofSeconds(10));
  }

  private void fails(Call call) {
    assertThatThrownBy(() -> client.ask(call)).isInstanceOf(IOException.class);
  }

  @Test
  void aTransactionIsTriedElevenTimesOverAboutNineMinutesThenBackedOff() {
    fails(transaction());

    assertThat(pace.waits())
        .containsExactly(
            4_000L, 16_000L, 60_000L, 60_000L, 60_000L, 60_000L, 60_000L, 60_000L, 60_000L,
            60_000L);
    assertThat(sent).hasSize(11);
    assertThat(timeouts).containsOnly(Duration.ofSeconds(60));
    assertThat(backOffs.interval(US)).isEqualTo(TEN_MINUTES);
    assertThat(client.attempts()).extracting(Attempt::number).containsSequence(1, 2, 3);
    assertThat(client.attempts()).extracting(Attempt::status).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504, 599})
  void aTransactionIsRepeatedAfterTheseStatuses(int status) throws Exception {
    answers.addAll(List.of(status(status), status(status), GOOD));

    client.ask(transaction());

    assertThat(pace.waits()).containsExactly(4_000L, 16_000L);
    assertThat(backOffs.interval(US)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 401, 403, 404, 405, 408, 413, 422})
  void aTransactionRefusedOtherwiseIsBackOffAtOnce(int status) {
    answers.add(status(status));

    assertThatThrownBy(() -> client.ask(transaction()))
        .isInstanceOfSatisfying(
            SynapseLikeClient.Refused.class,
            refused -> assertThat(refused.reply().status()).isEqualTo(status));

    assertThat(sent).hasSize(1);
    assertThat(backOffs.interval(US)).isEqualTo(TEN_MINUTES);
  }

  @Test
  void waitsAreSpread() throws Exception {
    jitter = 1.4;
    answers.addAll(List.of(status(500), status(500), status(500), GOOD));

    client.ask(transaction());

    assertThat(pace.waits()).containsExactly(5_600L, 22_400L, 84_000L);
  }

  @Test
  void otherRequestsAreTriedFourTimes() {
    fails(usual());

    assertThat(pace.waits()).containsExactly(500L, 1_000L, 2_000L);
    assertThat(timeouts).containsOnly(Duration.ofSeconds(60)).hasSize(4);
    assertThat(backOffs.interval(US)).isEqualTo(TEN_MINUTES);
  }

  @Test
  void requestsWithATimeOutOfTheirOwnAreTriedOnce() {
    answers.add(status(500));

    fails(query());

    assertThat(pace.waits()).isEmpty();
    assertThat(timeouts).containsExactly(Duration.ofSeconds(10));
    assertThat(backOffs.interval(US)).isEqualTo(TEN_MINUTES);
  }

  @ParameterizedTest
  @CsvSource({"400,false", "403,false", "404,false", "401,true"})
  void otherRequestsRefusedAreNotRepeatedAndOnly401BacksOff(int status, boolean backsOff) {
    answers.add(status(status));

    fails(usual());

    assertThat(sent).hasSize(1);
    assertThat(backOffs.interval(US)).isEqualTo(backsOff ? TEN_MINUTES : Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void otherRequestsTooAreRepeatedAndThenBackedOff(int status) {
    for (int i = 0; i < 4; i++) {
      answers.add(status(status));
    }

    fails(usual());

    assertThat(sent).hasSize(4);
    assertThat(backOffs.interval(US)).isEqualTo(TEN_MINUTES);
  }

  @Test
  void whileBackedOffNothingIsAskedUnlessInSpiteOfIt() throws Exception {
    fails(query());
    answers.add(GOOD);

    assertThatThrownBy(() -> client.ask(usual()))
        .isInstanceOfSatisfying(
            BackOffs.NotRetrying.class, not -> assertThat(not.interval()).isEqualTo(TEN_MINUTES));
    assertThat(sent).hasSize(1);

    client.ask(usual().inSpiteOfBackOff());
    assertThat(backOffs.interval(US)).isZero();
  }

  @Test
  void aFailureInSpiteOfBackOffMakesItNoLonger() {
    fails(query());

    fails(query().inSpiteOfBackOff());

    assertThat(sent).hasSize(2);
    assertThat(backOffs.interval(US)).isEqualTo(TEN_MINUTES);
  }

  @Test
  void backOffDoublesUpToSevenDays() {
    List<Long> minutes = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      fails(query());
      minutes.add(backOffs.interval(US).toMinutes());
      pace.pass(backOffs.interval(US));
    }

    assertThat(minutes)
        .containsExactly(
            10L, 20L, 40L, 80L, 160L, 320L, 640L, 1_280L, 2_560L, 5_120L, 10_080L, 10_080L,
            10_080L);
    assertThat(sent).hasSize(13);
  }

  @Test
  void anAnswerEndsTheBackOffButA404DoesNot() throws Exception {
    fails(query());
    pace.pass(TEN_MINUTES);
    answers.addAll(List.of(status(404), GOOD));

    fails(usual());
    assertThat(backOffs.interval(US)).isEqualTo(TEN_MINUTES);
    client.ask(usual());

    assertThat(backOffs.interval(US)).isZero();
  }

  @Test
  void whoAsksUsIsUpAndIsAskedAgainAtOnce() throws Exception {
    fails(query());
    List<String> up = new ArrayList<>();
    client.whenUp(up::add);
    pace.meanwhile(() -> client.heardFrom(US));
    answers.addAll(List.of(status(500), GOOD));
    long before = pace.millis();

    client.ask(transaction().inSpiteOfBackOff());

    assertThat(pace.waits()).containsExactly(4_000L);
    assertThat(pace.millis()).isEqualTo(before);
    assertThat(backOffs.interval(US)).isZero();
    assertThat(up).containsExactly(US);
  }

  @Test
  void whoAsksUsWithoutBeingBackedOffShortensNoWait() throws Exception {
    pace.meanwhile(() -> client.heardFrom(US));
    answers.addAll(List.of(status(500), GOOD));
    long before = pace.millis();

    client.ask(transaction());

    assertThat(pace.millis()).isEqualTo(before + 4_000);
  }

  @Test
  void requestsThatFailSideBySideDoubleTheBackOffOnce() throws Exception {
    BackOffs.Limiter one = backOffs.enter(US, false);
    BackOffs.Limiter other = backOffs.enter(US, false);

    one.failed();
    other.failed();

    assertThat(backOffs.interval(US)).isEqualTo(TEN_MINUTES);
    assertThat(other.succeeded()).as("it began before the back-off").isFalse();
    assertThat(backOffs.interval(US)).isEqualTo(TEN_MINUTES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | {\"errcode\":\"M_UNRECOGNIZED\"} | true",
        "405 | {\"errcode\":\"M_UNRECOGNIZED\"} | true",
        "400 | {\"errcode\":\"M_UNRECOGNIZED\"} | true",
        "404 | not found                        | true",
        "404 | {\"errcode\":\"M_NOT_FOUND\"}    | false",
        "400 | {\"errcode\":\"M_BAD_JSON\"}     | false",
        "403 | {\"errcode\":\"M_UNRECOGNIZED\"} | false",
      })
  void fallsBackToTheFirstVersionOfAnEndpointThatIsUnknown(int status, String body, boolean falls)
      throws Exception {
    Call second = Call.usual(US, "PUT", "/v2/send_join", Optional.of(JsonObject.EMPTY));
    Call first = Call.usual(US, "PUT", "/v1/send_join", Optional.of(JsonObject.EMPTY));
    answers.addAll(List.of(new Peer.Reply(status, body), GOOD));

    if (falls) {
      assertThat(client.askEither(second, first)).isEqualTo(GOOD);
      assertThat(sent)
          .extracting(Wire.Outgoing::target)
          .containsExactly("/v2/send_join", "/v1/send_join");
    } else {
      assertThatThrownBy(() -> client.askEither(second, first))
          .isInstanceOf(SynapseLikeClient.Refused.class);
      assertThat(sent).hasSize(1);
    }
    assertThat(backOffs.interval(US)).isZero();
  }

  @Test
  void a200WithoutABodyOfJsonFailsButBacksOffNobody() {
    answers.add(new Peer.Reply(200, "<html>"));

    assertThatThrownBy(() -> client.ask(transaction()))
        .isInstanceOf(SynapseLikeClient.Unanswered.class);

    assertThat(sent).hasSize(1);
    assertThat(backOffs.interval(US)).isZero();
  }
}
