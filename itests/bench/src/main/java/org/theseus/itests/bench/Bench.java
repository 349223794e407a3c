package org.theseus.itests.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks and holds their ratios against what is wanted. */
public final class Bench {
  private static final int WARM_UPS = 5;
  private static final int MEASUREMENTS = 8;
  private static final TimeValue EACH = TimeValue.seconds(1);

  private final Map<String, Double> times = new HashMap<>();

  private Bench(Iterable<RunResult> results) {
    for (RunResult result : results) {
      String benchmark = result.getParams().getBenchmark();
      StringBuilder name = new StringBuilder(benchmark.substring(benchmark.lastIndexOf('.') + 1));
      Map<String, String> parameters = new TreeMap<>();
      for (String key : result.getParams().getParamsKeys()) {
        parameters.put(key, result.getParams().getParam(key));
      }
      parameters.values().forEach(value -> name.append(' ').append(value));
      // The best of the iterations is the one that was disturbed least.
      times.put(name.toString(), result.getPrimaryResult().getStatistics().getMin());
    }
  }

  /**
   * Runs.
   *
   * @param arguments options of JMH, or {@code hull} or {@code transactions} for a server's parts
   */
  public static void main(String... arguments) throws Exception {
    if (List.of(arguments).equals(List.of("hull"))) {
      System.exit(Ratio.tell(HullBench.run()) ? 0 : 1);
    }
    if (List.of(arguments).equals(List.of("transactions"))) {
      System.exit(Ratio.tell(TransactionsBench.run()) ? 0 : 1);
    }
    System.exit(Ratio.tell(grammar(arguments)) ? 0 : 1);
  }

  private static List<Ratio> grammar(String... arguments)
      throws RunnerException, CommandLineOptionException, IOException {
    CommandLineOptions given = new CommandLineOptions(arguments);
    if (given.shouldHelp()) {
      given.showHelp();
      return List.of();
    }
    if (given.shouldList()) {
      new Runner(given).list();
      return List.of();
    }
    Options options =
        new OptionsBuilder()
            .parent(given)
            .shouldFailOnError(true)
            .forks(given.getForkCount().orElse(1))
            .warmupIterations(given.getWarmupIterations().orElse(WARM_UPS))
            .warmupTime(given.getWarmupTime().orElse(EACH))
            .measurementIterations(given.getMeasurementIterations().orElse(MEASUREMENTS))
            .measurementTime(given.getMeasurementTime().orElse(EACH))
            .build();
    List<Ratio> ratios = new Bench(new Runner(options).run()).ratios();
    if (!given.getIncludes().isEmpty()) {
      // Who named some benchmarks has no time for the others.
      ratios.removeIf(ratio -> !ratio.isMeasured());
    }
    return ratios;
  }

  private List<Ratio> ratios() {
    List<Ratio> ratios = new ArrayList<>();
    ratios.add(
        new Ratio("content hash and event id / verification", ratio("hash", "verify"), 0.2, true));
    ratios.add(
        new Ratio(
            "speed-up of 1,000 events on all cores / of bare signatures",
            ratio("events 1", "events all") / ratio("bare 1", "bare all"),
            0.9,
            false));
    for (String version : List.of("11", "12")) {
      ratios.add(
          new Ratio(
              "version " + version + ", 10 events: 50,000 members / 500",
              ratio("resolve 50000/10 " + version, "resolve 500/10 " + version),
              1.5,
              true));
      ratios.add(
          new Ratio(
              "version " + version + ", 100 events: 10,000 members / 500",
              ratio("resolve 10000/100 " + version, "resolve 500/100 " + version),
              3,
              true));
    }
    return ratios;
  }

  private double ratio(String one, String other) {
    return times.getOrDefault(one, Double.NaN) / times.getOrDefault(other, Double.NaN);
  }
}
