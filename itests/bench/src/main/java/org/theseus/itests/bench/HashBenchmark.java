package org.theseus.itests.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.RoomVersion;

/** A typical event's canonical JSON and hashes, beside one verification of a signature over it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HashBenchmark {
  private final RoomVersion version = Subjects.version("11");
  private final Event event = Subjects.messages(version, 1).get(0);
  private final byte[] bytes = event.json().toSortedBytes();
  private final byte[] signature = Subjects.sign(bytes);
  private final byte[] publicKey = Subjects.publicKey();

  /** Content hash and event id. */
  @Benchmark
  public void hash(Blackhole blackhole) {
    blackhole.consume(version.contentHash(event.json()));
    blackhole.consume(version.eventId(event.json()));
  }

  /** A bare verification. */
  @Benchmark
  public boolean verify() {
    return Subjects.ED25519.verify(publicKey, bytes, signature);
  }
}
