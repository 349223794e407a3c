package org.theseus.transport.jettyserver;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the configuration of listeners. */
final class ListenerConfigs {
  private static final Logger LOG = LoggerFactory.getLogger(ListenerConfigs.class);

  private ListenerConfigs() {}

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException if it makes no sense
   */
  static Settings settings(ListenerConfig config) {
    return new Settings(
        new InetSocketAddress(config.address(), config.port()),
        config.tls() ? Optional.of(certificate(config)) : Optional.empty(),
        Limits.USUAL.withConnections(
            connections(config.connections()), config.connectionsPerAddress()),
        proxies(config),
        config.proxyProtocol(),
        config.accessLog());
  }

  private static int connections(int wanted) {
    int possible = Descriptors.connections(wanted, Descriptors.limit());
    if (possible < wanted) {
      LOG.warn("The system's limit of open files leaves room for {} connections", possible);
    }
    return possible;
  }

  private static CertificateSource certificate(ListenerConfig config) {
    boolean pem = !config.certificate().isBlank() && !config.privateKey().isBlank();
    if (pem == !config.keyStore().isBlank()) {
      throw new IllegalArgumentException(
          "a listener needs either keyStore, or certificate and privateKey, or tls=false");
    }
    return pem
        ? new CertificateSource.Pem(Path.of(config.certificate()), Path.of(config.privateKey()))
        : new CertificateSource.Pkcs12(Path.of(config.keyStore()), config.keyStorePassword());
  }

  private static Proxies proxies(ListenerConfig config) {
    // A file has them in one line.
    List<String> told =
        Arrays.stream(config.trustedProxies())
            .flatMap(line -> Arrays.stream(line.split("[,\\s]+", -1)))
            .toList();
    Proxies proxies = Proxies.of(told);
    Proxies trusted = config.tls() || !proxies.networks().isEmpty() ? proxies : Proxies.LOCAL;
    return trusted.withForwarded(config.forwarded());
  }
}
