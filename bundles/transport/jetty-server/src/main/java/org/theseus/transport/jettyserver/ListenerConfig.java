package org.theseus.transport.jettyserver;

/** The configuration of a listener. */
@interface ListenerConfig {
  /** The IP address to listen on. */
  String address() default "0.0.0.0";

  /** The port. */
  int port() default 8448;

  /** A PKCS12 file with the key and the certificate of TLS. */
  String keyStore() default "";

  /** The file's password. */
  String keyStorePassword() default "";

  /** Instead of {@link #keyStore}: a PEM file with the certificate and those it hangs on. */
  String certificate() default "";

  /** And one with its key, in PKCS#8. */
  String privateKey() default "";

  /** Whether TLS is spoken; if not, a proxy has to. */
  boolean tls() default true;

  /**
   * The addresses and networks of proxies, whose {@code X-Forwarded-For} is believed. Without TLS
   * nobody else may connect; then they default to this machine.
   */
  String[] trustedProxies() default {};

  /** Whether they say it in {@code Forwarded} (RFC 7239) instead, and this is believed. */
  boolean forwarded() default false;

  /** Whether these proxies begin each connection by the PROXY protocol, version 1 or 2. */
  boolean proxyProtocol() default false;

  /** How many connections there may be; past it those with the most give way. */
  int connections() default 15_000;

  /** How many of them one IPv4 address or one IPv6 network of 64 bits may have. */
  int connectionsPerAddress() default 12_000;

  /** Whether each request is logged, by the logger {@code org.theseus.access}. */
  boolean accessLog() default true;
}
