package org.theseus.transport.jettyclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A self-signed certificate for localhost and 127.0.0.1, made by the JDK's keytool. */
final class Certificates {
  static final String PASSWORD = "changeit";

  private Certificates() {}

  static Path keyStore(Path folder) throws IOException, InterruptedException {
    return make(folder.resolve("tls.p12"));
  }

  /** One that nobody trusts. */
  static Path otherKeyStore(Path folder) throws IOException, InterruptedException {
    return make(folder.resolve("other.p12"));
  }

  private static Path make(Path file) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of(
            ("-genkeypair -alias tls -keyalg EC -storetype PKCS12 -validity 30 -dname CN=test"
                    + " -ext san=dns:localhost,ip:127.0.0.1 -storepass changeit -keystore "
                    + file)
                .split(" ")));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || !Files.exists(file)) {
      throw new IOException(new String(keytool.getInputStream().readAllBytes(), UTF_8));
    }
    return file;
  }

  static KeyStore load(Path keyStore) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(keyStore)) {
      keys.load(file, PASSWORD.toCharArray());
    }
    return keys;
  }

  static Path pem(Path keyStore) throws IOException, GeneralSecurityException {
    byte[] der = load(keyStore).getCertificate("tls").getEncoded();
    return Files.writeString(
        keyStore.resolveSibling("tls.pem"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END CERTIFICATE-----\n");
  }

  static SSLContext serving(Path keyStore) throws IOException, GeneralSecurityException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(load(keyStore), PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
