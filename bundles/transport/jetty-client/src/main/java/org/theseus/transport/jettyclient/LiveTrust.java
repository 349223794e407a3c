package org.theseus.transport.jettyclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trusted certificates, read again when their file changes. What cannot be read changes nothing
 * and is told once. For one thread at a time.
 */
final class LiveTrust {
  private static final Logger LOG = LoggerFactory.getLogger(LiveTrust.class);

  private final Optional<Path> file;
  private final SslContextFactory.Client tls;
  private List<Object> seen;

  /**
   * Reads the certificates.
   *
   * @param file a PEM file of certificates to believe besides the system's
   * @param tls gets them, now and whenever they change
   */
  LiveTrust(Optional<Path> file, SslContextFactory.Client tls)
      throws IOException, GeneralSecurityException {
    this.file = file;
    this.tls = tls;
    this.seen = look();
    tls.setTrustStore(Trust.of(file));
  }

  /** Reads the file again if it is another than at the last time. */
  void refresh() {
    List<Object> now = look();
    if (now.isEmpty() || now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      var store = Trust.of(file);
      tls.reload(factory -> factory.setTrustStore(store));
      LOG.info("The certificates in {} are trusted from now on", file.orElseThrow());
    } catch (Exception unusable) {
      LOG.warn(
          "The certificates in {} cannot be read, those from before are still trusted: {}",
          file.orElseThrow(),
          unusable.toString());
    }
  }

  /** Tells what shows that the file was written; nothing if it is not there. */
  private List<Object> look() {
    try {
      if (file.isEmpty()) {
        return List.of();
      }
      BasicFileAttributes is = Files.readAttributes(file.get(), BasicFileAttributes.class);
      return List.of(is.lastModifiedTime(), is.size(), String.valueOf(is.fileKey()));
    } catch (IOException away) {
      return List.of();
    }
  }
}
