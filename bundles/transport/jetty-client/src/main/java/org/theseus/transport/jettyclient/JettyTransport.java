package org.theseus.transport.jettyclient;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.theseus.transport.api.HttpTransport;

/** Offers the client as a service. */
@Component(configurationPid = "org.theseus.transport.jettyclient.JettyTransport", immediate = true)
public final class JettyTransport implements HttpTransport {
  /** The configuration. */
  @interface Config {
    /** A PEM file of certificates to believe besides the system's; may be empty. */
    String trustedCertificates() default "";

    /** Whether connections to private and loopback addresses are allowed. */
    boolean allowPrivateAddresses() default false;
  }

  private final Optional<Path> trusted;
  private final boolean allowsPrivate;
  private HttpsClient client;

  /**
   * Is made by the component runtime.
   *
   * @param config the configuration
   */
  @Activate
  public JettyTransport(Config config) {
    this(
        Optional.of(config.trustedCertificates()).filter(name -> !name.isBlank()).map(Path::of),
        config.allowPrivateAddresses());
  }

  /**
   * Makes a client to be started.
   *
   * @param trusted a PEM file of certificates to believe besides the system's
   * @param allowsPrivate whether private addresses may be connected to
   */
  public JettyTransport(Optional<Path> trusted, boolean allowsPrivate) {
    this.trusted = trusted;
    this.allowsPrivate = allowsPrivate;
  }

  /**
   * Starts.
   *
   * @throws Exception if the certificates cannot be read
   */
  @Activate
  public void start() throws Exception {
    client = new HttpsClient(trusted, allowsPrivate);
    client.start();
  }

  /** Gives requests in progress two seconds. */
  @Deactivate
  public void stop() {
    client.stop();
  }

  @Override
  public CompletionStage<Response> send(Request request) {
    return client.send(request);
  }
}
