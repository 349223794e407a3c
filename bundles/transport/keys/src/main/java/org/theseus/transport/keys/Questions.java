package org.theseus.transport.keys;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.KeyRing.Wanted;
import org.theseus.transport.keys.Question.Way;

/**
 * Asks for keys that the store has not: the server itself, and notaries if it does not answer soon;
 * or notaries first where there is much to ask. There is one question for a server at a time, and
 * whoever has it too waits for the same answer.
 */
final class Questions {
  private static final Logger LOG = LoggerFactory.getLogger(Questions.class);

  /** How much is asked at once: of servers, and of notaries. */
  private static final FairQueue.Limits SERVERS = new FairQueue.Limits(128, 32, 1, 20_000);

  private static final FairQueue.Limits NOTARIES = new FairQueue.Limits(4, 2, 64, 20_000);

  /** How long a server may take before notaries are asked beside it, and at all. */
  private static final Duration HEAD_START = Duration.ofSeconds(2);

  /** How long what notaries are asked is collected. */
  private static final Duration COLLECTED = Duration.ofMillis(10);

  private final KnownKeys known;
  private final KeyFetcher fetcher;
  private final Notaries notaries;
  private final Pace pace;
  private final LongSupplier nanoTime;
  private final Vain vain;
  private final Map<ServerName, Question> asking = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer;
  private final FairQueue<Question> servers;
  private final FairQueue<Question> batches =
      new FairQueue<>(NOTARIES, this::soon, this::askNotaries);
  private final LongAdder asked = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder unanswered = new LongAdder();
  private volatile boolean stopped;

  Questions(
      KnownKeys known,
      KeyFetcher fetcher,
      Notaries notaries,
      Pace pace,
      LongSupplier nanoTime,
      ScheduledExecutorService timer) {
    this.known = known;
    this.fetcher = fetcher;
    this.notaries = notaries;
    this.pace = pace;
    this.nanoTime = nanoTime;
    this.vain = new Vain(nanoTime);
    this.timer = timer;
    this.servers = new FairQueue<>(SERVERS, timer, this::askServer);
  }

  /** Ends all questions; whoever waits is told to ask the next key ring. */
  void stop() {
    stopped = true;
    asking.values().forEach(Questions::giveUp);
  }

  /**
   * Has a server's keys asked for, unless it was not long ago.
   *
   * @param asker for whose sake
   * @param ways the ways to try, the first first
   * @return completes when the store knows what can be known; tells whether that is what the server
   *     itself told
   */
  CompletionStage<Boolean> ask(
      String asker, ServerName server, Wanted wanted, Duration within, List<Way> ways) {
    if (vain.were(server, wanted.keys())) {
      return CompletableFuture.completedFuture(true);
    }
    long rest = pace.rest(server);
    if (rest > 0 && pace.hasFailed(server) && !asking.containsKey(server)) {
      return CompletableFuture.completedFuture(false);
    }
    long now = nanoTime.getAsLong();
    Question question =
        asking.compute(
            server,
            (name, running) -> {
              Question one = running == null ? new Question(name, asker, now) : running;
              one.join(wanted, now + within.toNanos(), ways);
              return one;
            });
    if (stopped) {
      giveUp(question);
    } else {
      joinAfter(rest, asker, question, ways.get(0));
    }
    return question
        .done()
        .thenCompose(
            told ->
                told && !question.askedFor().containsAll(wanted.keys())
                    ? askAgain(asker, server, wanted, within, ways)
                    : CompletableFuture.completedFuture(told));
  }

  /** For a key that is newer than the answer to others, unless it was among the others. */
  private CompletionStage<Boolean> askAgain(
      String asker, ServerName server, Wanted wanted, Duration within, List<Way> ways) {
    return known
        .read(server)
        .thenCompose(
            stored ->
                Validity.suffices(stored, wanted)
                    ? CompletableFuture.completedFuture(true)
                    : ask(asker, server, wanted, within, ways));
  }

  JsonObject report() {
    return JsonObject.builder()
        .put("asked_servers", asked.sum())
        .put("answers_of_servers", answered.sum())
        .put("asked_notaries", notaries.asked())
        .put("answers_of_notaries", notaries.answered())
        .put("without_answer", unanswered.sum())
        .put("asking", asking.size())
        .put("waiting_for_servers", servers.waiting())
        .put("waiting_for_notaries", batches.waiting())
        .build();
  }

  /** Right after an answer a key may be asked for that is newer: it waits until it may be. */
  private void joinAfter(long restNanos, String asker, Question question, Way first) {
    if (restNanos == 0) {
      join(asker, question, first);
      return;
    }
    try {
      Future<?> unused =
          timer.schedule(() -> join(asker, question, first), restNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException gone) {
      giveUp(question);
    }
  }

  /** A question that waits in another's lane waits in this one's too; the first turn counts. */
  private void join(String asker, Question question, Way first) {
    boolean entered = question.enter(first);
    try {
      if ((entered || question.isWaiting(first)) && !queue(first).add(asker, question) && entered) {
        question.end(first);
        LOG.debug("too much is asked for the sake of {}", asker);
        settle(question);
      }
    } catch (RejectedExecutionException gone) {
      giveUp(question);
    }
  }

  private FairQueue<Question> queue(Way way) {
    return way == Way.SERVER ? servers : batches;
  }

  private void soon(Runnable task) {
    Future<?> unused = timer.schedule(task, COLLECTED.toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletionStage<?> askServer(List<Question> one) {
    Question question = one.get(0);
    if (!question.begin(Way.SERVER, nanoTime.getAsLong())) {
      settle(question);
      return CompletableFuture.completedFuture(null);
    }
    asked.increment();
    ServerName server = question.server();
    if (notaries.areFor(server)) {
      Future<?> beside =
          timer.schedule(
              () -> enter(question, Way.NOTARIES), HEAD_START.toMillis(), TimeUnit.MILLISECONDS);
      CompletionStage<Boolean> end = question.done();
      end.whenComplete((done, failure) -> beside.cancel(false));
    }
    return fetcher
        .fetch(server)
        .thenCompose(
            published ->
                published.isPresent()
                    ? take(question, published.get())
                    : CompletableFuture.completedFuture(false))
        .handle(
            (believed, failure) -> {
              question.end(Way.SERVER);
              if (failure != null) {
                fail(question, failure);
              } else if (believed) {
                finish(question, true);
              } else {
                settle(question);
              }
              return null;
            });
  }

  private CompletionStage<Boolean> take(Question question, Published published) {
    answered.increment();
    Wanted asked = new Wanted(question.askedFor(), question.wanted().validAtTs());
    Validity.missing(published.keys(), asked).forEach(key -> vain.note(question.server(), key));
    return known.note(question.server(), published, question.server()).thenApply(stored -> true);
  }

  private CompletionStage<?> askNotaries(List<Question> some) {
    Map<ServerName, Question> begun = new LinkedHashMap<>();
    for (Question one : some) {
      if (one.begin(Way.NOTARIES, nanoTime.getAsLong())) {
        begun.put(one.server(), one);
      } else {
        settle(one);
      }
    }
    return notaries
        .ask(
            () ->
                begun.values().stream()
                    .filter(one -> !one.done().isDone())
                    .collect(Collectors.toMap(Question::server, Question::wanted)),
            (server, published, notary) -> take(begun.get(server), published, notary))
        .handle(
            (done, failure) -> {
              begun
                  .values()
                  .forEach(
                      question -> {
                        question.end(Way.NOTARIES);
                        settle(question);
                      });
              return null;
            });
  }

  private CompletionStage<Void> take(Question question, Published published, ServerName notary) {
    return known
        .note(question.server(), published, notary)
        .thenAccept(
            stored -> {
              if (Validity.suffices(published.keys(), question.wanted())) {
                finish(question, false);
              }
            });
  }

  /** Goes on with a question by the way that is left, or ends it. */
  private void settle(Question question) {
    if (question.isIdle()
        && !enter(question, Way.SERVER)
        && !(notaries.areFor(question.server()) && enter(question, Way.NOTARIES))) {
      unanswered.increment();
      if (question.wasAsked()) {
        pace.failed(question.server());
      }
      end(question, false);
    }
  }

  private boolean enter(Question question, Way way) {
    if (!question.enter(way)) {
      return false;
    }
    try {
      if (queue(way).add(question.asker(), question)) {
        return true;
      }
    } catch (RejectedExecutionException gone) {
      giveUp(question);
      return true;
    }
    question.end(way);
    return false;
  }

  private void finish(Question question, boolean byItself) {
    pace.answered(question.server());
    end(question, byItself);
  }

  private void end(Question question, boolean byItself) {
    asking.remove(question.server(), question);
    question.done().complete(byItself);
  }

  private void fail(Question question, Throwable failure) {
    asking.remove(question.server(), question);
    question.done().completeExceptionally(failure);
  }

  private static void giveUp(Question question) {
    question
        .done()
        .completeExceptionally(new BeingReplacedException("the key ring is being replaced"));
  }
}
