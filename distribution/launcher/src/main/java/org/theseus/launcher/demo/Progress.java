package org.theseus.launcher.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Tells a person how far the demo is, with the seconds since it began. */
final class Progress {
  private final PrintStream out;
  private final long started = System.nanoTime();

  Progress(PrintStream out) {
    this.out = out;
  }

  void tell(String message) {
    out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - started) / 1e9, message);
    out.flush();
  }
}
