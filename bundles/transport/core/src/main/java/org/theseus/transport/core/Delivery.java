package org.theseus.transport.core;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;

/** The end of a request's journey: the filters judge it once, then its endpoint is asked. */
final class Delivery {
  private final Dispatcher dispatcher;
  private final InboundCall call;
  private final Journey journey;
  private final RouteKey key;
  private volatile boolean filtered;

  Delivery(Dispatcher dispatcher, InboundCall call, Journey journey, RouteKey key) {
    this.dispatcher = dispatcher;
    this.call = call;
    this.journey = journey;
    this.key = key;
  }

  /** Brings the request to its endpoint, or parks it while there is none. */
  void deliver() {
    Optional<BoundEndpoint> there = dispatcher.routes().endpoint(key);
    if (there.isPresent() && !filtered && !dispatcher.filters().isEmpty()) {
      filter(there.get());
      return;
    }
    if (there.filter(bound -> bound.gate().enter()).isEmpty()) {
      call.park();
      return;
    }
    BoundEndpoint bound = there.get();
    if (!call.enterEndpoint()) {
      bound.gate().leave();
      return;
    }
    ask(bound)
        .whenComplete(
            (answer, failure) -> {
              bound.gate().leave();
              delivered(bound, answer, Failures.unwrap(failure));
            });
  }

  private void filter(BoundEndpoint bound) {
    dispatcher
        .filters()
        .judge(bound.route(), journey.request(bound))
        .whenComplete(
            (answer, failure) -> call.run(() -> filtered(answer, Failures.unwrap(failure))));
  }

  private void filtered(Optional<Answer> answer, Throwable failure) {
    if (!call.isWorking()) {
      return;
    }
    if (failure != null) {
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
