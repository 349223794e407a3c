package org.theseus.messaging.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.messaging.api.CreateRoom;
import org.theseus.messaging.api.Messaging;
import org.theseus.messaging.api.RoomEvent;
import org.theseus.messaging.api.RoomSummary;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.UserId;
import org.theseus.support.Awaited;
import org.theseus.support.Threads;

/**
 * Hands calls on to the messaging that does the work, and waits for the next one while there is
 * none. A call is made again if the one that had it went away and says that it could not do it, or
 * says that a part below it is being replaced: what adds to a room's graph says so only if nothing
 * was done ({@link org.theseus.pdu.api.RoomGraphs}), and joins, invites and leaves may be done
 * twice.
 */
@Component(service = Messaging.class)
public final class MessagingFront implements Messaging {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int THREADS = 2;

  private final Awaited<Messaging> behind = new Awaited<>();
  private final ExecutorService executor = Threads.pool("messaging-front", THREADS);
  private final Duration patience;

  /** Makes a front that waits for 20 s. */
  @Activate
  public MessagingFront() {
    this(PATIENCE);
  }

  MessagingFront(Duration patience) {
    this.patience = patience;
  }

  @Reference(
      service = MessagingCore.class,
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bind(Messaging core) {
    behind.come(core);
  }

  void unbind(Messaging core) {
    behind.go(core);
  }

  /** Tells those who wait that they have to ask the next front. */
  @Deactivate
  public void close() {
    behind.close(new TransientException("the messaging layer is being replaced; try again"));
    executor.shutdown();
  }

  private <T> CompletionStage<T> call(Function<Messaging, CompletionStage<T>> action) {
    return attempt(action, System.nanoTime() + patience.toNanos());
  }

  private <T> CompletableFuture<T> attempt(
      Function<Messaging, CompletionStage<T>> action, long deadline) {
    return behind
        .await(Duration.ofNanos(deadline - System.nanoTime()))
        .exceptionallyCompose(MessagingFront::nobodyCame)
        .thenComposeAsync(
            core ->
                start(core, action)
                    .exceptionallyCompose(
                        failure -> {
                          Throwable cause = Stages.cause(failure);
                          if (cause instanceof TransientException && !behind.isCurrent(core)) {
                            return attempt(action, deadline);
                          }
                          return cause instanceof BeingReplacedException
                                  && System.nanoTime() < deadline
                              ? later(() -> attempt(action, deadline))
                              : CompletableFuture.failedFuture(cause);
                        }),
            executor);
  }

  private static <T> CompletableFuture<T> later(Supplier<CompletableFuture<T>> attempt) {
    // a clock that outlives this front, so that who waits is told of its end by the next attempt
    return new CompletableFuture<Void>()
        .completeOnTimeout(null, PAUSE.toMillis(), TimeUnit.MILLISECONDS)
        .thenCompose(rested -> attempt.get());
  }

  private static <T> CompletionStage<T> start(
      Messaging core, Function<Messaging, CompletionStage<T>> action) {
    try {
      return action.apply(core);
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private static <M> CompletionStage<M> nobodyCame(Throwable failure) {
    Throwable cause = Stages.cause(failure);
    return CompletableFuture.failedFuture(
        cause instanceof TimeoutException
            ? new TransientException("a layer is being replaced and is not back yet; try again")
            : cause);
  }

  @Override
  public CompletionStage<RoomId> create(CreateRoom room) {
    return call(core -> core.create(room));
  }

  @Override
  public CompletionStage<RoomId> join(UserId user, RoomId room, List<ServerName> via) {
    return call(core -> core.join(user, room, via));
  }

  @Override
  public CompletionStage<RoomId> join(UserId user, RoomAlias alias, List<ServerName> via) {
    return call(core -> core.join(user, alias, via));
  }

  @Override
  public CompletionStage<EventId> invite(UserId user, RoomId room, UserId invitee) {
    return call(core -> core.invite(user, room, invitee));
  }

  @Override
  public CompletionStage<EventId> leave(UserId user, RoomId room) {
    return call(core -> core.leave(user, room));
  }

  @Override
  public CompletionStage<EventId> send(
      UserId user, RoomId room, String type, Optional<String> stateKey, JsonObject content) {
    return call(core -> core.send(user, room, type, stateKey, content));
  }

  @Override
  public CompletionStage<EventId> redact(UserId user, RoomId room, EventId event) {
    return call(core -> core.redact(user, room, event));
  }

  @Override
  public CompletionStage<List<RoomSummary>> rooms() {
    return call(Messaging::rooms);
  }

  @Override
  public CompletionStage<List<RoomEvent>> memberships(UserId user) {
    return call(core -> core.memberships(user));
  }

  @Override
  public CompletionStage<List<RoomEvent>> state(RoomId room) {
    return call(core -> core.state(room));
  }

  @Override
  public CompletionStage<List<RoomEvent>> timeline(RoomId room, int limit) {
    return call(core -> core.timeline(room, limit));
  }

  @Override
  public CompletionStage<Integer> backfill(RoomId room, int limit) {
    return call(core -> core.backfill(room, limit));
  }

  @Override
  public CompletionStage<AliasTarget> resolve(RoomAlias alias) {
    return call(core -> core.resolve(alias));
  }
}
