package org.theseus.transport.core.discovery;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long an answer may be kept, by its headers.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111.html#section-4.2">RFC 9111, freshness</a>
 */
final class Freshness {
  /** "The recommended sensible default is 24 hours." */
  private static final Duration DEFAULT = Duration.ofDays(1);

  private static final Pattern NOT =
      Pattern.compile("(?:^|[ ,])no-(?:store|cache)(?:$|[ ,=])", Pattern.CASE_INSENSITIVE);
  private static final Pattern MAX_AGE =
      Pattern.compile("(?:^|[ ,])max-age *= *\"?([0-9]{1,10})", Pattern.CASE_INSENSITIVE);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  private Freshness() {}

  /**
   * Tells how long.
   *
   * @param headers of the answer, names in lower case
   */
  static Duration of(Map<String, String> headers, Instant now) {
    String control = headers.getOrDefault("cache-control", "");
    Matcher maxAge = MAX_AGE.matcher(control);
    if (NOT.matcher(control).find()) {
      return Duration.ZERO;
    }
    if (maxAge.find()) {
      return Duration.ofSeconds(Long.parseLong(maxAge.group(1))).minus(age(headers));
    }
    if (headers.containsKey("expires")) {
      // "invalid dates, especially '0', are in the past"
      return date(headers.get("expires"))
          .map(expires -> Duration.between(date(headers.get("date")).orElse(now), expires))
          .orElse(Duration.ZERO);
    }
    return DEFAULT;
  }

  private static Duration age(Map<String, String> headers) {
    String age = headers.getOrDefault("age", "");
    return NUMBER.matcher(age).matches() ? Duration.ofSeconds(Long.parseLong(age)) : Duration.ZERO;
  }

  private static Optional<Instant> date(String text) {
    try {
      return Optional.ofNullable(text)
          .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }
}
