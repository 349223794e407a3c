package org.theseus.launcher.event;

import java.io.InputStream;
import java.util.Set;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonValue;

/** {@code theseus event canonical} */
final class Canonical implements Operation {
  @Override
  public String help() {
    return """
    theseus event canonical

    Any JSON -> canonical JSON: members sorted by code points, no white space, integers within
    -(2^53 - 1) and 2^53 - 1 only, where -0 and 1e10 become 0 and 10000000000.

    Refused are fractions, other numbers, names that appear twice in an object, half a
    surrogate pair, and whatever is not UTF-8.
    """;
  }

  @Override
  public Set<String> valued() {
    return Set.of();
  }

  @Override
  public Answer answer(Flags flags, InputStream in) throws Failure {
    return new Answer(true, bytes(Input.json(in, Input.STDIN)));
  }

  /** Rewrites a value so that it is written canonically. */
  static JsonValue of(JsonValue value) throws Failure {
    return Grammar.JSON.read(bytes(value));
  }

  private static byte[] bytes(JsonValue value) throws Failure {
    try {
      return Grammar.SIGNED_JSON.canonical(value);
    } catch (JsonException noInteger) {
      throw Failure.usage(noInteger.error().error());
    }
  }
}
