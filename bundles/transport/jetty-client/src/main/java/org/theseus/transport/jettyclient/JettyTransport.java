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

  private final Config config;
  private HttpsClient client;

  /**
   * Is made by the component runtime.
   *
   * @param config the configuration
   */
  @Activate
  public JettyTransport(Config config) {
    this.config = config;
  }

  @Activate
  void start() throws Exception {
    client = new HttpsClient(Trust.of(file()), config.allowPrivateAddresses());
    client.start();
  }

  private Optional<Path> file() {
    String name = config.trustedCertificates();
    return name.isBlank() ? Optional.empty() : Optional.of(Path.of(name));
  }

  @Deactivate
  void stop() {
    client.stop();
  }

  @Override
  public CompletionStage<Response> send(Request request) {
    return client.send(request);
  }
}
