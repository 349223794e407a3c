package org.theseus.transport.core;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.BeingReplacedException;
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

  /** What bundles name in their manifests. Guarded by {@code this}. */
  private final Map<Object, Set<String>> declared = new HashMap<>();

  /** Replaced as a whole, guarded by {@code this} for that. */
  private volatile Panel panel = new Panel(List.of(), Set.of(), Set.of());

  /**
   * Who is to judge.
   *
   * @param filters those that are there, in the order they are asked
   * @param named the names of those that bundles name
   * @param away the names of those among them that are not there
   */
  record Panel(List<BoundFilter> filters, Set<String> named, Set<String> away) {
    boolean isComplete() {
      return away.isEmpty();
    }
  }

  Filters(ParkingLot.Timer timer) {
    this.timer = timer;
  }

  synchronized void add(BoundFilter filter) {
    renew(Stream.concat(panel.filters.stream(), Stream.of(filter)));
  }

  /** Removes a filter; calls inside it go on. */
  synchronized Optional<BoundFilter> remove(RequestFilter filter) {
    Optional<BoundFilter> found =
        panel.filters.stream().filter(bound -> bound.filter() == filter).findFirst();
    renew(panel.filters.stream().filter(bound -> bound.filter() != filter));
    return found;
  }

  /** Notes the filters that a bundle names, in place of those it named before; maybe none. */
  synchronized void declare(Object owner, Set<String> names) {
    declared.put(owner, names);
    renew(panel.filters.stream());
  }

  /** Forgets the filters that a bundle named. */
  synchronized void withdraw(Object owner) {
    declared.remove(owner);
    renew(panel.filters.stream());
  }

  private void renew(Stream<BoundFilter> there) {
    List<BoundFilter> filters = there.sorted(BoundFilter.ORDER).toList();
    Set<String> named = new HashSet<>();
    declared.values().forEach(named::addAll);
    Set<String> away = new TreeSet<>(named);
    filters.forEach(bound -> away.remove(bound.name()));
    panel = new Panel(filters, Set.copyOf(named), Collections.unmodifiableSet(away));
  }

  /** Tells who is to judge now. */
  Panel panel() {
    return panel;
  }

  /**
   * Asks those there are.
   *
   * @return the first answer, or empty if all let the request pass; completes exceptionally if one
   *     refused it, or failed and does not fail open, or with {@link BeingReplacedException}
   */
  CompletionStage<Optional<Answer>> judge(Panel panel, Route route, InboundRequest request) {
    return judge(panel.filters.iterator(), route, request);
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
      // It has gone meanwhile; maybe the one in its place is there already.
      if (panel.named.contains(next.name())) {
        return CompletableFuture.failedFuture(
            new BeingReplacedException("the filter " + next.name() + " is being replaced"));
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
    if (failure instanceof BeingReplacedException && !filter.failsOpen()) {
      throw new CompletionException(failure);
    }
    LOG.warn(
        "the filter {} failed, the request {}",
        filter.name(),
        filter.failsOpen() ? "passes" : "is refused",
        failure);
    if (filter.failsOpen()) {
      return Optional.empty();
    }
    throw new CompletionException(failure);
  }
}
