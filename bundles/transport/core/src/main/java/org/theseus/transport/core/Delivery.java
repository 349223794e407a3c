package org.theseus.transport.core;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;

/** The end of a request's journey: the filters judge it once, then its endpoint is asked. */
final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** An endpoint that takes longer than this has its client watched: most take less. */
  private static final Duration UNWATCHED = Duration.ofSeconds(1);

  /** Nobody waits longer for an answer: joins 2 min, all else 1 min. */
  private static final Duration LONGEST = Duration.ofMinutes(3);

  /** As long, if the client has gone: what is worked on for nobody goes on taking its place. */
  private static final Duration LONGEST_FOR_NOBODY = Duration.ofSeconds(30);

  private final Dispatcher dispatcher;
  private final InboundCall call;
  private final Journey journey;
  private final RouteKey key;
  private volatile boolean filtered;
  private volatile Optional<Question> open = Optional.empty();

  /** What an endpoint was asked, since when; whatever comes after the first answer is dropped. */
  private record Question(CompletableFuture<Answer> answer, long sinceNanos) {
    void answered(Answer told, Throwable failure) {
      if (failure == null) {
        answer.complete(told);
      } else {
        answer.completeExceptionally(failure);
      }
    }
  }

  Delivery(Dispatcher dispatcher, InboundCall call, Journey journey, RouteKey key) {
    this.dispatcher = dispatcher;
    this.call = call;
    this.journey = journey;
    this.key = key;
  }

  /** Brings the request to its endpoint, or parks it while there is none. */
  void deliver() {
    Optional<BoundEndpoint> there = dispatcher.routes().endpoint(key);
    Filters.Panel filters = dispatcher.filters().panel();
    boolean isJudged = filtered || filters.filters().isEmpty();
    if (there.isPresent() && filters.isComplete() && !isJudged) {
      filter(there.get(), filters);
      return;
    }
    if (!mayPass(filters) || there.filter(bound -> bound.gate().enter()).isEmpty()) {
      call.park();
      return;
    }
    BoundEndpoint bound = there.get();
    if (!call.enterEndpoint()) {
      bound.gate().leave();
      return;
    }
    Question question = new Question(new CompletableFuture<>(), dispatcher.nanoTime());
    open = Optional.of(question);
    CompletionStage<Answer> first = question.answer();
    first.whenComplete(
        (answer, failure) -> {
          bound.gate().leave();
          delivered(bound, answer, Failures.unwrap(failure));
        });
    ask(bound).whenComplete(question::answered);
  }

  /** Looks after an endpoint that takes long: in the end it is given up. */
  void lookAfter() {
    open.filter(question -> !question.answer().isDone()).ifPresent(this::lookAfter);
  }

  private void lookAfter(Question question) {
    Duration taken = Duration.ofNanos(dispatcher.nanoTime() - question.sinceNanos());
    if (taken.compareTo(UNWATCHED) >= 0) {
      call.departure().watch();
    }
    if (taken.compareTo(call.departure().isNoticed() ? LONGEST_FOR_NOBODY : LONGEST) >= 0
        && question
            .answer()
            .completeExceptionally(
                new MatrixException(504, MatrixError.UNKNOWN, "the answer takes too long"))) {
      LOG.warn("{} has not answered for {} s and is given up", key, taken.toSeconds());
    }
  }

  /** Tells whether whoever is to judge it is there, or has done so. */
  boolean mayPass(Filters.Panel filters) {
    return filtered || filters.isComplete();
  }

  private void filter(BoundEndpoint bound, Filters.Panel filters) {
    dispatcher
        .filters()
        .judge(filters, bound.route(), journey.request(bound))
        .whenComplete(
            (answer, failure) -> call.run(() -> filtered(answer, Failures.unwrap(failure))));
  }

  private void filtered(Optional<Answer> answer, Throwable failure) {
    if (!call.isWorking()) {
      return;
    }
    if (failure instanceof BeingReplacedException) {
      call.rest();
    } else if (failure != null) {
      call.fail(failure);
    } else if (answer.isPresent()) {
      call.answer(answer.get());
    } else {
      filtered = true;
      journey.deliver();
    }
  }

  private CompletionStage<Answer> ask(BoundEndpoint bound) {
    try {
      if (!journey.isFor(bound)) {
        throw new TransientException("the endpoint has changed");
      }
      return bound.endpoint().answer(journey.request(bound)).thenApply(Objects::requireNonNull);
    } catch (RuntimeException | Error failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  private void delivered(BoundEndpoint bound, Answer answer, Throwable failure) {
    if (failure instanceof TransientException && wasReplaced(bound)) {
      call.leaveEndpoint();
      call.run(journey::deliver);
    } else if (failure instanceof BeingReplacedException) {
      call.leaveEndpoint();
      call.rest();
    } else if (failure == null) {
      call.answer(answer);
    } else {
      call.fail(failure);
    }
  }

  /** What an endpoint cannot do because it is going, the one in its place may. */
  private boolean wasReplaced(BoundEndpoint bound) {
    return dispatcher.routes().endpoint(key).filter(bound::equals).isEmpty();
  }
}
