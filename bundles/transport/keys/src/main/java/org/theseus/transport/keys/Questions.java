package org.theseus.transport.keys;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Threads;
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

  private static final Duration LONGEST = Duration.ofSeconds(8);

  private final KnownKeys known;
  private final KeyFetcher fetcher;
  private final NotaryClient notaryClient;
  private final Pace pace;
  private final Pace notaryPace;
  private final LongSupplier nanoTime;
  private final Map<ServerName, Question> asking = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer = Threads.scheduler("transport-keys");
  private final FairQueue<Question> servers = new FairQueue<>(SERVERS, timer, this::askServer);
  private final FairQueue<Question> batches =
      new FairQueue<>(NOTARIES, this::soon, this::askNotaries);
  private final LongAdder asked = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder askedNotaries = new LongAdder();
  private final LongAdder answeredByNotaries = new LongAdder();
  private final LongAdder unanswered = new LongAdder();
  private volatile List<ServerName> notaries = List.of();
  private volatile boolean stopped;

  Questions(
      KnownKeys known,
      KeyFetcher fetcher,
      NotaryClient notaryClient,
      Pace pace,
      Pace notaryPace,
      LongSupplier nanoTime) {
    this.known = known;
    this.fetcher = fetcher;
    this.notaryClient = notaryClient;
    this.pace = pace;
    this.notaryPace = notaryPace;
    this.nanoTime = nanoTime;
  }

  void notaries(List<ServerName> names) {
    notaries = List.copyOf(names);
  }

  boolean hasNotaries() {
    return !notaries.isEmpty();
  }

  /** Ends all questions; whoever waits is told to ask the next key ring. */
  void stop() {
    stopped = true;
    timer.shutdownNow();
    asking.values().forEach(Questions::giveUp);
  }

  /**
   * Has a server's keys asked for, unless it was not long ago.
   *
   * @param asker for whose sake
   * @param first which way to try first
   * @return completes when the store knows what can be known
   */
  CompletionStage<Void> ask(
      String asker, ServerName server, Wanted wanted, Duration within, Way first) {
    if (!asking.containsKey(server) && !pace.allows(server)) {
      return CompletableFuture.completedFuture(null);
    }
    long now = nanoTime.getAsLong();
    Question question =
        asking.compute(
            server,
            (name, running) -> {
              Question one = running == null ? new Question(name, asker, now) : running;
              one.join(wanted, now + within.toNanos());
              return one;
            });
    if (stopped) {
      giveUp(question);
    } else {
      join(asker, question, first);
    }
    return question.done();
  }

  JsonObject report() {
    return JsonObject.builder()
        .put("asked_servers", asked.sum())
        .put("answers_of_servers", answered.sum())
        .put("asked_notaries", askedNotaries.sum())
        .put("answers_of_notaries", answeredByNotaries.sum())
        .put("without_answer", unanswered.sum())
        .put("asking", asking.size())
        .put("waiting_for_servers", servers.waiting())
        .put("waiting_for_notaries", batches.waiting())
        .build();
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
    if (hasNotaries() && !notaries.contains(server)) {
      Future<?> beside =
          timer.schedule(
              () -> enter(question, Way.NOTARIES), HEAD_START.toMillis(), TimeUnit.MILLISECONDS);
      CompletionStage<Void> end = question.done();
      end.whenComplete((done, failure) -> beside.cancel(false));
    }
    return bounded(fetcher.fetch(server))
        .thenCompose(
            published ->
                published.isPresent()
                    ? known.note(server, published.get(), server).thenApply(stored -> true)
                    : CompletableFuture.completedFuture(false))
        .handle(
            (believed, failure) -> {
              question.end(Way.SERVER);
              if (failure != null) {
                fail(question, failure);
              } else if (believed) {
                answered.increment();
                finish(question, true);
              } else {
                settle(question);
              }
              return null;
            });
  }

  private CompletionStage<?> askNotaries(List<Question> some) {
    List<Question> begun =
        some.stream().filter(one -> one.begin(Way.NOTARIES, nanoTime.getAsLong())).toList();
    some.stream().filter(one -> !begun.contains(one)).forEach(this::settle);
    CompletionStage<Void> asked = CompletableFuture.completedFuture(null);
    for (ServerName notary : notaries) {
      asked = asked.thenCompose(before -> askNotary(notary, begun));
    }
    return asked.handle(
        (done, failure) -> {
          begun.forEach(
              question -> {
                question.end(Way.NOTARIES);
                settle(question);
              });
          return null;
        });
  }

  private CompletionStage<Void> askNotary(ServerName notary, List<Question> some) {
    Map<ServerName, Question> open = new LinkedHashMap<>();
    some.stream()
        .filter(one -> !one.done().isDone() && !one.server().equals(notary))
        .forEach(one -> open.put(one.server(), one));
    if (open.isEmpty() || !notaryPace.allows(notary)) {
      return CompletableFuture.completedFuture(null);
    }
    Map<ServerName, Wanted> wanted = new LinkedHashMap<>();
    open.forEach((server, question) -> wanted.put(server, question.wanted()));
    askedNotaries.increment();
    return bounded(notaryClient.ask(notary, wanted).thenApply(Optional::of))
        .handle(
            (found, failure) -> {
              if (failure != null || found.isEmpty()) {
                LOG.debug("no answer from the notary {}", notary, failure);
                notaryPace.failed(notary);
                return Map.<ServerName, Published>of();
              }
              return found.get();
            })
        .thenCompose(
            found ->
                CompletableFuture.allOf(
                    found.entrySet().stream()
                        .map(one -> take(notary, open.get(one.getKey()), one.getValue()))
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture[]::new)));
  }

  private CompletionStage<Void> take(ServerName notary, Question question, Published published) {
    answeredByNotaries.increment();
    return known
        .note(question.server(), published, notary)
        .thenAccept(
            stored -> {
              if (Validity.suffices(published.keys(), question.wanted())) {
                finish(question, true);
              }
            });
  }

  /** Goes on with a question by the way that is left, or ends it. */
  private void settle(Question question) {
    if (question.isIdle()) {
      boolean more =
          enter(question, Way.SERVER)
              || (hasNotaries()
                  && !notaries.contains(question.server())
                  && enter(question, Way.NOTARIES));
      if (!more) {
        unanswered.increment();
        finish(question, false);
      }
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

  private void finish(Question question, boolean wasAnswered) {
    if (wasAnswered) {
      pace.answered(question.server());
    } else if (question.wasAsked()) {
      pace.failed(question.server());
    }
    asking.remove(question.server(), question);
    question.done().complete(null);
  }

  private void fail(Question question, Throwable failure) {
    asking.remove(question.server(), question);
    question.done().completeExceptionally(failure);
  }

  private static <T> CompletionStage<Optional<T>> bounded(CompletionStage<Optional<T>> stage) {
    return stage
        .toCompletableFuture()
        .copy()
        .completeOnTimeout(Optional.empty(), LONGEST.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void giveUp(Question question) {
    question.done().completeExceptionally(new TransientException("the key ring is being replaced"));
  }
}
