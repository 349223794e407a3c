package org.theseus.itests.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.theseus.protocol.api.JsonArray;

/**
 * What a peer answers to the transactions it is sent: a script of answers, one for each request,
 * and from its end on what the peer would answer anyhow. Notes when they came, so that one can tell
 * how patient a sender is, be it the real Synapse or the modelled one. For a refused connection
 * there is {@link Peer#refuse}, for idle connections that are closed {@link #closeIdle}.
 */
public final class Weather implements Peer.Handler {
  /** An answer of the script. */
  public sealed interface Answer {
    /** An answer with a status, after a time. */
    record Status(int status, Duration after) implements Answer {}

    /** No answer: the connection is closed when the request has been read. */
    record HangUp() implements Answer {}

    /** An answer with a status at once. */
    static Answer of(int status) {
      return new Status(status, Duration.ZERO);
    }

    /** A 200 after a time. */
    static Answer late(Duration after) {
      return new Status(200, after);
    }
  }

  /** A request as it came. */
  public record Arrival(Peer.Asked asked, Optional<Answer> answer) {
    /** The transaction's id. */
    public String txnId() {
      return asked.target().substring(SEND.length());
    }

    /** How many PDUs are in it. */
    public int pdus() {
      return Weather.pdus(asked);
    }
  }

  private static final String SEND = "/_matrix/federation/v1/send/";

  private final Peer peer;
  private final Deque<Answer> script = new ArrayDeque<>();
  private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();

  private Weather(Peer peer) {
    this.peer = peer;
  }

  /** Makes the weather for a peer, fair at first. */
  public static Weather over(Peer peer) {
    Weather weather = new Weather(peer);
    peer.handle(weather);
    return weather;
  }

  /** Adds answers to the script. */
  public synchronized Weather then(Answer... answers) {
    script.addAll(List.of(answers));
    return this;
  }

  /** Closes the connections that are idle; a new one is taken at once. */
  public void closeIdle() throws IOException {
    peer.refuse();
    peer.listen();
  }

  @Override
  public Optional<Peer.Reply> answer(Peer.Asked asked) {
    if (!asked.target().startsWith(SEND) || pdus(asked) == 0) {
      return Optional.empty();
    }
    Optional<Answer> answer = next();
    arrivals.add(new Arrival(asked, answer));
    return answer.flatMap(Weather::reply);
  }

  private static int pdus(Peer.Asked asked) {
    return asked.json().array("pdus").orElse(JsonArray.EMPTY).elements().size();
  }

  private synchronized Optional<Answer> next() {
    return Optional.ofNullable(script.poll());
  }

  private static Optional<Peer.Reply> reply(Answer answer) {
    if (answer instanceof Answer.Status status) {
      try {
        TimeUnit.NANOSECONDS.sleep(status.after().toNanos());
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        return Optional.of(Peer.Reply.HANG_UP);
      }
      return status.status() == 200
          ? Optional.of(new Peer.Reply(200, "{\"pdus\":{}}"))
          : Optional.of(
              new Peer.Reply(
                  status.status(), "{\"errcode\":\"M_UNKNOWN\",\"error\":\"bad weather\"}"));
    }
    return Optional.of(Peer.Reply.HANG_UP);
  }

  /** What has come so far, in order. */
  public List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }
}
