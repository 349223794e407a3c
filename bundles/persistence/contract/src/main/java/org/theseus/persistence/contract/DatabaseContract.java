package org.theseus.persistence.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.theseus.persistence.api.EventStore;
import org.theseus.persistence.api.PersistenceException;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.TransientException;

/** What a database promises about units of work. */
@Timeout(60)
public interface DatabaseContract extends StoreContract {
  /** A failure of a caller's own. */
  final class OwnFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private Optional<String> setting(String name) {
    return database().run(unit -> unit.settings().get(name));
  }

  @Test
  default void answersWhatTheWorkAnswers() {
    assertThat(database().<Integer>run(unit -> 42)).isEqualTo(42);
    assertThat(database().submit(unit -> "yes").toCompletableFuture().join()).isEqualTo("yes");
    assertThat(database().<Void>run(unit -> null)).isNull();
  }

  @Test
  default void keepsNothingOfAUnitThatFails() {
    in(unit -> unit.settings().put("before", "kept"));

    assertThatThrownBy(
            () ->
                in(
                    unit -> {
                      unit.settings().put("before", "overwritten");
                      unit.settings().put("half", "done");
                      throw new OwnFailure();
                    }))
        .isInstanceOf(OwnFailure.class);

    assertThat(setting("before")).contains("kept");
    assertThat(setting("half")).isEmpty();
  }

  @Test
  default void keepsTheNeighboursOfAUnitThatFails() {
    // given a database that is kept busy, so that the next units are likely to share a commit
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<Boolean> busy = database().submit(unit -> await(go)).toCompletableFuture();

    // when one of three fails
    List<CompletableFuture<Boolean>> units = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String name = "n" + i;
      boolean fails = i == 1;
      units.add(
          database()
              .submit(
                  unit -> {
                    unit.settings().put(name, "there");
                    if (fails) {
                      throw new OwnFailure();
                    }
                    return true;
                  })
              .toCompletableFuture());
    }
    go.countDown();
    busy.join();

    // then the others are there
    assertThat(units.get(0).join()).isTrue();
    assertThatThrownBy(() -> units.get(1).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(OwnFailure.class);
    assertThat(units.get(2).join()).isTrue();
    assertThat(setting("n0")).contains("there");
    assertThat(setting("n1")).isEmpty();
    assertThat(setting("n2")).contains("there");
  }

  @Test
  default void anErrorThrownByAUnitIsToldAndHarmsNobody() {
    assertThatThrownBy(
            () ->
                in(
                    unit -> {
                      throw new StackOverflowError();
                    }))
        .satisfiesAnyOf(
            thrown -> assertThat(thrown).isInstanceOf(StackOverflowError.class),
            thrown -> assertThat(thrown).hasCauseInstanceOf(StackOverflowError.class));

    assertThat(database().<Integer>run(unit -> 1)).isEqualTo(1);
  }

  @Test
  default void undoesAUnitWhoseQueryFailedEvenIfItGoesOn() {
    assertThatThrownBy(
            () ->
                in(
                    unit -> {
                      unit.settings().put("swallowed", "yes");
                      try {
                        // A state that does not exist cannot be a room's.
                        unit.events().put(Samples.accepted("e", 4711), EventStore.Placement.LIVE);
                      } catch (PersistenceException swallowed) {
                        unit.settings().put("after", "yes");
                      }
                    }))
        .isInstanceOf(PersistenceException.class);

    assertThat(setting("swallowed")).isEmpty();
    assertThat(setting("after")).isEmpty();
  }

  @Test
  default void runsTheUnitsOfOneThreadInTheirOrder() {
    List<CompletableFuture<String>> seen =
        IntStream.range(0, 200)
            .mapToObj(
                i ->
                    database()
                        .submit(
                            unit -> {
                              String before = unit.settings().get("order").orElse("");
                              unit.settings().put("order", Integer.toString(i));
                              return before;
                            })
                        .toCompletableFuture())
            .toList();

    assertThat(seen.stream().map(CompletableFuture::join))
        .startsWith("", "0", "1")
        .endsWith("197", "198");
  }

  @Test
  default void runsOneUnitAtATime() {
    // given many threads that count with a gap between reading and writing
    int threads = 8;
    int each = 100;
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      all.add(done);
      Thread thread =
          new Thread(
              () -> {
                try {
                  LongStream.range(0, each).forEach(n -> in(DatabaseContract::countUp));
                  done.complete(null);
                } catch (RuntimeException failed) {
                  done.completeExceptionally(failed);
                }
              });
      thread.setDaemon(true);
      thread.start();
    }
    all.forEach(CompletableFuture::join);

    assertThat(setting("count")).contains(Integer.toString(threads * each));
  }

  private static void countUp(UnitOfWork unit) {
    int count = unit.settings().get("count").map(Integer::parseInt).orElse(0);
    unit.settings().put("count", Integer.toString(count + 1));
  }

  @Test
  default void whatAUnitWroteIsThereOnceItsAnswerIsTold() {
    CompletableFuture<Optional<String>> readAfter =
        database()
            .submit(
                unit -> {
                  unit.settings().put("seen", "yes");
                  return true;
                })
            .thenCompose(done -> database().submit(unit -> unit.settings().get("seen")))
            .toCompletableFuture();

    assertThat(readAfter.join()).contains("yes");
  }

  @Test
  default void tellsAnswersOnAThreadThatRunsNoQueries() {
    Thread queries = database().run(unit -> Thread.currentThread());
    CountDownLatch go = new CountDownLatch(1);

    // when the answer is awaited before it can be there
    CompletableFuture<Thread> told =
        database()
            .submit(unit -> await(go))
            .thenApply(answer -> Thread.currentThread())
            .toCompletableFuture();
    go.countDown();

    assertThat(told.join()).isNotSameAs(queries).isNotSameAs(Thread.currentThread());
  }

  @Test
  default void reactionsMayRunUnitsThemselves() {
    List<CompletableFuture<Boolean>> all =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    database()
                        .submit(unit -> i)
                        .thenApply(
                            n ->
                                database()
                                    .<Boolean>run(
                                        unit -> {
                                          unit.settings().put("r" + n, "x");
                                          return true;
                                        }))
                        .toCompletableFuture())
            .toList();

    assertThat(all).allSatisfy(one -> assertThat(one.join()).isTrue());
  }

  @Test
  default void refusesAUnitInsideAUnit() {
    assertThatThrownBy(() -> in(unit -> database().run(inner -> 1)))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> in(unit -> database().submit(inner -> 1)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(database().<Integer>run(unit -> 1)).isEqualTo(1);
  }

  @Test
  default void refusesPortsOutsideTheirUnit() {
    AtomicReference<UnitOfWork> leaked = new AtomicReference<>();
    in(leaked::set);

    assertThatThrownBy(() -> leaked.get().settings().get("x"))
        .isInstanceOf(IllegalStateException.class);
    in(
        open ->
            assertThatThrownBy(() -> elsewhere(() -> open.settings().get("x")))
                .hasRootCauseInstanceOf(IllegalStateException.class));
  }

  private static void elsewhere(Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
                done.complete(null);
              } catch (RuntimeException failed) {
                done.completeExceptionally(failed);
              }
            });
    thread.start();
    done.join();
  }

  @Test
  default void keepsWhatWasToldWhenOpenedAgain() {
    List<CompletableFuture<Boolean>> told =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    database()
                        .submit(
                            unit -> {
                              unit.settings().put("k" + i, "v" + i);
                              return true;
                            })
                        .toCompletableFuture())
            .toList();
    told.forEach(CompletableFuture::join);

    close();
    open();

    assertThat(IntStream.range(0, 100).filter(i -> setting("k" + i).equals(Optional.of("v" + i))))
        .hasSize(100);
  }

  @Test
  default void runsWhatWaitsWhenItIsClosed() {
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<Boolean> busy = database().submit(unit -> await(go)).toCompletableFuture();
    CompletableFuture<Boolean> waiting =
        database()
            .submit(
                unit -> {
                  unit.settings().put("waited", "yes");
                  return true;
                })
            .toCompletableFuture();
    go.countDown();

    close();

    assertThat(busy).isCompletedWithValue(true);
    assertThat(waiting).isCompletedWithValue(true);
    open();
    assertThat(setting("waited")).contains("yes");
  }

  @Test
  default void refusesUnitsOnceClosedAndMayBeClosedAgain() {
    var closed = database();
    close();
    close();

    assertThatThrownBy(() -> closed.run(unit -> 1)).isInstanceOf(TransientException.class);
    assertThatThrownBy(() -> closed.submit(unit -> 1).toCompletableFuture().join())
        .hasCauseInstanceOf(TransientException.class);
    open();
  }

  @Test
  default void closingKeepsAnInterrupt() {
    Thread.currentThread().interrupt();
    close();

    assertThat(Thread.interrupted()).isTrue();
    open();
  }

  @Test
  default void holdsSeveralNamesApart() {
    in(unit -> Set.of("a", "b").forEach(name -> unit.settings().put(name, "value of " + name)));
    in(unit -> unit.settings().put("a", "changed"));

    assertThat(setting("a")).contains("changed");
    assertThat(setting("b")).contains("value of b");
    assertThat(setting("c")).isEmpty();
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
