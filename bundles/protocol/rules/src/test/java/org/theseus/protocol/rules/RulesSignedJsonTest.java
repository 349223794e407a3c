package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;

class RulesSignedJsonTest {
  private static final ServerName DOMAIN = ServerName.of("domain");
  private static final KeyId KEY = KeyId.of("ed25519:1");

  private final RulesSignedJson signedJson = new RulesSignedJson(Grammar.ED25519);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {} | K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ
          {"one": 1, "two": "Two"} | KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw
          """)
  void signsAsTheVectorsOfTheSpecification(String json, String signature) {
    JsonObject object = Grammar.object(json);
    JsonObject signed = signedJson.sign(object, DOMAIN, Grammar.SIGNER);

    assertThat(signed.without("signatures")).isEqualTo(object);
    assertThat(signed.object("signatures"))
        .contains(Grammar.object("{\"domain\":{\"ed25519:1\":\"" + signature + "\"}}"));
    assertThat(signedJson.verify(signed, DOMAIN, KEY, Grammar.PUBLIC_KEY)).isTrue();
  }

  @Test
  void signsNeitherSignaturesNorUnsignedAndKeepsBoth() {
    JsonObject object =
        Grammar.object(
            "{\"a\":1.50,\"unsigned\":{\"age\":1},\"signatures\":{\"other\":{\"ed25519:x\":\"s\"}}}");
    JsonObject signed = signedJson.sign(object, DOMAIN, Grammar.SIGNER);

    assertThat(signed.object("unsigned")).isEqualTo(object.object("unsigned"));
    assertThat(signed.object("signatures").get().object("other"))
        .contains(Grammar.object("{\"ed25519:x\":\"s\"}"));
    JsonObject changedAround =
        signed
            .without("unsigned")
            .with("signatures", signed.object("signatures").get().without("other"));
    assertThat(signedJson.verify(changedAround, DOMAIN, KEY, Grammar.PUBLIC_KEY)).isTrue();
    assertThat(signedJson.verify(signed.with("a", "1.5"), DOMAIN, KEY, Grammar.PUBLIC_KEY))
        .isFalse();
  }

  @Test
  void verifiesPaddedBase64Too() {
    String padded =
        "{\"signatures\":{\"domain\":{\"ed25519:1\":\"K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ==\"}}}";
    assertThat(signedJson.verify(Grammar.object(padded), DOMAIN, KEY, Grammar.PUBLIC_KEY)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"signatures\":[]}",
        "{\"signatures\":{\"domain\":\"x\"}}",
        "{\"signatures\":{\"domain\":{\"ed25519:2\":\"K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ\"}}}",
        "{\"signatures\":{\"domain\":{\"ed25519:1\":7}}}",
        "{\"signatures\":{\"domain\":{\"ed25519:1\":\"not base64!\"}}}",
        "{\"signatures\":{\"domain\":{\"ed25519:1\":\"AAAA\"}}}"
      })
  void isFalseWithoutATrueSignature(String json) {
    assertThat(signedJson.verify(Grammar.object(json), DOMAIN, KEY, Grammar.PUBLIC_KEY)).isFalse();
  }

  @Test
  void knowsNoOtherAlgorithm() {
    JsonObject signed =
        signedJson.sign(JsonObject.EMPTY, DOMAIN, Grammar.signer("rsa:1", Grammar.SEED));
    assertThat(signedJson.verify(signed, DOMAIN, KeyId.of("rsa:1"), Grammar.PUBLIC_KEY)).isFalse();
  }
}
