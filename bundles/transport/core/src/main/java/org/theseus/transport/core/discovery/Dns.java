package org.theseus.transport.core.discovery;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Asks the domain name system. Safe for many threads; never blocks, never fails. */
interface Dns {
  /**
   * What was found, if anything.
   *
   * @param records what was found
   * @param problem why nothing can be told now, or empty
   * @param lasts how long that is good for
   */
  record Found<T>(List<T> records, String problem, Duration lasts) implements Memory.Lasting {
    /** Copies the records. */
    public Found {
      records = List.copyOf(records);
    }

    static <T> Found<T> failed(String problem, Duration lasts) {
      return new Found<>(List.of(), problem, lasts);
    }

    boolean isFailed() {
      return !problem.isEmpty();
    }

    String text(Function<T, String> each) {
      return isFailed()
          ? problem
          : records.isEmpty()
              ? "none"
              : records.stream().map(each).collect(Collectors.joining(", "));
    }
  }

  /**
   * An SRV record.
   *
   * @param target the host, without a dot at its end; empty if there is decidedly no such service
   */
  record Service(int priority, int weight, int port, String target) {
    String text() {
      return priority + " " + weight + " " + port + " " + (target.isEmpty() ? "." : target);
    }
  }

  /** Looks up the addresses of a host, aliases followed. */
  CompletionStage<Found<InetAddress>> addresses(String host);

  /** Looks up SRV records. */
  CompletionStage<Found<Service>> services(String name);
}
