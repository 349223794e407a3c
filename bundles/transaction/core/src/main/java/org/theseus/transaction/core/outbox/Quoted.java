package org.theseus.transaction.core.outbox;

/** What a peer says, as people may be shown it: short, and in one line. */
final class Quoted {
  private static final int MOST = 200;

  private Quoted() {}

  static String of(String said) {
    StringBuilder shown = new StringBuilder();
    said.chars()
        .limit(MOST)
        .forEach(
            c -> {
              if (isPlain(c)) {
                shown.append((char) c);
              } else {
                shown.append(String.format("\\u%04x", c));
              }
            });
    return said.length() > MOST ? shown.append("...").toString() : shown.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
