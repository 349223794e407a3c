package org.theseus.ops.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.theseus.protocol.api.JsonReader;
import org.theseus.support.Awaited;

/** Offers the commands of this container on a Unix socket in its home. */
@Component(
    service = {},
    immediate = true,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ShellSocket.Config.class)
public final class ShellSocket {
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final Awaited<JsonReader> json = new Awaited<>();
  private final ShellServer server;

  /** Settings. */
  @ObjectClassDefinition(name = "The socket of theseus shell")
  public @interface Config {
    /** The home, in whose {@code run/} the socket is made. */
    @AttributeDefinition(description = "The folder in whose run/ the socket is made")
    String home();
  }

  /** Begins to listen. */
  @Activate
  public ShellSocket(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) CommandProcessor processor,
      Config config)
      throws IOException {
    this.server = new ShellServer(Path.of(config.home()), processor, json, DRAIN);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bind(JsonReader reader) {
    json.come(reader);
  }

  void unbind(JsonReader reader) {
    json.go(reader);
  }

  /** Lets commands in progress end for 5 s. */
  @Deactivate
  public void close() throws IOException {
    server.close();
    json.close(new IllegalStateException("the shell is being replaced"));
  }
}
