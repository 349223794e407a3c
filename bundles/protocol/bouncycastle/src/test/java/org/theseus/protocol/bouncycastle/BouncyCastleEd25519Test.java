package org.theseus.protocol.bouncycastle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.theseus.protocol.api.Ed25519;

class BouncyCastleEd25519Test {
  private static final HexFormat HEX = HexFormat.of();

  private final Ed25519 ed25519 = new BouncyCastleEd25519();

  @ParameterizedTest(name = "RFC 8032, section 7.1, {0}")
  @CsvSource(
      textBlock =
          """
          TEST 1,9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
          TEST 2,4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
          TEST 3,c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
          SHA(abc),833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42,ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf,ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f,dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704
          """)
  void followsTheVectors(
      String name, String seed, String publicKey, String message, String signature) {
    assertThat(ed25519.publicKey(hex(seed))).as(name).isEqualTo(hex(publicKey));
    assertThat(ed25519.sign(hex(seed), hex(message))).as(name).isEqualTo(hex(signature));
    assertThat(ed25519.verify(hex(publicKey), hex(message), hex(signature))).as(name).isTrue();
  }

  @Test
  void refusesASignatureWithAnyBitFlipped() {
    byte[] seed = new byte[32];
    byte[] publicKey = ed25519.publicKey(seed);
    byte[] message = {1, 2, 3};
    byte[] signature = ed25519.sign(seed, message);
    for (int bit = 0; bit < signature.length * 8; bit++) {
      byte[] flipped = signature.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(ed25519.verify(publicKey, message, flipped)).as("bit %d", bit).isFalse();
    }
    assertThat(ed25519.verify(publicKey, new byte[] {1, 2, 4}, signature)).isFalse();
    assertThat(ed25519.verify(ed25519.publicKey(message32()), message, signature)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0,64", "31,64", "33,64", "32,0", "32,63", "32,65"})
  void answersFalseToWrongLengths(int keyLength, int signatureLength) {
    byte[] seed = new byte[32];
    byte[] key = Arrays.copyOf(ed25519.publicKey(seed), keyLength);
    byte[] signature = Arrays.copyOf(ed25519.sign(seed, seed), signatureLength);
    assertThat(ed25519.verify(key, seed, signature)).isFalse();
  }

  @ParameterizedTest(name = "key {0}")
  @CsvSource({
    // no point of the curve, not reduced, the neutral element, order 2, order 8
    "0200000000000000000000000000000000000000000000000000000000000000",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
  })
  void answersFalseToMalformedAndWeakKeys(String key) {
    byte[] signature = new byte[64];
    signature[0] = 1;
    assertThat(ed25519.verify(hex(key), new byte[0], signature)).isFalse();
  }

  @Test
  void refusesASeedOfAnotherLength() {
    assertThatIllegalArgumentException().isThrownBy(() -> ed25519.publicKey(new byte[31]));
    assertThatIllegalArgumentException().isThrownBy(() -> ed25519.sign(new byte[33], new byte[0]));
  }

  private static byte[] message32() {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }

  private static byte[] hex(String text) {
    return HEX.parseHex(text);
  }
}
