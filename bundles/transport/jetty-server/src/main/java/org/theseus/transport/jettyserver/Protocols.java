package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** HTTP/1.1 over TLS. What takes time is done before a socket is waited for. */
final class Protocols {
  private static final String HTTP = "http/1.1";
  private static final int HEADER_BYTES = 32 * 1024;

  private final Settings settings;
  private final Tally tally;
  private final SslContextFactory.Server tls = new SslContextFactory.Server();

  Protocols(Settings settings, Tally tally) {
    this.settings = settings;
    this.tally = tally;
  }

  /** Reads the certificate. */
  void start() throws Exception {
    tls.setKeyStore(keys());
    tls.setKeyStorePassword(settings.keyStorePassword());
    tls.setRenegotiationAllowed(false);
    tls.start();
  }

  /** Lets go of the certificate. */
  void stop() throws Exception {
    tls.stop();
  }

  /** Makes what a connector is given, outermost first. */
  ConnectionFactory[] stack() {
    SslConnectionFactory outer = new SslConnectionFactory(tls, HTTP);
    // Peers may name us as their discovery found us; the certificate is theirs to check.
    outer.setEnsureSecureRequestCustomizer(false);
    outer.addBean(
        new SslHandshakeListener() {
          @Override
          public void handshakeSucceeded(Event event) {
            ClientEndPoint.below(event.getEndPoint()).handshakeEnds();
          }

          @Override
          public void handshakeFailed(Event event, Throwable failure) {
            tally.handshakeFailed();
          }
        });
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    // Event ids may hold an encoded slash; paths are split before they are decoded.
    http.setUriCompliance(UriCompliance.UNSAFE);
    return new ConnectionFactory[] {outer, new HttpConnectionFactory(http)};
  }

  private KeyStore keys() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(settings.keyStore())) {
      keys.load(file, settings.keyStorePassword().toCharArray());
    }
    return keys;
  }
}
