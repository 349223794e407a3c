package org.theseus.protocol.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {
  @ParameterizedTest
  @CsvSource({
    "matrix.org, matrix.org, , false",
    "matrix.org:8888, matrix.org, 8888, false",
    "1.2.3.4, 1.2.3.4, , true",
    "1.2.3.4:1234, 1.2.3.4, 1234, true",
    "[1234:5678::abcd], [1234:5678::abcd], , true",
    "[1234:5678::abcd]:5678, [1234:5678::abcd], 5678, true",
    "[::ffff:1.2.3.4]:1, [::ffff:1.2.3.4], 1, true",
    "localhost:08448, localhost, 8448, false",
    "UPPER-case.Example, UPPER-case.Example, , false",
    "1.2.3.4.5, 1.2.3.4.5, , false",
    "domain, domain, , false"
  })
  void takesServerNamesApart(String name, String host, Integer port, boolean literal) {
    ServerName server = ServerName.of(name);
    assertThat(server.value()).isEqualTo(name);
    assertThat(server.host()).isEqualTo(host);
    assertThat(server.port()).isEqualTo(port == null ? OptionalInt.empty() : OptionalInt.of(port));
    assertThat(server.isIpLiteral()).isEqualTo(literal);
    assertThat(ServerName.parse(name)).contains(server);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":8448",
        "a:",
        "a:b",
        "a:123456",
        "a:-1",
        "a b",
        "a/b",
        "a@b",
        "[::1",
        "::1",
        "[]",
        "[:]",
        "[::1]a",
        "[::1]:",
        "[g::1]",
        "a:80:80",
        "é.org",
        "a_b",
        "a\n",
        "a.org\u0000",
        " a",
        "http://a",
        "a?b",
        "a#b",
        "a%41"
      })
  void refusesWhatIsNoServerName(String name) {
    assertThat(ServerName.parse(name)).isEmpty();
    assertThatExceptionOfType(InvalidIdentifierException.class)
        .isThrownBy(() -> ServerName.of(name))
        .withMessageStartingWith("not a server name: ");
  }

  @Test
  void boundsServerNames() {
    assertThat(ServerName.parse("a".repeat(255))).isPresent();
    assertThat(ServerName.parse("a".repeat(256))).isEmpty();
    assertThat(ServerName.parse("a".repeat(100_000))).isEmpty();
  }

  @Test
  void tellsServerNamesApartByCase() {
    assertThat(ServerName.of("matrix.org")).isNotEqualTo(ServerName.of("MATRIX.ORG"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          @alice:example.org      | alice | example.org
          @alice:example.org:8448 | alice | example.org:8448
          @a:[::1]:80             | a     | [::1]:80
          @:example.org           | ``    | example.org
          @Ünï=/+ @#!$:1.2.3.4    | Ünï=/+ @#!$ | 1.2.3.4
          """)
  void takesUserIdsApart(String id, String localpart, String server) {
    assertThat(UserId.of(id).localpart()).isEqualTo(localpart);
    assertThat(UserId.of(id).server()).isEqualTo(ServerName.of(server));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "@alice",
        "alice:example.org",
        "@alice:",
        "@alice:exa mple",
        "@a\0b:example.org",
        "!a:b",
        "@a:b:c"
      })
  void refusesWhatIsNoUserId(String id) {
    assertThat(UserId.parse(id)).isEmpty();
    assertThatExceptionOfType(InvalidIdentifierException.class).isThrownBy(() -> UserId.of(id));
  }

  @Test
  void takesRoomIdsOfBothForms() {
    assertThat(RoomId.of("!opaque:example.org:80").server())
        .contains(ServerName.of("example.org:80"));
    assertThat(RoomId.of("!Nhcu5BS-UMnFX7hBVfVSoXiD7OgH6iRT-xyIuqDnpYQ").server()).isEmpty();
    assertThat(Stream.of("", "!", "room", "#a:b", "!a\0b").map(RoomId::parse))
        .allMatch(java.util.Optional::isEmpty);
  }

  @Test
  void takesAliasesApartAndBoundsThem() {
    assertThat(RoomAlias.of("#Räume und mehr:example.org").server())
        .isEqualTo(ServerName.of("example.org"));
    assertThat(RoomAlias.parse("#" + "a".repeat(252) + ":s")).isPresent();
    assertThat(
            Stream.of(
                "#" + "a".repeat(253) + ":s",
                "#" + "é".repeat(127) + ":s",
                "#a",
                "a:s",
                "#a:",
                "#a\0:s",
                ""))
        .allMatch(alias -> RoomAlias.parse(alias).isEmpty());
  }

  @Test
  void leavesEventIdsOpaque() {
    assertThat(EventId.of("$with/slash+plus:domain").value()).isEqualTo("$with/slash+plus:domain");
    assertThatExceptionOfType(InvalidIdentifierException.class).isThrownBy(() -> EventId.of(""));
  }

  @Test
  void ordersEventIdsAndSlotsByCodePoints() {
    assertThat(Stream.of("$😀", "$～", "$a", "$").map(EventId::of).sorted().map(EventId::value))
        .containsExactly("$", "$a", "$～", "$😀");
    assertThat(
            Stream.of(new StateKey("b", "a"), new StateKey("a", "😀"), new StateKey("a", "～"))
                .sorted()
                .map(StateKey::key))
        .containsExactly("～", "😀", "a");
  }

  @Test
  void showsOnlyTheBeginningOfWhatIsMalformed() {
    assertThat(new InvalidIdentifierException("user id", "x".repeat(1000)))
        .message()
        .hasSize("not a user id: ".length() + 80);
  }

  @Test
  void knowsKeysOfTheOneAlgorithm() {
    assertThat(List.of(KeyId.of("ed25519:a_1"), KeyId.of("ed25519:"))).allMatch(KeyId::isEd25519);
    assertThat(List.of(KeyId.of("ed25519"), KeyId.of("rsa:1"), KeyId.of("")))
        .noneMatch(KeyId::isEd25519);
  }
}
