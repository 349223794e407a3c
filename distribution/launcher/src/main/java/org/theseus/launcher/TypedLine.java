package org.theseus.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A line typed at the prompt of {@code theseus shell}. It is a command of literal words, as on any
 * shell's command line, parted by white space and kept together by {@code '} or {@code "}, so that
 * aliases ({@code #}) and event ids ({@code $}) arrive as typed. Only a line that has {@code |},
 * {@code ;}, <code>{</code> or {@code $(} outside quotes, or begins with {@code NAME =}, is Gogo's.
 */
final class TypedLine {
  private static final Pattern ASSIGNMENT = Pattern.compile("\\s*[A-Za-z_]\\w*\\s*=.*");

  private TypedLine() {}

  /**
   * Parts a line into its words.
   *
   * @return nothing if it is a line for Gogo
   * @throws Failure if a quote is not closed
   */
  static Optional<List<String>> words(String line) throws Failure {
    if (ASSIGNMENT.matcher(line).matches()) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false; // an empty word in quotes is one too
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        begun = true;
      } else if (Character.isWhitespace(c)) {
        if (begun) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
      } else if (c == '|' || c == ';' || c == '{' || line.startsWith("$(", i)) {
        return Optional.empty();
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (quote != 0) {
      throw Failure.usage("a quote is not closed: " + quote);
    }
    if (begun) {
      words.add(word.toString());
    }
    return Optional.of(words);
  }
}
