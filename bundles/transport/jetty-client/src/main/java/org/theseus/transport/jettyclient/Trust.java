package org.theseus.transport.jettyclient;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whose certificates are believed: the system's authorities and those of a file. */
final class Trust {
  private Trust() {}

  /**
   * Collects the certificates.
   *
   * @param pem a file of further certificates
   * @return a key store that holds them all
   */
  static KeyStore of(Optional<Path> pem) throws IOException, GeneralSecurityException {
    KeyStore all = KeyStore.getInstance("PKCS12");
    all.load(null, null);
    int count = 0;
    TrustManagerFactory system =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    system.init((KeyStore) null);
    for (TrustManager manager : system.getTrustManagers()) {
      for (X509Certificate authority : ((X509TrustManager) manager).getAcceptedIssuers()) {
        all.setCertificateEntry("certificate-" + count++, authority);
      }
    }
    if (pem.isPresent()) {
      try (InputStream file = Files.newInputStream(pem.get())) {
        for (Certificate certificate :
            CertificateFactory.getInstance("X.509").generateCertificates(file)) {
          all.setCertificateEntry("certificate-" + count++, certificate);
        }
      }
    }
    return all;
  }
}
