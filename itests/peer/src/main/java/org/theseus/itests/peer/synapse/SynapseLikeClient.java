package org.theseus.itests.peer.synapse;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.theseus.itests.peer.Peer;

/**
 * Makes requests with Synapse's patience: repeats what got no answer, a 5xx or a 429; gives up at
 * once on any other status; enters what failed in the back-offs. It reads no Retry-After.
 */
public final class SynapseLikeClient {
  /** A request was answered with a status that is not repeated. */
  public static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Peer.Reply reply;

    Refused(Peer.Reply reply) {
      super("refused with " + reply.status() + ": " + reply.body());
      this.reply = reply;
    }

    /** The answer. */
    public Peer.Reply reply() {
      return reply;
    }
  }

  /** A request was not answered, or with a status that is repeated, until the attempts ran out. */
  public static final class Unanswered extends IOException {
    private static final long serialVersionUID = 1L;

    Unanswered(String end, IOException cause) {
      super(end, cause);
    }
  }

  private final Wire wire;
  private final Signing signing;
  private final BackOffs backOffs;
  private final Pace pace;
  private final Settings settings;
  private final DoubleSupplier jitter;
  private final Sleeper sleeper;
  private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> whenUp = new CopyOnWriteArrayList<>();

  SynapseLikeClient(
      Wire wire,
      Signing signing,
      BackOffs backOffs,
      Pace pace,
      Settings settings,
      DoubleSupplier jitter) {
    this.wire = wire;
    this.signing = signing;
    this.backOffs = backOffs;
    this.pace = pace;
    this.settings = settings;
    this.jitter = jitter;
    this.sleeper = new Sleeper(pace);
  }

  /** Has someone told when a destination that was backed off from is up again. */
  void whenUp(Consumer<String> listener) {
    whenUp.add(listener);
  }

  /** Makes a request and tells the answer with a 2xx. */
  public Peer.Reply ask(Call call) throws IOException, InterruptedException {
    BackOffs.Limiter limiter = backOffs.enter(call.destination(), call.ignoresBackOff());
    Peer.Reply reply;
    try {
      reply = attempt(call);
    } catch (Refused refused) {
      if (call.everyErrorBacksOff() || refused.reply().status() == 401) {
        limiter.failed();
      }
      throw refused;
    } catch (Wire.BodyLost lost) {
      succeeded(limiter, call.destination());
      throw new Unanswered(lost.getMessage(), lost);
    } catch (Unanswered unanswered) {
      limiter.failed();
      throw unanswered;
    }
    succeeded(limiter, call.destination());
    readable(reply);
    return reply;
  }

  /** Makes a request at its second version and, where that is not known, at its first. */
  public Peer.Reply askEither(Call second, Call first) throws IOException, InterruptedException {
    try {
      return ask(second);
    } catch (Refused refused) {
      if (!isUnknownEndpoint(refused.reply())) {
        throw refused;
      }
      return ask(first);
    }
  }

  private static boolean isUnknownEndpoint(Peer.Reply reply) {
    boolean object = reply.body().startsWith("{");
    boolean unrecognized = object && reply.errcode().equals("M_UNRECOGNIZED");
    return switch (reply.status()) {
      case 404, 405 -> !object || unrecognized;
      case 400 -> unrecognized;
      default -> false;
    };
  }

  private Peer.Reply attempt(Call call) throws IOException, InterruptedException {
    int most = call.patience().attempts(settings);
    for (int number = 1; ; number++) {
      String end;
      IOException cause = null;
      try {
        Peer.Reply reply = once(call, number);
        int status = reply.status();
        if (status >= 200 && status < 300) {
          return reply;
        }
        if (status < 500 && status != 429) {
          throw new Refused(reply);
        }
        end = "answered with " + status;
      } catch (Refused | Wire.BodyLost e) {
        throw e;
      } catch (IOException e) {
        end = "no answer: " + e;
        cause = e;
      }
      if (number == most) {
        throw new Unanswered(end, cause);
      }
      double factor = jitter.getAsDouble();
      Duration wait = call.patience().wait(settings, number);
      sleeper.sleep(call.destination(), Duration.ofMillis((long) (wait.toMillis() * factor)));
    }
  }

  private Peer.Reply once(Call call, int number) throws IOException {
    Wire.Outgoing request =
        new Wire.Outgoing(
            call.destination(),
            call.method(),
            call.target(),
            signing.authorization(call.destination(), call.method(), call.target(), call.content()),
            call.content());
    long at = pace.millis();
    int status = 0;
    String end = "";
    try {
      Peer.Reply reply = wire.exchange(request, call.timeout().orElseGet(settings::clientTimeout));
      status = reply.status();
      end = status < 300 ? Integer.toString(status) : status + " " + reply.body();
      return reply;
    } catch (Wire.BodyLost lost) {
      status = lost.status();
      end = lost.getMessage();
      if (status >= 300) {
        return new Peer.Reply(status, "");
      }
      throw lost;
    } catch (IOException e) {
      end = e.toString();
      throw e;
    } finally {
      attempts.add(
          new Attempt(
              call.destination(),
              call.method(),
              call.target(),
              number,
              at,
              pace.millis() - at,
              status,
              end));
    }
  }

  private void succeeded(BackOffs.Limiter limiter, String destination) {
    if (limiter.succeeded()) {
      isUp(destination);
    }
  }

  /** An answer with 2xx that is no JSON fails the request, but is no reason to back off. */
  private static void readable(Peer.Reply reply) throws Unanswered {
    try {
      reply.json();
    } catch (RuntimeException e) {
      throw new Unanswered("the answer is no JSON", new IOException(e));
    }
  }

  /** The destination has made an authenticated request of its own. */
  public void heardFrom(String destination) {
    if (backOffs.heardFrom(destination)) {
      isUp(destination);
    }
  }

  private void isUp(String destination) {
    sleeper.wake(destination);
    whenUp.forEach(listener -> listener.accept(destination));
  }

  /** All attempts so far, in the order of their ends. */
  public List<Attempt> attempts() {
    return List.copyOf(attempts);
  }
}
