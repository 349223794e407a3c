package org.theseus.itests.bench;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.VerifyKey;

/** A thousand events verified, and as many bare signatures, on one core and on all. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class VerifyBenchmark {
  private static final int EVENTS = 1_000;

  /** How many threads; "all" is as many as there are cores. */
  @Param({"1", "all"})
  public String threads;

  private final RoomVersion version = Subjects.version("11");
  private final List<Event> events = Subjects.messages(version, EVENTS);
  private final VerifyKey key = Subjects.verifyKey();
  private final byte[] bytes = events.get(0).json().toSortedBytes();
  private final byte[] signature = Subjects.sign(bytes);
  private ExecutorService executor;
  private List<Callable<Boolean>> bareOnes;

  /** Starts the threads. */
  @Setup
  public void start() {
    executor =
        Executors.newFixedThreadPool(
            threads.equals("all")
                ? Runtime.getRuntime().availableProcessors()
                : Integer.parseInt(threads));
    bareOnes =
        IntStream.range(0, EVENTS)
            .<Callable<Boolean>>mapToObj(
                i -> () -> Subjects.ED25519.verify(key.publicKey(), bytes, signature))
            .toList();
  }

  /** Stops the threads. */
  @TearDown
  public void stop() {
    executor.shutdownNow();
  }

  /** Verifies the events, on one of the threads and whatever others there are. */
  @Benchmark
  public void events() throws InterruptedException, ExecutionException {
    Callable<Boolean> all =
        () ->
            version.verifyAll(events, (server, id) -> Optional.of(key), executor).stream()
                .allMatch(SignatureVerdict.Valid.class::isInstance);
    run(List.of(all));
  }

  /** Verifies nothing but signatures. */
  @Benchmark
  public void bare() throws InterruptedException, ExecutionException {
    run(bareOnes);
  }

  private void run(List<Callable<Boolean>> tasks) throws InterruptedException, ExecutionException {
    for (Future<Boolean> verified : executor.invokeAll(tasks)) {
      if (!verified.get()) {
        throw new IllegalStateException("a signature is false");
      }
    }
  }
}
