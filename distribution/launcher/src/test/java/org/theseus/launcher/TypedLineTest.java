package org.theseus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypedLineTest {
  private static List<String> words(String line) throws Failure {
    return TypedLine.words(line).orElseThrow();
  }

  @Test
  void idsArriveAsTyped() throws Failure {
    assertThat(words("join @bob:[::1]:8448 #ship:a --via [::1]:8448"))
        .containsExactly("join", "@bob:[::1]:8448", "#ship:a", "--via", "[::1]:8448");
    assertThat(words(" redact @a:b  !room\t$event-_1 "))
        .containsExactly("redact", "@a:b", "!room", "$event-_1");
  }

  @Test
  void quotesKeepWordsTogetherAndTheirTextAsItIs() throws Failure {
    assertThat(words("send @a:b !r \"it's; $(here) | {x}\""))
        .containsExactly("send", "@a:b", "!r", "it's; $(here) | {x}");
    assertThat(words("send --state-key '' --content='{\"a\": \"\\n\"}'"))
        .containsExactly("send", "--state-key", "", "--content={\"a\": \"\\n\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layers | grep core",
        "rooms; layers",
        "each [a b] { echo $it }",
        "timeline $(create @a:b)",
        "room = $(create @a:b)",
        "n=5"
      })
  void pipesAndVariablesAreGogos(String line) throws Failure {
    assertThat(TypedLine.words(line)).isEmpty();
  }

  @Test
  void aQuoteThatIsNotClosedIsUnusable() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> TypedLine.words("send @a:b !r don't"))
        .withMessage("a quote is not closed: '")
        .satisfies(failure -> assertThat(failure.status()).isEqualTo(2));
  }
}
