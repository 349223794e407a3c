package org.theseus.ops.shell;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonBoolean;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Awaited;
import org.theseus.transport.api.Resolution;
import org.theseus.transport.api.ResolvedServer;
import org.theseus.transport.api.ServerResolver;

/** Tells how another server is found; the layer's README tells how commands end. */
@Component(
    service = ResolveCommand.class,
    property = {"osgi.command.scope=theseus", "osgi.command.function=resolve"})
public final class ResolveCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Usage RESOLVE =
      Usage.of(
          1,
          1,
          """
          resolve NAME [--json]

          Tells how a server is found: each step of the specification by its number, what was asked
          and answered (* if that was known from before), then the addresses that are tried in turn,
          the Host header, and the name its certificate must be for. Ends with 1 if it cannot be
          found.
          """);

  private final Awaited<ServerResolver> resolver = new Awaited<>();
  private final Patience<ServerResolver> patience;

  /** Makes a command that waits for 20 s. */
  @Activate
  public ResolveCommand() {
    this(PATIENCE);
  }

  ResolveCommand(Duration limit) {
    this.patience = new Patience<>(resolver, limit, "the transport layer");
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bind(ServerResolver arrived) {
    resolver.come(arrived);
  }

  void unbind(ServerResolver gone) {
    resolver.go(gone);
  }

  /** Ends commands that wait. */
  @Deactivate
  public void close() {
    resolver.close(new TransientException("the shell is being replaced; try again"));
  }

  /** Tells how a server is found. */
  public void resolve(String... words) throws InterruptedException {
    Command.run(
        RESOLVE,
        words,
        given -> {
          ServerName name = ServerName.of(given.word(0));
          Resolution found = patience.call("asking", service -> service.explain(name));
          if (given.isJson()) {
            Output.json(json(found));
          } else {
            print(found);
          }
          if (found.result().isEmpty()) {
            throw new TransientException(name + " cannot be found");
          }
        });
  }

  private static void print(Resolution found) {
    for (Resolution.Step step : found.steps()) {
      Output.line(
          "%s%s %s: %s"
              .formatted(
                  step.number(), step.remembered() ? "*" : "", step.asked(), step.answered()));
    }
    found.result().ifPresent(ResolveCommand::print);
  }

  private static void print(ResolvedServer server) {
    Output.line("addresses " + String.join(", ", addresses(server)));
    Output.line("host " + server.hostHeader());
    Output.line("certificate " + server.certificateName());
  }

  private static JsonObject json(Resolution found) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("server", found.server().value())
            .put(
                "steps",
                new JsonArray(
                    found.steps().stream().<JsonValue>map(ResolveCommand::json).toList()));
    found
        .result()
        .ifPresent(
            server ->
                json.put(
                        "addresses",
                        new JsonArray(
                            addresses(server).stream().<JsonValue>map(JsonString::new).toList()))
                    .put("host", server.hostHeader())
                    .put("certificate", server.certificateName()));
    return json.build();
  }

  private static JsonObject json(Resolution.Step step) {
    return JsonObject.builder()
        .put("step", step.number())
        .put("asked", step.asked())
        .put("answered", step.answered())
        .put("remembered", JsonBoolean.of(step.remembered()))
        .build();
  }

  private static List<String> addresses(ResolvedServer server) {
    return server.addresses().stream().map(ResolveCommand::text).toList();
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
