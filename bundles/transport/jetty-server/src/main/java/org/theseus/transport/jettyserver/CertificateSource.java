package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** The files that the key and the certificate of TLS are read from. */
sealed interface CertificateSource {
  /** The alias and the password of a key that was read from PEM. */
  String PEM = "pem";

  /** Lists the files. */
  List<Path> files();

  /** Tells the password of the keys in what {@link #load} gives. */
  char[] password();

  /** Reads the files. */
  KeyStore load() throws IOException, GeneralSecurityException;

  /**
   * A PKCS12 file.
   *
   * @param file the file
   * @param secret its password
   */
  record Pkcs12(Path file, String secret) implements CertificateSource {
    public Pkcs12 {
      Objects.requireNonNull(file);
      Objects.requireNonNull(secret);
    }

    @Override
    public List<Path> files() {
      return List.of(file);
    }

    @Override
    public char[] password() {
      return secret.toCharArray();
    }

    @Override
    public KeyStore load() throws IOException, GeneralSecurityException {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        keys.load(in, password());
      }
      return keys;
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * Two PEM files, as certbot writes them.
   *
   * @param certificate the certificate and those that lead to its authority
   * @param privateKey the key, in PKCS#8 and not encrypted
   */
  record Pem(Path certificate, Path privateKey) implements CertificateSource {
    public Pem {
      Objects.requireNonNull(certificate);
      Objects.requireNonNull(privateKey);
    }

    @Override
    public List<Path> files() {
      return List.of(certificate, privateKey);
    }

    @Override
    public char[] password() {
      return PEM.toCharArray();
    }

    @Override
    public KeyStore load() throws IOException, GeneralSecurityException {
      Collection<? extends Certificate> chain = PemFiles.certificates(certificate);
      PrivateKey key =
          PemFiles.privateKey(privateKey, chain.iterator().next().getPublicKey().getAlgorithm());
      KeyStore keys = KeyStore.getInstance("JKS");
      keys.load(null, null);
      keys.setKeyEntry(PEM, key, password(), chain.toArray(new Certificate[0]));
      return keys;
    }

    @Override
    public String toString() {
      return certificate + " and " + privateKey;
    }
  }
}
