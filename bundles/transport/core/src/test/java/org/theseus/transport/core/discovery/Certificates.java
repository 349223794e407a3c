package org.theseus.transport.core.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Self-signed certificates, each for one name, made by the JDK's keytool. */
final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path folder;
  private final StringBuilder pem = new StringBuilder();

  Certificates(Path folder) {
    this.folder = folder;
  }

  /** Makes a certificate for a name, as in {@code dns:example.org}, and tells how to serve it. */
  SSLContext make(String name) throws IOException, GeneralSecurityException, InterruptedException {
    Path file = folder.resolve(name.replace(':', '_') + ".p12");
    List<String> command =
        List.of(
            ("%s -genkeypair -alias tls -keyalg EC -storetype PKCS12 -validity 30 -dname CN=test"
                    + " -ext san=%s -storepass changeit -keystore %s")
                .formatted(Path.of(System.getProperty("java.home"), "bin", "keytool"), name, file)
                .split(" "));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || !Files.exists(file)) {
      throw new IOException(new String(keytool.getInputStream().readAllBytes(), UTF_8));
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    pem.append("-----BEGIN CERTIFICATE-----\n")
        .append(Base64.getMimeEncoder().encodeToString(keys.getCertificate("tls").getEncoded()))
        .append("\n-----END CERTIFICATE-----\n");
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** All certificates made so far. */
  Path pem() throws IOException {
    return Files.writeString(folder.resolve("trusted.pem"), pem);
  }
}
