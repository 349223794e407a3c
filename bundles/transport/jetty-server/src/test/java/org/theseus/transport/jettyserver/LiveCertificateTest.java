package org.theseus.transport.jettyserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Body;

/** What clients are shown when the files change; the real ones connect. */
class LiveCertificateTest extends ServerTest {
  @TempDir static Path made;
  private static Path first;
  private static Path second;
  private static Path rsa;
  private static SSLContext trust;

  @TempDir Path etc;
  private LiveCertificate live;

  @BeforeAll
  static void makeCertificates() throws Exception {
    first = Certificates.keyStore(made.resolve("first.p12"), "EC", 30);
    second = Certificates.keyStore(made.resolve("second.p12"), "EC", 3);
    rsa = Certificates.keyStore(made.resolve("rsa.p12"), "RSA", 30);
    trust = Certificates.trusting(first, second, rsa);
  }

  @AfterEach
  void stopLive() throws Exception {
    if (live != null) {
      live.stop();
    }
  }

  private Path keyStoreFile() {
    return etc.resolve("keystore.p12");
  }

  private void startWith(CertificateSource source) throws Exception {
    live = new LiveCertificate(source);
    live.start();
  }

  private CertificateSource.Pem pem(Path keyStore) throws Exception {
    return new CertificateSource.Pem(
        Files.writeString(etc.resolve("fullchain.pem"), Certificates.certificatePem(keyStore)),
        Files.writeString(etc.resolve("privkey.pem"), Certificates.keyPem(keyStore)));
  }

  private static Instant expiry(Path keyStore) throws Exception {
    X509Certificate certificate = Certificates.certificate(keyStore);
    return certificate.getNotAfter().toInstant();
  }

  @Test
  void newFileIsShownToWhoConnectsAndNobodyIsDropped() throws Exception {
    Files.copy(first, keyStoreFile());
    server.stop();
    server = server(new CertificateSource.Pkcs12(keyStoreFile(), Certificates.PASSWORD), LIMITS);
    server.accept();
    dispatcher.bind(ECHO);
    try (TestClient before = TestClient.connect(trust, port)) {
      assertThat(before.certificate()).isEqualTo(Certificates.certificate(first));
      assertThat(before.get("/1").status()).isEqualTo(200);
      Files.copy(second, keyStoreFile(), StandardCopyOption.REPLACE_EXISTING);
      awaitShown(second);
      assertThat(before.get("/2").closes()).isFalse();
      assertThat(before.get("/3").status()).isEqualTo(200);
    }
  }

  private void awaitShown(Path expected) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    boolean shown = false;
    while (!shown) {
      assertThat(System.nanoTime()).as("still the old certificate").isLessThan(deadline);
      try (TestClient client = TestClient.connect(trust, port)) {
        shown = client.certificate().equals(Certificates.certificate(expected));
        assertThat(client.get("/").status()).isEqualTo(200);
      }
      Thread.sleep(50);
    }
  }

  @Test
  void whatIsHalfWrittenIsLeftAloneUntilItIsWhole() throws Exception {
    Files.copy(first, keyStoreFile());
    startWith(new CertificateSource.Pkcs12(keyStoreFile(), Certificates.PASSWORD));
    byte[] whole = Files.readAllBytes(second);
    SSLContext before = live.tls().getSslContext();

    Files.write(keyStoreFile(), Arrays.copyOf(whole, whole.length / 2));
    live.check();
    assertThat(live.tls().getSslContext()).isSameAs(before);
    assertThat(live.expiry()).isEqualTo(expiry(first));
    Files.delete(keyStoreFile());
    live.check();
    assertThat(live.tls().getSslContext()).isSameAs(before);

    FileTime time = FileTime.from(Instant.now());
    Files.write(keyStoreFile(), new byte[whole.length]);
    Files.setLastModifiedTime(keyStoreFile(), time);
    live.check();
    Files.write(keyStoreFile(), whole);
    Files.setLastModifiedTime(keyStoreFile(), time);
    live.check();
    assertThat(live.expiry()).as("same size and time as what was broken").isEqualTo(expiry(second));
    assertThat(live.tls().getSslContext()).isNotSameAs(before);
  }

  @Test
  void whatHasNotChangedIsNotReadAgain() throws Exception {
    Files.copy(first, keyStoreFile());
    startWith(new CertificateSource.Pkcs12(keyStoreFile(), Certificates.PASSWORD));
    SSLContext before = live.tls().getSslContext();
    live.check();
    assertThat(live.tls().getSslContext()).isSameAs(before);
  }

  @Test
  void pemFilesAreReplacedAsAPair() throws Exception {
    CertificateSource.Pem source = pem(first);
    startWith(source);
    Files.writeString(source.certificate(), Certificates.certificatePem(second));
    live.check();
    assertThat(live.expiry()).as("the key is still the old one").isEqualTo(expiry(first));
    Files.writeString(source.privateKey(), Certificates.keyPem(second));
    live.check();
    assertThat(live.expiry()).isEqualTo(expiry(second));
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void pemFilesServe(String algorithm) throws Exception {
    Path keyStore = algorithm.equals("EC") ? first : rsa;
    server.stop();
    server = server(pem(keyStore), LIMITS);
    server.accept();
    dispatcher.bind(
        exchange -> exchange.respond(new Answer(200, Map.of(), Body.json("{}".getBytes(UTF_8)))));
    try (TestClient client = TestClient.connect(trust, port)) {
      assertThat(client.certificate()).isEqualTo(Certificates.certificate(keyStore));
      assertThat(client.get("/").body()).isEqualTo("{}");
    }
  }

  @Test
  void otherFormsOfAKeyAreExplained() throws Exception {
    CertificateSource.Pem source = pem(rsa);
    String key = Files.readString(source.privateKey());
    for (String form : new String[] {"RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
      Files.writeString(source.privateKey(), key.replace("PRIVATE KEY", form));
      assertThatThrownBy(() -> startWith(source))
          .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt -in " + source.privateKey())
          .hasMessageContaining(form);
    }
    Files.writeString(source.privateKey(), "");
    assertThatThrownBy(() -> startWith(source)).hasMessageContaining("no private key");
    Files.writeString(source.privateKey(), Certificates.keyPem(first));
    assertThatThrownBy(() -> startWith(source)).isInstanceOf(Exception.class);
    Files.writeString(source.privateKey(), key);
    Files.writeString(source.certificate(), "");
    assertThatThrownBy(() -> startWith(source)).hasMessageContaining("no certificate");
  }

  @Test
  void onlyWhatIsSafeIsSpoken() throws Exception {
    dispatcher.bind(ECHO);
    for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
      try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port)) {
        socket.setEnabledProtocols(new String[] {protocol});
        socket.startHandshake();
        assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      }
    }
    Files.copy(first, keyStoreFile());
    startWith(new CertificateSource.Pkcs12(keyStoreFile(), Certificates.PASSWORD));
    assertThat(live.tls().newSSLEngine().getEnabledProtocols())
        .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
    assertThat(live.tls().newSSLEngine().getEnabledCipherSuites())
        .noneMatch(suite -> suite.matches(".*(_RC4_|_NULL_|_anon_|_MD5|_DES_|^TLS_RSA_).*"));
  }

  @Test
  void expiryIsTold() throws Exception {
    Files.copy(second, keyStoreFile());
    startWith(new CertificateSource.Pkcs12(keyStoreFile(), Certificates.PASSWORD));
    assertThat(Duration.between(Instant.now(), live.expiry()))
        .isBetween(Duration.ofDays(2), Duration.ofDays(3));
  }
}
