package org.theseus.transport.core.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                                        | 86400",
        "cache-control=max-age=300                               | 300",
        "cache-control=public, MAX-AGE=300, must-revalidate      | 300",
        "cache-control=s-maxage=300                              | 86400",
        "cache-control=max-age=0                                 | 0",
        "cache-control=max-age=soon                              | 86400",
        "cache-control=no-store                                  | 0",
        "cache-control=max-age=300, no-cache                     | 0",
        "cache-control=max-age=300;age=100                       | 200",
        "cache-control=max-age=300;age=x                         | 300",
        "cache-control=max-age=300;expires=Mon, 23 Nov 2026 13:00:00 GMT | 300",
        "expires=Mon, 23 Nov 2026 13:00:00 GMT                   | 3600",
        "expires=Mon, 23 Nov 2026 13:00:00 GMT;date=Mon, 23 Nov 2026 12:30:00 GMT | 1800",
        "expires=Mon, 23 Nov 2026 11:00:00 GMT                   | -3600",
        "expires=0                                               | 0",
        "cache-control=max-age=9999999999                        | 9999999999",
        "cache-control=max-age=99999999999999999999              | 9999999999",
      })
  void headersTellHowLongAnAnswerIsGood(String headers, long seconds) {
    Map<String, String> all = new HashMap<>();
    Stream.of(headers == null ? new String[0] : headers.split(";"))
        .map(header -> header.split("=", 2))
        .forEach(header -> all.put(header[0].strip(), header[1].strip()));

    assertThat(Freshness.of(all, NOW)).hasSeconds(seconds);
  }
}
