package org.theseus.transport.core;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.LocalServer;

/** Our name, from configuration. Everything that speaks for us waits until it is configured. */
@Component(configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ServerIdentity.Config.class)
public final class ServerIdentity implements LocalServer {
  private final ServerName name;

  /** Who we are. */
  @ObjectClassDefinition(name = "Theseus: server identity")
  @interface Config {
    @AttributeDefinition(
        description = "The server's name, as in @user:name. Never change it once rooms exist.")
    String serverName();
  }

  /**
   * Takes the name from the configuration.
   *
   * @param config the configuration
   */
  @Activate
  public ServerIdentity(Config config) {
    this(ServerName.of(config.serverName()));
  }

  ServerIdentity(ServerName name) {
    this.name = name;
  }

  @Override
  public ServerName name() {
    return name;
  }
}
