package org.theseus.protocol.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class InParallelTest {
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private final ExecutorService pool = Executors.newFixedThreadPool(2);
  private final AtomicInteger calls = new AtomicInteger();

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private int counted(int number) {
    calls.incrementAndGet();
    return -number;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 1_000})
  void appliesToEachOnceAndKeepsTheOrder(int count) {
    assertThat(InParallel.map(numbers(count), this::counted, pool))
        .isEqualTo(IntStream.range(0, count).mapToObj(number -> -number).toList());

    assertThat(calls).hasValue(count);
  }

  static Stream<Executor> executorsOfNoHelp() {
    AtomicInteger accepted = new AtomicInteger();
    return Stream.of(
        Runnable::run,
        dropped -> {},
        refused -> {
          throw new RejectedExecutionException();
        },
        task -> {
          if (accepted.incrementAndGet() > 1) {
            throw new RejectedExecutionException();
          }
        },
        twice -> {
          twice.run();
          twice.run();
        });
  }

  @ParameterizedTest
  @MethodSource("executorsOfNoHelp")
  void doesWhatTheExecutorDoesNot(Executor executor) {
    assertThat(InParallel.map(numbers(100), this::counted, executor)).hasSize(100);

    assertThat(calls).hasValue(100);
  }

  @Test
  void endsOnTheOnlyThreadOfThePool() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      Function<Integer, List<Integer>> nested =
          number -> InParallel.map(numbers(20), this::counted, one);

      assertThat(one.submit(() -> InParallel.map(numbers(20), nested, one)).get()).hasSize(20);
    } finally {
      one.shutdownNow();
    }

    assertThat(calls).hasValue(400);
  }

  @Test
  void worksOnSeveralThreadsAtOnce() {
    assumeThat(CORES).isGreaterThan(1);
    CyclicBarrier both = new CyclicBarrier(2);

    // each of the two chunks waits for the other to have begun
    List<Thread> threads =
        InParallel.map(
            numbers(16),
            number -> {
              if (number % 8 == 0) {
                await(both);
              }
              return Thread.currentThread();
            },
            pool);

    assertThat(threads.get(0)).isNotSameAs(threads.get(8));
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }

  @Test
  void handsOutNoMoreThanATaskForEachOtherCore() {
    List<Runnable> tasks = new ArrayList<>();

    InParallel.map(numbers(10_000), this::counted, tasks::add);

    assertThat(tasks).hasSize(CORES - 1);
    tasks.forEach(Runnable::run);
    assertThat(calls).hasValue(10_000);
  }

  @Test
  void tellsWhatTheFunctionThrowsAndBeginsNoMore() {
    IllegalStateException broken = new IllegalStateException("broken");
    List<Runnable> late = new ArrayList<>();

    assertThatThrownBy(
            () ->
                InParallel.map(
                    numbers(100),
                    number -> {
                      if (number == 50) {
                        throw broken;
                      }
                      return counted(number);
                    },
                    late::add))
        .isSameAs(broken);

    int before = calls.get();
    late.forEach(Runnable::run);
    assertThat(calls).hasValue(before);
  }

  @Test
  void stopsWhenInterruptedAndStaysSo() {
    List<Runnable> late = new ArrayList<>();

    assertThatThrownBy(
            () ->
                InParallel.map(
                    numbers(100),
                    number -> {
                      if (number == 10) {
                        Thread.currentThread().interrupt();
                      }
                      return counted(number);
                    },
                    late::add))
        .isInstanceOf(CancellationException.class);

    assertThat(Thread.interrupted()).isTrue();
    late.forEach(Runnable::run);
    // the chunk that was begun is ended
    assertThat(calls).hasValue(16);
  }
}
