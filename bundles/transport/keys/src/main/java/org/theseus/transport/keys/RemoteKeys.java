package org.theseus.transport.keys;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.KeyList;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.Status;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.support.Threads;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.ServerResolver;
import org.theseus.transport.keys.Question.Way;

/**
 * Keys from the store; where the store's do not suffice they are asked for, and where they will not
 * much longer they are asked for beforehand.
 */
@Component(service = {KeyRing.class, KeyLists.class, Status.class})
@Designate(ocd = RemoteKeys.Config.class)
public final class RemoteKeys implements KeyRing, KeyLists, Status {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);

  /** With the store's part, below the ten seconds that were promised. */
  private static final Duration PATIENCE = Duration.ofSeconds(9);

  private static final String BEFOREHAND = "beforehand";

  /** From so many servers at a time on it is better to ask one notary than all of them. */
  private static final int MANY = 8;

  private static final long TIDY_MINUTES = 1;

  private static final double LEAST_JITTER = 0.75;
  private static final double MOST_JITTER = 1.25;

  private final ServerName self;
  private final KnownKeys known;
  private final Notaries notaries;
  private final Questions questions;
  private final ScheduledExecutorService timer = Threads.scheduler("transport-keys");
  private final LongSupplier nowTs;
  private final Duration patience;

  /** Whom else to ask. */
  @ObjectClassDefinition(name = "Theseus: keys of other servers")
  @interface Config {
    @AttributeDefinition(
        description =
            "Servers to ask for the keys of those that cannot be reached, in this order; none if"
                + " empty.")
    String[] notaries() default {};
  }

  /**
   * Joins what it takes to find keys.
   *
   * @param config whom else to ask
   * @param self our name
   * @param database holds keys
   * @param resolver finds servers
   * @param http asks them
   * @param json reads answers
   * @param signedJson verifies them
   */
  @Activate
  public RemoteKeys(
      Config config,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer self,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) ServerResolver resolver,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) HttpTransport http,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) JsonReader json,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) SignedJson signedJson) {
    this(
        self.name(),
        database,
        new Network(resolver, http, json, signedJson),
        new Clock(
            System::currentTimeMillis,
            System::nanoTime,
            () -> ThreadLocalRandom.current().nextDouble(LEAST_JITTER, MOST_JITTER)),
        PATIENCE);
    configure(config);
  }

  /** What is asked through. */
  record Network(
      ServerResolver resolver, HttpTransport http, JsonReader json, SignedJson signedJson) {}

  /** The time, and how much it is stretched. */
  record Clock(LongSupplier nowTs, LongSupplier nanoTime, DoubleSupplier jitter) {}

  RemoteKeys(ServerName self, Database database, Network network, Clock clock, Duration patience) {
    this.self = self;
    this.nowTs = clock.nowTs();
    this.known = new KnownKeys(self, database, nowTs);
    this.patience = patience;
    KeyClient client =
        new KeyClient(network.resolver(), network.http(), network.json(), clock.nanoTime());
    this.notaries =
        new Notaries(
            new NotaryClient(
                client,
                network.signedJson(),
                (notary, wanted) -> find(notary, wanted.keys(), wanted.validAtTs()),
                nowTs),
            new Pace(clock.nanoTime(), clock.jitter()));
    this.questions =
        new Questions(
            known,
            new KeyFetcher(client, new PublishedKeys(network.signedJson()), nowTs),
            notaries,
            new Pace(clock.nanoTime(), clock.jitter()),
            clock.nanoTime(),
            timer);
    Strangers strangers = new Strangers(known, nowTs, Strangers.Limits.DEFAULT);
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            strangers::forget, TIDY_MINUTES, TIDY_MINUTES, TimeUnit.MINUTES);
  }

  /** Takes up a changed configuration; nobody who waits notices. */
  @Modified
  void configure(Config config) {
    notaries(
        Arrays.stream(config.notaries())
            .flatMap(line -> Arrays.stream(line.split("[,\\s]+", -1)))
            .filter(name -> !name.isEmpty())
            .flatMap(name -> notary(name).stream())
            .toList());
  }

  private static Optional<ServerName> notary(String name) {
    Optional<ServerName> notary = ServerName.parse(name);
    if (notary.isEmpty()) {
      LOG.warn("a notary is configured that has no server's name: {}", name);
    }
    return notary;
  }

  void notaries(List<ServerName> names) {
    notaries.are(names.stream().filter(name -> !name.equals(self)).toList());
  }

  /** Ends all questions; whoever waits is told to ask the next key ring. */
  @Deactivate
  void stop() {
    timer.shutdownNow();
    questions.stop();
  }

  @Override
  public String name() {
    return "keys";
  }

  @Override
  public JsonObject report() {
    return questions.report();
  }

  @Override
  public CompletionStage<Map<KeyId, VerifyKey>> find(
      ServerName server, Set<KeyId> wanted, long validAtTs) {
    return find(server.value(), Map.of(server, new Wanted(wanted, validAtTs)), patience)
        .get(server)
        .thenApply(Found::keys);
  }

  @Override
  public Map<ServerName, CompletionStage<Found>> find(
      String asker, Map<ServerName, Wanted> wanted, Duration within) {
    Map<ServerName, CompletionStage<Found>> answers = new HashMap<>();
    CompletionStage<Map<ServerName, List<StoredKey>>> stored = known.find(wanted.keySet());
    CompletionStage<List<Way>> first = stored.thenApply(keys -> ways(keys, wanted));
    wanted.forEach(
        (server, its) ->
            answers.put(
                server,
                stored
                    .thenCombine(
                        first,
                        (keys, ways) ->
                            complete(
                                asker,
                                server,
                                its,
                                keys.getOrDefault(server, List.of()),
                                within,
                                ways))
                    .thenCompose(found -> found)));
    return answers;
  }

  private List<Way> ways(Map<ServerName, List<StoredKey>> stored, Map<ServerName, Wanted> wanted) {
    long open =
        wanted.entrySet().stream()
            .filter(
                one ->
                    !Validity.suffices(
                        stored.getOrDefault(one.getKey(), List.of()), one.getValue()))
            .count();
    return open >= MANY && notaries.areAny()
        ? List.of(Way.NOTARIES, Way.SERVER)
        : List.of(Way.SERVER, Way.NOTARIES);
  }

  private CompletionStage<Found> complete(
      String asker,
      ServerName server,
      Wanted wanted,
      List<StoredKey> stored,
      Duration within,
      List<Way> ways) {
    if (server.equals(self)) {
      return CompletableFuture.completedFuture(new Found(own(stored), true));
    }
    Map<KeyId, VerifyKey> there = Validity.of(stored);
    Set<KeyId> missing = Validity.missing(stored, wanted);
    if (missing.isEmpty()) {
      if (Validity.ages(stored, wanted, nowTs.getAsLong())) {
        questions.ask(BEFOREHAND, server, wanted, PATIENCE, List.of(Way.SERVER, Way.NOTARIES));
      }
      return CompletableFuture.completedFuture(new Found(there, true));
    }
    return questions
        .ask(asker, server, new Wanted(missing, wanted.validAtTs()), within, ways)
        .thenCompose(told -> known.read(server).thenApply(now -> found(now, wanted, told)))
        .toCompletableFuture()
        .completeOnTimeout(new Found(there, false), within.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Found found(List<StoredKey> stored, Wanted wanted, boolean told) {
    return new Found(Validity.of(stored), told || Validity.suffices(stored, wanted));
  }

  /** Our own keys are good for as long as the store says. */
  private static Map<KeyId, VerifyKey> own(List<StoredKey> stored) {
    Map<KeyId, VerifyKey> keys = new HashMap<>();
    stored.forEach(
        key ->
            keys.put(
                key.keyId(), new VerifyKey(key.publicKey(), key.validUntilTs(), key.expired())));
    return keys;
  }

  @Override
  public CompletionStage<Map<ServerName, KeyList>> lists(Collection<ServerName> servers) {
    return known.lists(servers);
  }

  @Override
  public CompletionStage<Void> refresh(
      String asker, ServerName server, Wanted wanted, Duration within) {
    return questions
        .ask(asker, server, wanted, within, List.of(Way.SERVER))
        .<Void>thenApply(asked -> null)
        .toCompletableFuture()
        .completeOnTimeout(null, within.toMillis(), TimeUnit.MILLISECONDS);
  }
}
