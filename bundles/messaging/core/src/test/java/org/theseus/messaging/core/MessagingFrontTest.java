package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.messaging.api.Messaging;
import org.theseus.messaging.api.RoomSummary;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.TransientException;

/** Bridging the times when a layer is being replaced. */
@Timeout(30)
class MessagingFrontTest {
  private final MessagingFront front = new MessagingFront(Duration.ofSeconds(20));
  private final AtomicInteger calls = new AtomicInteger();

  @AfterEach
  void close() {
    front.close();
  }

  /** A core that answers every call with this. */
  private Messaging core(CompletableFuture<?> answer) {
    return core(() -> answer);
  }

  private Messaging core(Supplier<CompletableFuture<?>> answers) {
    return (Messaging)
        Proxy.newProxyInstance(
            Messaging.class.getClassLoader(),
            new Class<?>[] {Messaging.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return method.getName().equals("equals") ? proxy == arguments[0] : 0;
              }
              calls.incrementAndGet();
              return answers.get();
            });
  }

  private CompletableFuture<List<RoomSummary>> call() {
    return front.rooms().toCompletableFuture();
  }

  private void awaitCalls(int count) throws InterruptedException {
    while (calls.get() < count) {
      Thread.sleep(2);
    }
  }

  @Test
  void givenACoreThenItsAnswerIsTold() {
    front.bind(core(CompletableFuture.completedFuture(List.of())));

    assertThat(call().join()).isEmpty();
  }

  @Test
  void givenNoCoreThenTheCallWaitsForTheNextOne() throws Exception {
    CompletableFuture<List<RoomSummary>> waiting = call();
    assertThat(waiting).isNotDone();

    front.bind(core(CompletableFuture.completedFuture(List.of())));

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void givenTheCoreGoesAndSaysItCouldNotThenTheNextOneIsAsked() throws Exception {
    CompletableFuture<Object> first = new CompletableFuture<>();
    Messaging old = core(first);
    front.bind(old);
    CompletableFuture<List<RoomSummary>> waiting = call();
    awaitCalls(1);

    front.unbind(old);
    first.completeExceptionally(new TransientException("closing"));
    assertThat(waiting).isNotDone();
    front.bind(core(CompletableFuture.completedFuture(List.of())));

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(calls).hasValue(2);
  }

  @Test
  void givenTheCoreGoesButHadDoneItThenItIsNotDoneAgain() throws Exception {
    CompletableFuture<Object> first = new CompletableFuture<>();
    Messaging old = core(first);
    front.bind(old);
    CompletableFuture<List<RoomSummary>> waiting = call();
    awaitCalls(1);

    front.unbind(old);
    front.bind(core(CompletableFuture.failedFuture(new IllegalStateException("asked again"))));
    first.complete(List.of());

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(calls).hasValue(1);
  }

  @Test
  void givenAPeerThatIsAwayThenTheCallIsNotMadeAgain() {
    front.bind(core(CompletableFuture.failedFuture(new TransientException("b is away"))));

    assertThatThrownBy(() -> call().join())
        .hasCauseInstanceOf(TransientException.class)
        .hasMessageContaining("b is away");
    assertThat(calls).hasValue(1);
  }

  @Test
  void givenAPartBelowIsBeingReplacedThenTheCallIsMadeAgain() throws Exception {
    CompletableFuture<Object> answer = new CompletableFuture<>();
    AtomicInteger failures = new AtomicInteger(3);
    front.bind(
        core(
            () ->
                failures.getAndDecrement() > 0
                    ? CompletableFuture.failedFuture(new BeingReplacedException("rules"))
                    : answer));
    answer.complete(List.of());

    assertThat(call().get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(calls).hasValue(4);
  }

  @Test
  void givenAPartBelowDoesNotComeBackThenTheCallerIsToldInTime() {
    MessagingFront hasty = new MessagingFront(Duration.ofMillis(300));
    hasty.bind(core(CompletableFuture.failedFuture(new BeingReplacedException("rules"))));

    assertThatThrownBy(() -> hasty.rooms().toCompletableFuture().join())
        .hasCauseInstanceOf(BeingReplacedException.class);
    assertThat(calls.get()).isGreaterThan(1);
    hasty.close();
  }

  @Test
  void givenTheFrontIsReplacedWhileAPartBelowIsAwayThenTheCallerIsTold() throws Exception {
    front.bind(core(CompletableFuture.failedFuture(new BeingReplacedException("rules"))));
    CompletableFuture<List<RoomSummary>> waiting = call();
    awaitCalls(1);

    front.close();

    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(TransientException.class);
  }

  @Test
  void givenARefusalThenItIsToldEvenIfTheCoreHasGone() throws Exception {
    CompletableFuture<Object> first = new CompletableFuture<>();
    Messaging old = core(first);
    front.bind(old);
    CompletableFuture<List<RoomSummary>> waiting = call();
    awaitCalls(1);

    front.unbind(old);
    first.completeExceptionally(new MatrixException(403, "M_FORBIDDEN", "no"));

    assertThatThrownBy(waiting::join).hasCauseInstanceOf(MatrixException.class);
  }

  @Test
  void givenNoneComesBackThenATransientErrorSaysSo() {
    MessagingFront hasty = new MessagingFront(Duration.ofMillis(20));

    assertThatThrownBy(() -> hasty.rooms().toCompletableFuture().join())
        .hasCauseInstanceOf(TransientException.class)
        .hasMessageContaining("being replaced and is not back yet");
    hasty.close();
  }

  @Test
  void givenTheFrontItselfIsReplacedThenThoseWhoWaitAreTold() {
    CompletableFuture<List<RoomSummary>> waiting = call();

    front.close();

    assertThatThrownBy(waiting::join).hasCauseInstanceOf(TransientException.class);
    assertThatThrownBy(() -> call().join()).hasCauseInstanceOf(TransientException.class);
  }
}
