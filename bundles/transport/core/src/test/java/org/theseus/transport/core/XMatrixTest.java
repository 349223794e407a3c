package org.theseus.transport.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;

class XMatrixTest {
  private static final XMatrix WHOLE =
      new XMatrix(
          ServerName.of("a.example:8448"),
          Optional.of("b.example"),
          KeyId.of("ed25519:k1"),
          "Sig+na/ture=");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Matrix"
            + " origin=\"a.example:8448\",destination=\"b.example\",key=\"ed25519:k1\",sig=\"Sig+na/ture=\"",
        "X-Matrix"
            + " sig=\"Sig+na/ture=\",key=\"ed25519:k1\",destination=\"b.example\",origin=\"a.example:8448\"",
        "X-Matrix origin=a.example:8448,destination=b.example,key=ed25519:k1,sig=\"Sig+na/ture=\"",
        "x-matrix"
            + " Origin=\"a.example:8448\",DESTINATION=b.example,Key=\"ed25519:k1\",sIg=\"Sig+na/ture=\"",
        "X-Matrix origin = \"a.example:8448\" , destination\t=b.example, key= \"ed25519:k1\", sig"
            + " =\"Sig+na/ture=\"",
        "X-Matrix"
            + " origin=a.example:8448,destination=b.example,key=ed25519:k1,signature=\"Sig+na/ture=\"",
        "X-Matrix   origin=\"a.example:8448\" \t,\t destination=\"b.example\" ,"
            + " key=\"ed25519:k1\",sig=\"Sig+na/ture=\"  ",
        "X-Matrix"
            + " origin=\"\\a.ex\\ample:8448\",destination=\"b.example\",key=\"ed25519\\:k1\",sig=\"Sig+na/ture=\"",
        "X-Matrix new=\"a,"
            + " \\\"b\\\"\",origin=\"a.example:8448\",destination=\"b.example\",,key=\"ed25519:k1\",sig=\"Sig+na/ture=\",",
      })
  void readsWhatTheSpecificationAllows(String header) {
    assertThat(XMatrix.parse(header)).contains(WHOLE);
  }

  @Test
  void destinationMayBeMissing() {
    assertThat(
            XMatrix.parse("X-Matrix origin=a,key=\"ed25519:k\",sig=\"s\"")
                .orElseThrow()
                .destination())
        .isEmpty();
  }

  @Test
  void readsWhatItWrites() {
    assertThat(WHOLE.format())
        .isEqualTo(
            "X-Matrix"
                + " origin=\"a.example:8448\",destination=\"b.example\",key=\"ed25519:k1\",sig=\"Sig+na/ture=\"");
    assertThat(XMatrix.parse(WHOLE.format())).contains(WHOLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer abc", "X-Matrixorigin=a", "X-Matri", "Basic X-Matrix"})
  void leavesOtherSchemesAlone(String header) {
    assertThat(XMatrix.parse(header)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Matrix",
        "X-Matrix ",
        "X-Matrix ,,,",
        "X-Matrix origin",
        "X-Matrix =a",
        "X-Matrix origin=a,key=k",
        "X-Matrix origin=a,sig=s",
        "X-Matrix key=k,sig=s",
        "X-Matrix origin=\"\",key=k,sig=s",
        "X-Matrix origin=\"a b\",key=k,sig=s",
        "X-Matrix origin=a,key=k,sig=\"s",
        "X-Matrix origin=a,key=k,sig=\"s\\",
        "X-Matrix origin=a key=k sig=s",
        "X-Matrix origin=a,origin=b,key=k,sig=s",
        "X-Matrix origin=a,ORIGIN=a,key=k,sig=s",
        "X-Matrix origin=\"a\"b,key=k,sig=s",
        "X-Matrix origin=a,key=k,sig=s\u0000",
        "X-Matrix origin=a,key=k,sig=\u00e9",
      })
  void refusesWhatIsMalformed(String header) {
    assertThatThrownBy(() -> XMatrix.parse(header))
        .isInstanceOfSatisfying(
            MatrixException.class,
            refused -> {
              assertThat(refused.error().status()).isEqualTo(401);
              assertThat(refused.error().errcode()).isEqualTo("M_UNAUTHORIZED");
            });
  }

  @Test
  void survivesAnything() {
    Random random = new Random(20_140_910);
    String pieces = "origin=\"a.b\",destination=key=sig=\\\", \t=,:[]X-Matrix\u0000\u00e9\ud83d";
    String seed = WHOLE.format();
    int read = 0;
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder(seed);
      for (int change = random.nextInt(6); change >= 0; change--) {
        int at = "X-Matrix ".length() + random.nextInt(text.length() - "X-Matrix ".length());
        char piece = pieces.charAt(random.nextInt(pieces.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, piece);
          case 1 -> text.insert(at, piece);
          default -> text.deleteCharAt(at);
        }
      }
      try {
        read += XMatrix.parse(text.toString()).isPresent() ? 1 : 0;
      } catch (MatrixException refused) {
        assertThat(refused.error().status()).isEqualTo(401);
      }
    }
    assertThat(read).isBetween(1, 49_999);
  }
}
