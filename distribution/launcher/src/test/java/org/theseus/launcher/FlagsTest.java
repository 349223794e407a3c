package org.theseus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlagsTest {
  private static Flags parse(String... arguments) throws Failure {
    return Flags.parse(List.of(arguments), Set.of("home"), Set.of("json"));
  }

  @Test
  void readsValuesAndSwitches() throws Failure {
    Flags flags = parse("--home", "/h", "--json");

    assertThat(flags.value("home")).contains("/h");
    assertThat(flags.has("json")).isTrue();
    assertThat(flags.words()).isEmpty();
  }

  @Test
  void leavesFlagsBehindTheFirstWordToTheCommand() throws Failure {
    Flags flags = parse("--home=/h", "timeline", "!r:a", "--json", "--limit", "3");

    assertThat(flags.has("json")).isFalse();
    assertThat(flags.words()).containsExactly("timeline", "!r:a", "--json", "--limit", "3");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse("--hme", "/h"))
        .withMessage("unknown flag --hme")
        .satisfies(failure -> assertThat(failure.status()).isEqualTo(2));
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse("--home"))
        .withMessage("--home needs a value");
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse("--home", "a", "--home", "b"))
        .withMessage("--home is given twice");
  }
}
