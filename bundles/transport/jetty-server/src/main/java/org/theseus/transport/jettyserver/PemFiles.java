package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM files. */
final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*)-----END \\1-----");
  private static final String PKCS8 = "PRIVATE KEY";

  private PemFiles() {}

  /** Reads a chain of at least one certificate. */
  static Collection<? extends Certificate> certificates(Path file)
      throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (chain.isEmpty()) {
        throw new CertificateException("there is no certificate in " + file);
      }
      return chain;
    }
  }

  /** Reads a key of some algorithm. */
  static PrivateKey privateKey(Path file, String algorithm)
      throws IOException, GeneralSecurityException {
    Matcher key = KEY.matcher(Files.readString(file));
    if (!key.find()) {
      throw new InvalidKeySpecException("there is no private key in " + file);
    }
    if (!key.group(1).equals(PKCS8)) {
      throw new InvalidKeySpecException(
          "%s holds a key as %s; it must be PKCS#8: openssl pkcs8 -topk8 -nocrypt -in %1$s -out NEW"
              .formatted(file, key.group(1)));
    }
    byte[] encoded = Base64.getMimeDecoder().decode(key.group(2));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }
}
