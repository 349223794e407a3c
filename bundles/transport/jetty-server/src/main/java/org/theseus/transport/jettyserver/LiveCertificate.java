package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key and the certificate of TLS, read again when their files change. What cannot be used, such
 * as a file that is half written or a certificate without its key, changes nothing; it is tried
 * again until it can. Connections there are keep what they began with. All but {@link #expiry} is
 * for one thread at a time.
 */
final class LiveCertificate {
  private static final Logger LOG = LoggerFactory.getLogger(LiveCertificate.class);

  /** Of those few clients that cannot keep their session themselves. */
  private static final int SESSIONS = 1024;

  private static final Duration NOTICE = Duration.ofDays(14);
  private static final Duration AGAIN = Duration.ofDays(1);

  private final CertificateSource source;
  private final SslContextFactory.Server tls = new SslContextFactory.Server();
  private List<Object> seen = List.of();
  private String complaint = "";
  private Instant noticed = Instant.EPOCH;
  private volatile Instant expiry = Instant.MAX;

  LiveCertificate(CertificateSource source) {
    this.source = source;
    tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    tls.setRenegotiationAllowed(false);
    tls.setSslSessionCacheSize(SESSIONS);
  }

  /** What connections are secured with. */
  SslContextFactory.Server tls() {
    return tls;
  }

  /**
   * Reads the files for the first time.
   *
   * @throws GeneralSecurityException if they cannot be used
   */
  void start() throws Exception {
    seen = look();
    tls.setSslContext(read());
    tls.start();
    noticeExpiry();
  }

  /** Lets go of them. */
  void stop() throws Exception {
    tls.stop();
  }

  /** Reads the files if they have changed, and warns of a certificate that is about to expire. */
  void check() {
    try {
      List<Object> now = look();
      if (!now.equals(seen) || !complaint.isEmpty()) {
        SSLContext fresh = read();
        tls.reload(factory -> factory.setSslContext(fresh));
        seen = now;
        complaint = "";
        noticed = Instant.EPOCH;
        LOG.info("The certificate in {} is in use, until {}", source, expiry);
      }
    } catch (Exception unusable) {
      complain(unusable);
    }
    noticeExpiry();
  }

  /** Tells when the certificate in use expires. */
  Instant expiry() {
    return expiry;
  }

  private void complain(Exception unusable) {
    String again = unusable.toString();
    if (!again.equals(complaint)) {
      LOG.warn("Cannot use {}, the certificate from before stays: {}", source, again);
    }
    complaint = again;
  }

  private void noticeExpiry() {
    Instant now = Instant.now();
    if (expiry.isBefore(now.plus(NOTICE)) && noticed.isBefore(now.minus(AGAIN))) {
      LOG.warn("The certificate in {} expires at {}", source, expiry);
      noticed = now;
    }
  }

  private List<Object> look() throws IOException {
    List<Object> found = new ArrayList<>();
    for (Path file : source.files()) {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      found.add(attributes.lastModifiedTime());
      found.add(attributes.size());
      found.add(String.valueOf(attributes.fileKey()));
    }
    return found;
  }

  private SSLContext read() throws IOException, GeneralSecurityException {
    KeyStore keys = unlocked(source.load());
    Instant until = checked(keys);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, source.password());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    expiry = until;
    return context;
  }

  /**
   * Copies keys to where they are quick to get: PKCS12 derives the key of its encryption from the
   * password each time, so slowly that whoever waits for this server to start would notice.
   */
  private KeyStore unlocked(KeyStore read) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("JKS");
    keys.load(null, null);
    for (String alias : Collections.list(read.aliases())) {
      if (read.isKeyEntry(alias)
          && read.getKey(alias, source.password()) instanceof PrivateKey key) {
        keys.setKeyEntry(alias, key, source.password(), read.getCertificateChain(alias));
      }
    }
    return keys;
  }

  /** Sees to it that there is a key that fits its certificate, and tells how long it is valid. */
  private Instant checked(KeyStore keys) throws GeneralSecurityException {
    Instant earliest = Instant.MAX;
    for (String alias : Collections.list(keys.aliases())) {
      if (keys.getKey(alias, source.password()) instanceof PrivateKey key
          && keys.getCertificate(alias) instanceof X509Certificate certificate) {
        if (!fits(key, certificate)) {
          throw new InvalidKeyException("the private key is not that of the certificate");
        }
        Instant until = certificate.getNotAfter().toInstant();
        earliest = until.isBefore(earliest) ? until : earliest;
      }
    }
    if (earliest.equals(Instant.MAX)) {
      throw new InvalidKeyException("there is no private key with a certificate");
    }
    return earliest;
  }

  private static boolean fits(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    return signature.verify(signed);
  }
}
