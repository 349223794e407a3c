package org.theseus.transport.jettyserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for localhost and 127.0.0.1, made by the JDK's keytool. */
final class Certificates {
  static final String PASSWORD = "changeit";

  private Certificates() {}

  static Path keyStore(Path folder) throws IOException, InterruptedException {
    return keyStore(folder.resolve("tls.p12"), "EC", 30);
  }

  static Path keyStore(Path file, String algorithm, int days)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of(
            ("-genkeypair -alias tls -keyalg %s -storetype PKCS12 -validity %d -dname CN=test"
                    + " -ext san=dns:localhost,ip:127.0.0.1 -storepass changeit -keystore %s")
                .formatted(algorithm, days, file)
                .split(" ")));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || !Files.exists(file)) {
      throw new IOException(new String(keytool.getInputStream().readAllBytes(), UTF_8));
    }
    return file;
  }

  static X509Certificate certificate(Path keyStore) throws IOException, GeneralSecurityException {
    return (X509Certificate) load(keyStore).getCertificate("tls");
  }

  static String certificatePem(Path keyStore) throws IOException, GeneralSecurityException {
    return pem("CERTIFICATE", certificate(keyStore).getEncoded());
  }

  static String keyPem(Path keyStore) throws IOException, GeneralSecurityException {
    return pem("PRIVATE KEY", load(keyStore).getKey("tls", PASSWORD.toCharArray()).getEncoded());
  }

  private static String pem(String kind, byte[] content) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content));
  }

  private static KeyStore load(Path keyStore) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(keyStore)) {
      keys.load(file, PASSWORD.toCharArray());
    }
    return keys;
  }

  static SSLContext trusting(Path... keyStores) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (Path keyStore : keyStores) {
      trusted.setCertificateEntry(keyStore.toString(), certificate(keyStore));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
