package org.theseus.ops.shell;

import java.nio.charset.StandardCharsets;
import org.theseus.protocol.api.JsonValue;

/** Prints what commands have to say, as UTF-8 whatever this process's locale is. */
final class Output {
  private Output() {}

  /**
   * Prints a line of the result; control characters in it, which others may have sent, do not act.
   */
  static void line(String text) {
    System.out.writeBytes(bytes(text));
  }

  /** Prints the result for machines. */
  static void json(JsonValue value) {
    System.out.writeBytes(value.toBytes());
    System.out.writeBytes(bytes(""));
    System.out.flush();
  }

  /** Prints how far the work is. */
  static void progress(String text) {
    System.err.writeBytes(bytes(text));
  }

  /** Replaces the characters by which a text could steer a terminal. */
  static String harmless(String text) {
    return text.replaceAll("\\p{Cc}", "\uFFFD");
  }

  private static byte[] bytes(String line) {
    return (harmless(line) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
