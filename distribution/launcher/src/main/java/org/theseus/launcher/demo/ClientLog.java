package org.theseus.launcher.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what a server's client has asked of the other one. */
final class ClientLog {
  private static final Pattern LINE =
      Pattern.compile("(\\S+) (\\S+) (\\S+) (\\S+) (\\S+) (\\d+) ms");

  /**
   * A request of the client.
   *
   * @param outcome the status, or the name of the failure
   */
  record Call(Interval time, String method, String path, String outcome) {
    /** Refused, reset, timed out, or answered with 5xx. */
    boolean failed() {
      return !outcome.matches("[1-4][0-9][0-9]");
    }

    boolean isSend() {
      return method.equals("PUT") && path.startsWith("/_matrix/federation/v1/send/");
    }
  }

  private ClientLog() {}

  static List<Call> read(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(ClientLog::call).toList();
    } catch (NoSuchFileException nothingAsked) {
      return List.of();
    }
  }

  private static Call call(String line) {
    Matcher fields = LINE.matcher(line);
    if (!fields.matches()) {
      throw new IllegalStateException("not a line of a client's log: " + line);
    }
    Instant end = OffsetDateTime.parse(fields.group(1)).toInstant();
    Instant start = end.minusMillis(Long.parseLong(fields.group(6)));
    return new Call(new Interval(start, end), fields.group(2), fields.group(4), fields.group(5));
  }
}
