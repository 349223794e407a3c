package org.theseus.itests.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a Synapse says in its log of what another server is to it. */
record SynapseLog(Path file) {
  private static final Pattern BACK_OFF = Pattern.compile("backoff now|Not retrying server");

  /** A place in the log: its end just now. */
  int end() throws IOException {
    return Files.readString(file).length();
  }

  /** What it says of leaving a server alone, since a place in the log. */
  List<String> backOffs(String server, int since) throws IOException {
    Predicate<String> backsOff = BACK_OFF.asPredicate();
    return lines(since, line -> line.contains(server) && backsOff.test(line));
  }

  /** The attempts to deliver a transaction to a server that failed, since a place in the log. */
  List<String> failedSends(String server, int since) throws IOException {
    String failed = "Request failed: PUT matrix-federation://%s/_matrix/federation/v1/send/";
    return lines(since, line -> line.contains(failed.formatted(server)));
  }

  /** Those of {@link #failedSends} where the server answered, and not with 200. */
  List<String> refusedSends(String server, int since) throws IOException {
    return failedSends(server, since).stream()
        .filter(line -> line.contains("HttpResponseException"))
        .toList();
  }

  /** What it asked a server for at a path, since a place in the log. */
  List<String> asked(String server, String path, int since) throws IOException {
    String target = "matrix-federation://" + server + path;
    return lines(since, line -> line.contains(target));
  }

  private List<String> lines(int since, Predicate<String> wanted) throws IOException {
    return Files.readString(file).substring(since).lines().filter(wanted).toList();
  }
}
