package org.theseus.transport.jettyserver;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** HTTP/1.1, over TLS unless a proxy sees to that. */
final class Protocols {
  private static final int HEADER_BYTES = 32 * 1024;

  private final Tally tally;
  private final boolean proxyProtocol;
  private final Optional<LiveCertificate> certificate;

  Protocols(Settings settings, Tally tally) {
    this.tally = tally;
    proxyProtocol = settings.proxyProtocol();
    certificate = settings.certificate().map(LiveCertificate::new);
  }

  /** Reads the certificate. */
  void start() throws Exception {
    if (certificate.isPresent()) {
      certificate.get().start();
    }
  }

  /** Looks after the certificate; to be called from time to time. */
  void check() {
    certificate.ifPresent(LiveCertificate::check);
  }

  /** Lets go of the certificate. */
  void stop() throws Exception {
    if (certificate.isPresent()) {
      certificate.get().stop();
    }
  }

  /** Tells when the certificate expires, if there is one. */
  Optional<Instant> expiry() {
    return certificate.map(LiveCertificate::expiry);
  }

  /** Makes what a connector is given, outermost first. */
  ConnectionFactory[] stack() {
    List<ConnectionFactory> stack = new ArrayList<>();
    HttpConnectionFactory http = http();
    stack.add(http);
    certificate.ifPresent(shown -> stack.add(0, secured(shown.tls(), http)));
    if (proxyProtocol) {
      stack.add(0, new ProxyConnectionFactory(stack.get(0).getProtocol()));
    }
    return stack.toArray(new ConnectionFactory[0]);
  }

  private SslConnectionFactory secured(SslContextFactory.Server tls, HttpConnectionFactory inner) {
    SslConnectionFactory outer = new SslConnectionFactory(tls, inner.getProtocol());
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
    return outer;
  }

  private static HttpConnectionFactory http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    // Event ids may hold an encoded slash; paths are split before they are decoded.
    http.setUriCompliance(UriCompliance.UNSAFE);
    return new HttpConnectionFactory(http);
  }
}
