package org.theseus.transport.jettyserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedTest {
  /** The examples of RFC 7239, and what strangers may write before what a proxy adds. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          for="_gazonk"                                        | _gazonk
          For="[2001:db8:cafe::17]:4711"                       | [2001:db8:cafe::17]:4711
          for=192.0.2.60;proto=http;by=203.0.113.43            | 192.0.2.60
          for=192.0.2.43, for=198.51.100.17                    | 192.0.2.43 198.51.100.17
          proto=https;host="a,b;for=no";for="192.0.2.1:80"     | 192.0.2.1:80
          by=203.0.113.43 , for=192.0.2.1                      | ? 192.0.2.1
          for="10.0.0.1, for=192.0.2.1                         | ? 192.0.2.1
          for=10.0.0.1;x=", for="[2001:db8::1]"                | ? [2001:db8::1]
          x="a\\", for=10.0.0.1, for=192.0.2.1                 | ? 10.0.0.1 192.0.2.1
          rubbish                                              | ?
          for="a\\"b"                                          | a"b
          """)
  void tellsForWhomEachProxyAsked(String line, String clients) {
    assertThat(Forwarded.clients(List.of(line)))
        .containsExactly(clients.replace("?", "").split(" ", -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x=\"|a|",
        "|a=b;|x",
        "x=\"|,|",
        "|a=\",|",
        "x=\"|\\\"|",
        "|a=\",\";|for=",
        "for=a|, , |",
        "x=\"|,for=\\\"|"
      })
  void howeverMuchAStrangerWritesTheLastIsRead(String pattern) {
    String[] parts = pattern.split("\\|", -1);
    String written = parts[0] + parts[1].repeat(100_000 / parts[1].length()) + parts[2];
    assertThat(Forwarded.clients(List.of(written + ", for=192.0.2.1"))).endsWith("192.0.2.1");
  }

  @Test
  void valueMayBeLongAndComeLate() {
    String late = "a=\"b,\\\"\";".repeat(20_000) + "for=192.0.2.1";
    assertThat(Forwarded.clients(List.of("for=x, " + late))).containsExactly("x", "192.0.2.1");
  }

  @Test
  void whatLiesBeforeManyProxiesIsNotRead() {
    String many = "for=a, ".repeat(10_000) + "for=b";
    assertThat(Forwarded.clients(List.of(many, many))).hasSize(32).endsWith("a", "b");
  }

  @Test
  void linesFollowEachOther() {
    assertThat(Forwarded.clients(List.of("for=a, for=b", "for=c"))).containsExactly("a", "b", "c");
    assertThat(Forwarded.clients(List.of())).isEmpty();
  }
}
