package org.theseus.ops.shell;

import java.time.Duration;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Awaited;
import org.theseus.transport.api.OwnKeys;

/** Replaces the signing key. A function, since no method can have the name of the command. */
@Component(
    service = Function.class,
    property = {"osgi.command.scope=theseus", "osgi.command.function=rotate-key"})
public final class RotateKeyCommand implements Function {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Usage ROTATE_KEY =
      Usage.of(
          0,
          0,
          """
          rotate-key [--json]

          Replaces the key this server signs with by a new one, at once and while it runs, and prints
          the new key's id. What the old key signed stays valid: it is published as an old key from
          now on. Take the copy you keep of the key's file anew.
          """);

  private final Awaited<OwnKeys> keys = new Awaited<>();
  private final Patience<OwnKeys> patience;

  /** Makes a command that waits for 20 s. */
  @Activate
  public RotateKeyCommand() {
    this(PATIENCE);
  }

  RotateKeyCommand(Duration limit) {
    patience = new Patience<>(keys, limit, "the signing key");
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bind(OwnKeys arrived) {
    keys.come(arrived);
  }

  void unbind(OwnKeys gone) {
    keys.go(gone);
  }

  /** Ends a command that waits. */
  @Deactivate
  public void close() {
    keys.close(new TransientException("the shell is being replaced; try again"));
  }

  @Override
  public Object execute(CommandSession session, List<Object> words) throws InterruptedException {
    Command.run(
        ROTATE_KEY,
        words.stream().map(String::valueOf).toArray(String[]::new),
        given -> {
          KeyId id = patience.call("replacing the signing key", OwnKeys::rotate);
          Printed.id(given, "key_id", id.value());
        });
    return null;
  }
}
