package org.theseus.persistence.sqlite;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.theseus.persistence.api.UnitOfWork;

/**
 * A process to be killed: several threads write units of two settings each, and print what was
 * acknowledged, until someone ends it.
 */
final class CrashingWriter {
  static final int THREADS = 4;

  private CrashingWriter() {}

  /**
   * Writes for ever.
   *
   * @param arguments the file, and a name for this round
   */
  public static void main(String... arguments) {
    SqliteStore store = new SqliteStore(Path.of(arguments[0]), SqliteStore.Limits.DEFAULT);
    store.open();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (int i = 0; i < THREADS; i++) {
      String prefix = arguments[1] + "." + i + ".";
      new Thread(() -> writeForEver(store, prefix, out)).start();
    }
  }

  private static void writeForEver(SqliteStore store, String prefix, PrintStream out) {
    for (int n = 0; true; n++) {
      String key = prefix + n;
      // Printed where answers are told, in one write: a line is an acknowledgement.
      store.run(unit -> write(unit, key));
      out.println(key);
    }
  }

  private static boolean write(UnitOfWork unit, String key) {
    unit.settings().put("left." + key, "1");
    unit.settings().put("right." + key, "1");
    return true;
  }
}
