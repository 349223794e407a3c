package org.theseus.pdu.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Work begun elsewhere. */
@Timeout(60)
class ToolsTest {
  @TempDir Path folder;

  static Stream<Throwable> failures() {
    return Stream.of(new IllegalStateException("broken"), new StackOverflowError("too deep"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void tellsWhateverTheWorkThrows(Throwable failure) {
    try (World world = new World(folder)) {
      TestServer server = world.server("a.example");

      CompletionStage<String> begun = server.core().tools().begin(() -> fail(failure));

      assertThat(begun)
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .havingRootCause()
          .isSameAs(failure);
    }
  }

  private static CompletionStage<String> fail(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }
}
