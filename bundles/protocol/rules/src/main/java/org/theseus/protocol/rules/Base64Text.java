package org.theseus.protocol.rules;

import java.util.Base64;
import java.util.Optional;

/**
 * The protocol's Base64: written without padding, read with or without it.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#unpadded-base64">Unpadded Base64</a>
 */
final class Base64Text {
  private static final Base64.Encoder STANDARD = Base64.getEncoder().withoutPadding();
  private static final Base64.Encoder URL_SAFE = Base64.getUrlEncoder().withoutPadding();

  private Base64Text() {}

  static String standard(byte[] bytes) {
    return STANDARD.encodeToString(bytes);
  }

  static String urlSafe(byte[] bytes) {
    return URL_SAFE.encodeToString(bytes);
  }

  static Optional<byte[]> decode(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
