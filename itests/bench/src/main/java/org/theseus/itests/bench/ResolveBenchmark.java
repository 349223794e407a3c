package org.theseus.itests.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateMap;

/** Two branches of small and large rooms resolved. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ResolveBenchmark {
  /** The room version: one of each algorithm in use. */
  @Param({"11", "12"})
  public String version;

  /** Members of the room, and events the branches differ by. */
  @Param({"500/10", "50000/10", "500/100", "10000/100"})
  public String size;

  private RoomVersion rules;
  private BenchRoom room;

  /** Builds the room. */
  @Setup
  public void build() {
    rules = Subjects.version(version);
    int slash = size.indexOf('/');
    room =
        new BenchRoom(
            rules,
            Integer.parseInt(size.substring(0, slash)),
            Integer.parseInt(size.substring(slash + 1)));
  }

  /** Resolves. */
  @Benchmark
  public StateMap resolve() {
    return rules.resolve(room.branches, room.events());
  }
}
