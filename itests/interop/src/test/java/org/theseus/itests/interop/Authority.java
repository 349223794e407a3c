package org.theseus.itests.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import org.theseus.itests.peer.Tls;
import org.theseus.launcher.Home;

/** A certificate authority that both sides trust, and the certificate for loopback it has given. */
final class Authority {
  private final Path directory;

  private Authority(Path directory) {
    this.directory = directory;
  }

  /** Makes one, with the library Synapse brings along. */
  static Authority create(Path directory, SynapseInstallation synapse) throws Exception {
    Files.createDirectories(directory);
    synapse.runScript("authority.py", directory.toString());
    return new Authority(directory);
  }

  /** The authority's own certificate, PEM. */
  Path certificate() {
    return directory.resolve("authority.pem");
  }

  /** A certificate for {@code 127.0.0.1} and {@code localhost}, PEM. */
  Path serverCertificate() {
    return directory.resolve("server.pem");
  }

  /** What a listener on loopback presents. */
  SSLContext identity() throws IOException, GeneralSecurityException {
    String password = "for tests";
    Path keyStore = directory.resolve("server.p12");
    write(keyStore, password);
    return Tls.identity(keyStore, password);
  }

  /** Its private key, PKCS8 as PEM. */
  Path serverKey() {
    return directory.resolve("server.key");
  }

  /** Puts the certificate in the place of the self-signed one of a home. */
  void certify(Home home) throws IOException, GeneralSecurityException {
    Properties listener = new Properties();
    try (InputStream in =
        Files.newInputStream(
            home.directory()
                .resolve("etc")
                .resolve("org.theseus.transport.jettyserver.JettyListener-main.cfg"))) {
      listener.load(in);
    }
    write(
        home.directory().resolve("etc").resolve("tls").resolve("keystore.p12"),
        listener.getProperty("keyStorePassword"));
  }

  private void write(Path keyStore, String password) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, password.toCharArray());
    store.setKeyEntry(
        "server",
        privateKey(),
        password.toCharArray(),
        new Certificate[] {read(serverCertificate()), read(certificate())});
    try (OutputStream out = Files.newOutputStream(keyStore)) {
      store.store(out, password.toCharArray());
    }
  }

  private PrivateKey privateKey() throws IOException, GeneralSecurityException {
    String pem = Files.readString(serverKey(), StandardCharsets.US_ASCII);
    byte[] der =
        Base64.getMimeDecoder().decode(pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", ""));
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static Certificate read(Path pem) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
