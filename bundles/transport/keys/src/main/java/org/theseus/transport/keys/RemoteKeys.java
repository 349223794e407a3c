package org.theseus.transport.keys;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.support.Threads;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.ServerResolver;

/**
 * Keys from the store, and from their servers where the store's do not suffice; one question to a
 * server at a time.
 */
@Component
public final class RemoteKeys implements KeyRing {
  /** With the store's part, below the ten seconds that were promised. */
  private static final Duration PATIENCE = Duration.ofSeconds(9);

  private static final long MAX_VALIDITY_MILLIS = Duration.ofDays(7).toMillis();

  private final ServerName self;
  private final Database database;
  private final KeyFetcher fetcher;
  private final Pace pace;
  private final Duration patience;
  private final Map<ServerName, CompletableFuture<List<StoredKey>>> asking =
      new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer = Threads.scheduler("transport-keys-timer");

  /**
   * Joins what it takes to find keys.
   *
   * @param self our name
   * @param database holds keys
   * @param resolver finds servers
   * @param http asks them
   * @param json reads answers
   * @param signedJson verifies them
   */
  @Activate
  public RemoteKeys(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer self,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) ServerResolver resolver,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) HttpTransport http,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) JsonReader json,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) SignedJson signedJson) {
    this(
        self.name(),
        database,
        new KeyFetcher(
            resolver, http, json, new PublishedKeys(signedJson), System::currentTimeMillis),
        System::nanoTime,
        PATIENCE);
  }

  RemoteKeys(
      ServerName self,
      Database database,
      KeyFetcher fetcher,
      LongSupplier nanoTime,
      Duration patience) {
    this.self = self;
    this.database = database;
    this.fetcher = fetcher;
    this.pace = new Pace(nanoTime);
    this.patience = patience;
  }

  /** Ends all questions; whoever waits is told to ask the next key ring. */
  @Deactivate
  void stop() {
    timer.shutdownNow();
    asking.values().forEach(RemoteKeys::giveUp);
  }

  @Override
  public CompletionStage<Map<KeyId, VerifyKey>> find(
      ServerName server, Set<KeyId> wanted, long validAtTs) {
    return read(server)
        .thenCompose(
            stored -> {
              Map<KeyId, VerifyKey> known = verifyKeys(server, stored);
              return server.equals(self) || suffice(known, wanted, validAtTs)
                  ? CompletableFuture.completedFuture(known)
                  : ask(server).thenApply(asked -> joined(known, verifyKeys(server, asked)));
            });
  }

  private CompletionStage<List<StoredKey>> ask(ServerName server) {
    CompletableFuture<List<StoredKey>> question = new CompletableFuture<>();
    CompletableFuture<List<StoredKey>> running = asking.putIfAbsent(server, question);
    if (running != null) {
      return running;
    }
    if (pace.allows(server)) {
      begin(server, question);
    } else {
      // Somebody may have asked, and stored the answer, since we looked.
      end(server, question, read(server));
    }
    return question;
  }

  private void begin(ServerName server, CompletableFuture<List<StoredKey>> question) {
    try {
      Future<?> expiry =
          timer.schedule(
              () -> question.complete(List.of()), patience.toMillis(), TimeUnit.MILLISECONDS);
      CompletionStage<List<StoredKey>> answer =
          fetcher.fetch(server).thenCompose(keys -> note(server, keys));
      end(server, question, answer.whenComplete((keys, failure) -> expiry.cancel(false)));
    } catch (RejectedExecutionException stopped) {
      asking.remove(server, question);
      giveUp(question);
    }
  }

  private void end(
      ServerName server,
      CompletableFuture<List<StoredKey>> question,
      CompletionStage<List<StoredKey>> answer) {
    answer.whenComplete(
        (keys, failure) -> {
          asking.remove(server, question);
          if (failure == null) {
            question.complete(keys);
          } else {
            question.completeExceptionally(failure);
          }
        });
  }

  private CompletionStage<List<StoredKey>> read(ServerName server) {
    return database.submit(unit -> unit.keys().find(server));
  }

  private CompletionStage<List<StoredKey>> note(ServerName server, List<StoredKey> keys) {
    if (keys.isEmpty()) {
      pace.failed(server);
      return CompletableFuture.completedFuture(keys);
    }
    pace.answered(server);
    return database.submit(
        unit -> {
          unit.keys().put(server, keys);
          return keys;
        });
  }

  private static void giveUp(CompletableFuture<List<StoredKey>> question) {
    question.completeExceptionally(new TransientException("the key ring is being replaced"));
  }

  private static boolean suffice(Map<KeyId, VerifyKey> known, Set<KeyId> wanted, long validAtTs) {
    for (KeyId id : wanted) {
      VerifyKey key = known.get(id);
      // An old key stays what it is; to ask again would not make it good.
      boolean missing = key == null || (!key.expired() && key.validUntilTs() < validAtTs);
      if (id.isEd25519() && missing) {
        return false;
      }
    }
    return true;
  }

  private Map<KeyId, VerifyKey> verifyKeys(ServerName server, List<StoredKey> stored) {
    Map<KeyId, VerifyKey> keys = new HashMap<>();
    for (StoredKey key : stored) {
      boolean limited = !key.expired() && !server.equals(self);
      long validUntilTs =
          limited
              ? Math.min(key.validUntilTs(), key.fetchedTs() + MAX_VALIDITY_MILLIS)
              : key.validUntilTs();
      keys.put(key.keyId(), new VerifyKey(key.publicKey(), validUntilTs, key.expired()));
    }
    return keys;
  }

  private static Map<KeyId, VerifyKey> joined(
      Map<KeyId, VerifyKey> known, Map<KeyId, VerifyKey> asked) {
    Map<KeyId, VerifyKey> joined = new HashMap<>(known);
    joined.putAll(asked);
    return joined;
  }
}
