package org.theseus.transport.jettyserver;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the header {@code Forwarded}, from its end: the last proxy wrote that, and what comes
 * before may be a stranger's, with quotes that never end.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239</a>
 */
final class Forwarded {
  /** More proxies than anybody has before a server; what lies before them is a stranger's. */
  private static final int HOPS = 32;

  /** Nothing is tried again, and nothing takes up the stack, however long the header. */
  private static final String VALUE = "(?:\"(?:[^\"\\\\]|\\\\.)*+\"|[^\";,\\s]*+)";

  private static final Pattern ELEMENT =
      Pattern.compile("(?:\\s*+\\w++=VALUE\\s*+(?:;|$))++".replace("VALUE", VALUE));
  private static final Pattern FOR =
      Pattern.compile(
          "(?:\\s*+(?!for=)\\w++=VALUE\\s*+;)*+\\s*+for=(VALUE)".replace("VALUE", VALUE),
          Pattern.CASE_INSENSITIVE);

  private Forwarded() {}

  /**
   * Tells whom each proxy says that it asked for.
   *
   * @param lines the values of the header, in order
   * @return what the last of them say in {@code for}, in order; empty where they say nothing that
   *     can be read
   */
  static List<String> clients(List<String> lines) {
    List<String> clients = new ArrayList<>();
    for (int i = lines.size() - 1; i >= 0 && clients.size() < HOPS; i--) {
      read(lines.get(i), clients);
    }
    return clients;
  }

  private static void read(String line, List<String> clients) {
    int end = line.length();
    for (int comma = end; comma >= 0 && end >= 0 && clients.size() < HOPS; ) {
      comma = line.lastIndexOf(',', comma - 1);
      if (ELEMENT.matcher(line).region(comma + 1, end).matches()) {
        clients.add(0, client(line.substring(comma + 1, end)));
        end = comma;
      } else if (comma < 0) {
        clients.add(0, "");
      }
    }
  }

  private static String client(String element) {
    Matcher told = FOR.matcher(element);
    if (!told.lookingAt()) {
      return "";
    }
    String value = told.group(1);
    return value.startsWith("\"")
        ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
        : value;
  }
}
