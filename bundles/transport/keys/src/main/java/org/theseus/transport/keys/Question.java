package org.theseus.transport.keys;

import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.KeyRing.Wanted;

/**
 * A question for the keys of one server, of all who have it at the same time, and how far it got on
 * the two ways to an answer. Guarded by {@code this}.
 */
final class Question {
  /** A way to an answer. */
  enum Way {
    SERVER,
    NOTARIES
  }

  /** How far it got on a way. */
  private enum Step {
    NEW,
    WAITING,
    BEGUN,
    ENDED
  }

  private final ServerName server;
  private final String asker;
  private final CompletableFuture<Boolean> done = new CompletableFuture<>();
  private final Set<KeyId> keys = new HashSet<>();
  private final Set<Way> ways = EnumSet.noneOf(Way.class);
  private final Map<Way, Step> steps = new EnumMap<>(Way.class);
  private long validAtTs;
  private long deadlineNanos;
  private Set<KeyId> askedFor = Set.of();
  private boolean asked;

  Question(ServerName server, String asker, long nowNanos) {
    this.server = server;
    this.asker = asker;
    this.deadlineNanos = nowNanos;
  }

  ServerName server() {
    return server;
  }

  /** For whose sake it was asked first. */
  String asker() {
    return asker;
  }

  /**
   * Completes when there is no more to come and the store knows the answer; tells whether it is the
   * server's own.
   */
  CompletableFuture<Boolean> done() {
    return done;
  }

  /** One more has it, and would have it go these ways. */
  synchronized void join(Wanted wanted, long untilNanos, Collection<Way> its) {
    ways.addAll(its);
    keys.addAll(wanted.keys());
    validAtTs = Math.max(validAtTs, wanted.validAtTs());
    if (untilNanos - deadlineNanos > 0) {
      deadlineNanos = untilNanos;
    }
  }

  synchronized Wanted wanted() {
    return new Wanted(keys, validAtTs);
  }

  /** For which keys the server was asked; who joined later may want others. */
  synchronized Set<KeyId> askedFor() {
    return askedFor;
  }

  /** Puts it on a way that somebody wants, unless it has been there. */
  synchronized boolean enter(Way way) {
    if (done.isDone() || !ways.contains(way) || step(way) != Step.NEW) {
      return false;
    }
    steps.put(way, Step.WAITING);
    return true;
  }

  /** Begins to ask on a way, once, and while somebody still waits for the answer. */
  synchronized boolean begin(Way way, long nowNanos) {
    if (done.isDone() || step(way) == Step.BEGUN || step(way) == Step.ENDED) {
      return false;
    }
    if (nowNanos - deadlineNanos >= 0) {
      Set.of(Way.values()).forEach(late -> steps.put(late, Step.ENDED));
      return false;
    }
    steps.put(way, Step.BEGUN);
    asked = true;
    if (way == Way.SERVER) {
      askedFor = Set.copyOf(keys);
    }
    return true;
  }

  synchronized void end(Way way) {
    steps.put(way, Step.ENDED);
  }

  synchronized boolean isWaiting(Way way) {
    return step(way) == Step.WAITING;
  }

  /** Whether anybody was asked, or all waited in vain for their turn. */
  synchronized boolean wasAsked() {
    return asked;
  }

  /** Whether nothing is under way. */
  synchronized boolean isIdle() {
    return steps.values().stream().noneMatch(s -> s == Step.WAITING || s == Step.BEGUN);
  }

  private Step step(Way way) {
    return steps.getOrDefault(way, Step.NEW);
  }
}
