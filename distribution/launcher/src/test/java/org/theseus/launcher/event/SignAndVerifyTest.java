package org.theseus.launcher.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonObject;

class SignAndVerifyTest {
  private static final String DOMAIN = " --server domain --key-id ed25519:1 --seed " + Typed.SEED;
  private static final String OTHER_SEED = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  private static final String OTHER = " --server other --key-id ed25519:o --seed " + OTHER_SEED;

  private static final String MINIMAL =
      """
      {"room_id": "!x:domain", "sender": "@a:domain", "origin": "domain",
       "origin_server_ts": 1000000, "signatures": {}, "hashes": {}, "type": "X", "content": {},
       "prev_events": [], "auth_events": [], "depth": 3, "unsigned": {"age_ts": 1000000}}
      """;
  private static final String REDACTABLE =
      """
      {"content": {"body": "Here is the message content"}, "event_id": "$0:domain",
       "origin": "domain", "origin_server_ts": 1000000, "type": "m.room.message",
       "room_id": "!r:domain", "sender": "@u:domain", "signatures": {},
       "unsigned": {"age_ts": 1000000}}
      """;
  private static final String MEMBER =
      """
      {"room_id": "!x:domain", "sender": "@a:domain", "type": "m.room.member",
       "state_key": "@b:other", "content": %s, "event_id": "%s"}
      """;

  @TempDir Path directory;
  private String keys;

  @BeforeEach
  void keysOfTwoServers() throws IOException {
    byte[] other = Grammar.ED25519.publicKey(Base64.getDecoder().decode(OTHER_SEED));
    keys =
        keys(
            """
            {"domain": {"ed25519:1": "%s"}, "other": {"ed25519:o": "%s", "rsa:1": 5}}
            """
                .formatted(
                    Typed.PUBLIC_KEY, Base64.getEncoder().withoutPadding().encodeToString(other)));
  }

  private String keys(String json) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "keys", ".json"), json).toString();
  }

  private Typed verify(String event, String version) {
    return Typed.event(event, "verify --room-version " + version + " --keys " + keys);
  }

  private static String sign(String event, String version, String who) {
    Typed signed = Typed.event(event, "sign --room-version " + version + who);
    assertThat(signed.status()).as(signed.err()).isZero();
    return signed.out();
  }

  @ParameterizedTest
  @CsvSource({
    "{},'',K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ",
    "'{\"one\":1,\"two\":\"Two\"}','\"one\":1,\"two\":\"Two\",',"
        + "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw"
  })
  void objectsAreSignedAsTheSpecificationHasIt(String json, String rest, String signature) {
    assertThat(Typed.event(json, "sign --json-object" + DOMAIN))
        .isEqualTo(
            new Typed(
                0,
                "{%s\"signatures\":{\"domain\":{\"ed25519:1\":\"%s\"}}}\n"
                    .formatted(rest, signature),
                ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"})
  void eventsAreSignedAsTheSpecificationHasIt(String version) {
    JsonObject minimal = (JsonObject) Typed.json(sign(MINIMAL, version, DOMAIN));
    assertThat(minimal)
        .isEqualTo(
            ((JsonObject) Typed.json(MINIMAL))
                .with(
                    "hashes",
                    Typed.json("{\"sha256\":\"5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos\"}"))
                .with(
                    "signatures",
                    Typed.json(
                        "{\"domain\":{\"ed25519:1\":\"KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTR"
                            + "l16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg\"}}")));
    JsonObject redactable = (JsonObject) Typed.json(sign(REDACTABLE, version, DOMAIN));
    assertThat(redactable)
        .isEqualTo(
            ((JsonObject) Typed.json(REDACTABLE))
                .with(
                    "hashes",
                    Typed.json("{\"sha256\":\"onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g\"}"))
                .with(
                    "signatures",
                    Typed.json(
                        "{\"domain\":{\"ed25519:1\":\"Wm+VzmOUOz08Ds+0NTWb1d4CZrVsJSikkeRxh6aCcUwu6"
                            + "pNC78FunoD7KNWzqFn241eYHYMGCA5McEiVPdhzBA\"}}")));
  }

  @Test
  void anObjectIsSignedInItsCanonicalForm() {
    Typed signed =
        Typed.event("{\"b\":1e2,\"a\":-0,\"unsigned\":{\"x\":1.5}}", "sign --json-object" + DOMAIN);
    assertThat(signed.out())
        .startsWith("{\"a\":0,\"b\":100,\"unsigned\":{\"x\":1.5},\"signatures\":");
    String plain = Typed.event("{\"a\":0,\"b\":100}", "sign --json-object" + DOMAIN).out();
    assertThat(((JsonObject) signed.json()).get("signatures"))
        .isEqualTo(((JsonObject) Typed.json(plain)).get("signatures"));
    assertThat(Typed.event("{\"a\":1.5}", "sign --json-object" + DOMAIN).status()).isEqualTo(2);
    assertThat(Typed.event("[]", "sign --json-object" + DOMAIN).status()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " --server d_ --key-id ed25519:1 --seed " + Typed.SEED,
        " --server domain --key-id rsa:1 --seed " + Typed.SEED,
        " --server domain --key-id ed25519:1 --seed AAAA",
        " --server domain --key-id ed25519:1 --seed ?",
        " --server domain --key-id ed25519:1",
        " --server domain --seed " + Typed.SEED,
        " --room-version 1" + DOMAIN
      })
  void flagsOfSignAreChecked(String flags) {
    assertThat(Typed.event("{}", "sign --json-object" + flags).status()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"})
  void whatIsSignedIsValidWholeOrRedactedAndOtherwiseNot(String version) {
    String signed = sign(REDACTABLE, version, DOMAIN);
    assertThat(verify(signed, version))
        .isEqualTo(new Typed(0, "{\"valid\":true,\"hash\":\"ok\",\"reason\":null}\n", ""));

    // redacted, it still has its signature, and no more the content that was hashed
    String redacted = Typed.event(signed, "redact --room-version " + version).out();
    assertThat(verify(redacted, version))
        .isEqualTo(new Typed(0, "{\"valid\":true,\"hash\":\"mismatch\",\"reason\":null}\n", ""));
    assertThat(verify(signed.replace("Here", "There"), version).json())
        .isEqualTo(Typed.json("{\"valid\":true,\"hash\":\"mismatch\",\"reason\":null}"));

    // what is signed over was changed
    assertThat(verify(signed.replace("1000000,\"type", "1000001,\"type"), version))
        .isEqualTo(
            new Typed(
                1,
                "{\"valid\":false,\"hash\":\"mismatch\",\"reason\":"
                    + "\"the signature of domain is false\"}\n",
                ""));
    assertThat(verify(REDACTABLE, version).json())
        .isEqualTo(
            Typed.json(
                "{\"valid\":false,\"hash\":\"mismatch\",\"reason\":"
                    + "\"there is no signature of domain\"}"));
  }

  @Test
  void aSignatureByAnUnknownKeyIsSkippedAndDoesNotSuffice() {
    String byUnknown = sign(MINIMAL, "10", DOMAIN.replace("ed25519:1", "ed25519:2"));
    assertThat(verify(byUnknown, "10").json())
        .isEqualTo(
            Typed.json(
                "{\"valid\":false,\"hash\":\"ok\",\"reason\":"
                    + "\"no key is given for a signature of [domain]\"}"));
    assertThat(verify(sign(byUnknown, "10", DOMAIN), "10").status()).isZero();
  }

  @Test
  void theEventIdsServerSignsInVersions1And2() {
    String event = MEMBER.formatted("{\"membership\":\"leave\"}", "$e:other");
    String signed = sign(event, "2", DOMAIN);
    assertThat(verify(signed, "2").status()).isEqualTo(1);
    assertThat(verify(sign(signed, "2", OTHER), "2").status()).isZero();
    assertThat(verify(sign(event, "2", OTHER), "2").status()).isEqualTo(1);
    assertThat(verify(sign(event, "3", DOMAIN), "3").status()).isZero();
    // an opaque id names no server
    assertThat(verify(sign(event.replace("$e:other", "$e"), "1", DOMAIN), "1").status()).isZero();
  }

  @Test
  void theServerThatAuthorisesAJoinSignsItFromVersion8On() {
    String event =
        MEMBER
            .formatted(
                "{\"membership\":\"join\",\"join_authorised_via_users_server\":\"@c:other\"}", "$e")
            .replace("@b:other", "@a:domain");
    String signed = sign(event, "8", DOMAIN);
    assertThat(verify(signed, "8").json())
        .isEqualTo(
            Typed.json(
                "{\"valid\":false,\"hash\":\"ok\",\"reason\":"
                    + "\"there is no signature of other\"}"));
    String both = sign(signed, "8", OTHER);
    assertThat(verify(both, "8").json())
        .isEqualTo(Typed.json("{\"valid\":true,\"hash\":\"ok\",\"reason\":null}"));
    assertThat(verify(sign(event, "7", DOMAIN), "7").status()).isZero();
  }

  @Test
  void theSendersServerNeedNotSignAThirdPartyInvite() {
    String event = MEMBER.formatted("{\"membership\":\"invite\",\"third_party_invite\":{}}", "$e");
    assertThat(verify(sign(event, "11", OTHER), "11").status()).isZero();
    String ordinary = MEMBER.formatted("{\"membership\":\"invite\"}", "$e");
    assertThat(verify(sign(ordinary, "11", OTHER), "11").status()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"domain\":[]}",
        "{\"domain\":{\"ed25519:1\":1}}",
        "{\"domain\":{\"ed25519:1\":\"AAAA\"}}",
        "{\"no server\":{}}",
        "{"
      })
  void keysAreChecked(String json) throws IOException {
    Typed refused = Typed.event(MINIMAL, "verify --room-version 10 --keys " + keys(json));
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).isNotEmpty();
  }
}
