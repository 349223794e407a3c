package org.theseus.transport.core;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.RequestFilter;
import org.theseus.transport.api.Route;

/** Asks the filters there are, one after the other, within a time. */
final class Filters {
  private static final Logger LOG = LoggerFactory.getLogger(Filters.class);
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final ParkingLot.Timer timer;

  /** In the order they are asked; replaced as a whole, guarded by {@code this} for that. */
  private volatile List<BoundFilter> filters = List.of();

  Filters(ParkingLot.Timer timer) {
    this.timer = timer;
  }

  synchronized void add(BoundFilter filter) {
    filters = Stream.concat(filters.stream(), Stream.of(filter)).sorted(BoundFilter.ORDER).toList();
  }

  /** Removes a filter; calls inside it go on. */
  synchronized Optional<BoundFilter> remove(RequestFilter filter) {
    Optional<BoundFilter> found =
        filters.stream().filter(bound -> bound.filter() == filter).findFirst();
    filters = filters.stream().filter(bound -> bound.filter() != filter).toList();
    return found;
  }

  boolean isEmpty() {
    return filters.isEmpty();
  }

  /**
   * Asks them.
   *
   * @return the first answer, or empty if all let the request pass; completes exceptionally if one
   *     refused it, or failed and does not fail open
   */
  CompletionStage<Optional<Answer>> judge(Route route, InboundRequest request) {
    return judge(filters.iterator(), route, request);
  }

  private CompletionStage<Optional<Answer>> judge(
      Iterator<BoundFilter> rest, Route route, InboundRequest request) {
    while (rest.hasNext()) {
      BoundFilter next = rest.next();
      if (next.gate().enter()) {
        return ask(next, route, request)
            .exceptionally(failure -> failed(next.filter(), Failures.unwrap(failure)))
            .thenCompose(
                answer ->
                    answer.isPresent()
                        ? CompletableFuture.completedFuture(answer)
                        : judge(rest, route, request));
      }
    }
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private CompletionStage<Optional<Answer>> ask(
      BoundFilter bound, Route route, InboundRequest request) {
    CompletableFuture<Optional<Answer>> verdict = new CompletableFuture<>();
    Future<?> end =
        timer.after(
            LIMIT.toNanos(),
            () -> verdict.completeExceptionally(new TransientException("a filter took too long")));
    begin(bound.filter(), route, request)
        .whenComplete(
            (answer, failure) -> {
              bound.gate().leave();
              end.cancel(false);
              if (failure != null) {
                verdict.completeExceptionally(failure);
              } else if (answer == null) {
                verdict.completeExceptionally(new NullPointerException("a filter told nothing"));
              } else {
                verdict.complete(answer);
              }
            });
    return verdict;
  }

  private static CompletionStage<Optional<Answer>> begin(
      RequestFilter filter, Route route, InboundRequest request) {
    try {
      return filter.judge(route, request).thenApply(answer -> answer);
    } catch (RuntimeException | Error failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }

  private static Optional<Answer> failed(RequestFilter filter, Throwable failure) {
    if (failure instanceof MatrixException refusal) {
      throw refusal;
    }
    LOG.warn(
        "the filter {} failed, the request {}",
        filter.getClass().getName(),
        filter.failsOpen() ? "passes" : "is refused",
        failure);
    if (filter.failsOpen()) {
      return Optional.empty();
    }
    throw new CompletionException(failure);
  }
}
