package org.theseus.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.TransientException;

/** Many submitters, failing units among them, and stores that close while they submit. */
@Timeout(120)
class StressTest {
  private static final int THREADS = 8;
  private static final int ACCOUNTS = 10;

  /** What was told: the oracle. */
  private final ConcurrentMap<String, AtomicInteger> told = new ConcurrentHashMap<>();

  private final AtomicInteger refused = new AtomicInteger();

  @TempDir Path folder;

  private static final class Undone extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void countersHoldWhatWasToldThroughThreeGenerations() {
    for (int generation = 0; generation < 3; generation++) {
      SqliteStore store =
          new SqliteStore(
              folder.resolve("theseus.db"),
              new SqliteStore.Limits(1_000, 50, Duration.ofSeconds(10), Duration.ofSeconds(5)));
      store.open();
      List<CompletableFuture<Void>> submitters = new ArrayList<>();
      boolean closedInTheMiddle = generation == 1;
      for (int i = 0; i < THREADS; i++) {
        int seed = generation * THREADS + i;
        submitters.add(inThread(() -> submitMany(store, new Random(seed), closedInTheMiddle)));
      }
      if (closedInTheMiddle) {
        store.close();
      }
      submitters.forEach(CompletableFuture::join);
      store.close();
    }

    SqliteStore last = new SqliteStore(folder.resolve("theseus.db"), SqliteStore.Limits.DEFAULT);
    last.open();
    for (int account = 0; account < ACCOUNTS; account++) {
      String name = "account" + account;
      int expected = told.getOrDefault(name, new AtomicInteger()).get();
      assertThat(last.<Integer>run(unit -> value(unit, name))).as(name).isEqualTo(expected);
    }
    last.close();
    assertThat(refused).hasPositiveValue();
  }

  private void submitMany(SqliteStore store, Random random, boolean untilRefused) {
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (int i = 0; i < 300 || (untilRefused && refused.get() == 0); i++) {
      String name = "account" + random.nextInt(ACCOUNTS);
      boolean fails = random.nextInt(5) == 0;
      answers.add(
          store
              .submit(unit -> count(unit, name, fails))
              .handle((counted, failure) -> note(name, failure))
              .toCompletableFuture());
      if (random.nextInt(10) == 0) {
        answers.get(answers.size() - 1).join();
      }
    }
    answers.forEach(CompletableFuture::join);
  }

  private static boolean count(UnitOfWork unit, String name, boolean fails) {
    unit.settings().put(name, Integer.toString(value(unit, name) + 1));
    if (fails) {
      throw new Undone();
    }
    return true;
  }

  private static int value(UnitOfWork unit, String name) {
    return unit.settings().get(name).map(Integer::parseInt).orElse(0);
  }

  private boolean note(String name, Throwable failure) {
    if (failure == null) {
      told.computeIfAbsent(name, any -> new AtomicInteger()).incrementAndGet();
    } else if (failure instanceof TransientException) {
      refused.incrementAndGet();
    } else {
      assertThat(failure).isInstanceOf(Undone.class);
    }
    return true;
  }

  private static CompletableFuture<Void> inThread(Runnable task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                task.run();
                done.complete(null);
              } catch (Throwable failed) {
                done.completeExceptionally(failed);
              }
            })
        .start();
    return done;
  }
}
