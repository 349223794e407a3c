package org.theseus.ops.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.ops.shell.PrintedKeys.KeysOf;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.KeyStore;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Awaited;
import org.theseus.transport.api.LocalServer;

/** The command about signing keys; the layer's README tells how it ends. */
@Component(
    service = KeyCommands.class,
    property = {"osgi.command.scope=theseus", "osgi.command.function=keys"})
public final class KeyCommands {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int DEFAULT_LIMIT = 100;
  private static final Usage KEYS =
      Usage.of(
              0,
              1,
              """
              keys [SERVER] [--limit N (default 100)] [--json]

              Lists signing keys: ours and those of as many other servers, by name; or those of one
              server. For each key until when it is good for signing, or when it was given up; for
              another server when it was asked last, and who answered for it. What the key ring has
              done since it was started tells `status keys`.
              """)
          .withFlags("--limit");

  private final Awaited<LocalServer> self = new Awaited<>();
  private final Awaited<Database> database = new Awaited<>();
  private final Patience<LocalServer> server;
  private final Patience<Database> store;

  /** Makes a command that waits for 20 s. */
  @Activate
  public KeyCommands() {
    this(PATIENCE);
  }

  KeyCommands(Duration limit) {
    server = new Patience<>(self, limit, "the transport layer");
    store = new Patience<>(database, limit, "the store");
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindSelf(LocalServer arrived) {
    self.come(arrived);
  }

  void unbindSelf(LocalServer gone) {
    self.go(gone);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindStore(Database arrived) {
    database.come(arrived);
  }

  void unbindStore(Database gone) {
    database.go(gone);
  }

  /** Ends a command that waits. */
  @Deactivate
  public void close() {
    TransientException replaced = new TransientException("the shell is being replaced; try again");
    self.close(replaced);
    database.close(replaced);
  }

  /** Lists signing keys. */
  public void keys(String... words) throws InterruptedException {
    Command.run(
        KEYS,
        words,
        given -> {
          int limit = given.value("--limit").map(KeyCommands::limit).orElse(DEFAULT_LIMIT);
          if (given.count() == 1) {
            KeysOf its = of(ServerName.of(given.word(0)));
            PrintedKeys.print(given, its);
          } else {
            all(given, limit);
          }
        });
  }

  private void all(Arguments given, int limit) throws InterruptedException {
    ServerName ourselves =
        server.call("reading", local -> CompletableFuture.completedFuture(local.name()));
    KeysOf ours = of(ourselves);
    List<KeysOf> others =
        store.call("reading", open -> open.submit(unit -> others(unit.keys(), ourselves, limit)));
    PrintedKeys.print(given, ours, others);
  }

  private KeysOf of(ServerName name) throws InterruptedException {
    return store.call("reading", open -> open.submit(unit -> read(unit.keys(), name)));
  }

  private static List<KeysOf> others(KeyStore keys, ServerName ourselves, int limit) {
    List<KeysOf> others = new ArrayList<>();
    // One more than asked for, since we may be among them.
    for (ServerName name : keys.servers(Optional.empty(), limit + 1)) {
      if (!name.equals(ourselves) && others.size() < limit) {
        others.add(read(keys, name));
      }
    }
    return others;
  }

  private static KeysOf read(KeyStore keys, ServerName name) {
    List<StoredKey> sorted = new ArrayList<>(keys.find(name));
    sorted.sort(
        Comparator.comparing(StoredKey::expired)
            .thenComparing(Comparator.comparingLong(StoredKey::validUntilTs).reversed()));
    return new KeysOf(name, sorted, keys.list(name));
  }

  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 0 && limit < Integer.MAX_VALUE) {
        return limit;
      }
    } catch (NumberFormatException notANumber) {
      // The same sentence tells.
    }
    throw KEYS.error("--limit wants a number");
  }
}
