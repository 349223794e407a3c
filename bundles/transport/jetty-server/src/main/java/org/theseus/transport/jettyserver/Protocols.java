package org.theseus.transport.jettyserver;

import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** HTTP/1.1 over TLS. */
final class Protocols {
  private static final String HTTP = "http/1.1";
  private static final int HEADER_BYTES = 32 * 1024;

  private Protocols() {}

  /** Makes what a connector is given, outermost first. */
  static ConnectionFactory[] secured(SslContextFactory.Server tls, Tally tally) {
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
    return new ConnectionFactory[] {outer, http()};
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
