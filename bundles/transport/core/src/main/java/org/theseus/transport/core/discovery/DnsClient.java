package org.theseus.transport.core.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.theseus.protocol.api.ServerName;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Asks by dnsjava, which holds no thread while it waits. Names are taken as they are: no search
 * path. The hosts file goes before the servers, and {@code localhost} is always this machine.
 */
final class DnsClient implements Dns {
  private static final Duration SHORTEST = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration NOTHING = Duration.ofMinutes(1);
  private static final Duration FAILED = Duration.ofSeconds(10);
  private static final Duration HOSTS = Duration.ofSeconds(10);
  private static final List<InetAddress> US =
      Stream.of("127.0.0.1", "[::1]")
          .map(ServerName::of)
          .flatMap(literal -> Targets.literal(literal).stream())
          .toList();
  private static final int TRIES = 2;

  /** A server loses what comes faster than it reads. */
  private static final int AT_ONCE = 64;

  /** Each takes a socket. */
  private static final int MOST_OPEN = 1_000;

  private static final Duration TURN = Duration.ofMillis(25);

  /** Of one answer: what strangers' servers answer is remembered, and may be 64 KiB. */
  private static final int RECORDS = 16;

  private final Supplier<List<InetSocketAddress>> servers;
  private final HostsFileParser hosts = new HostsFileParser();
  private final Executor executor;
  private final Duration patience;
  private final Turns turns;
  private volatile Asking current;

  private record Asking(List<InetSocketAddress> servers, LookupSession session) {}

  /**
   * Makes a client.
   *
   * @param servers tells whom to ask, in order; is asked each time and may change
   * @param patience the longest wait for an answer, and before that for a turn to ask
   * @param executor takes up answers
   */
  DnsClient(Supplier<List<InetSocketAddress>> servers, Duration patience, Executor executor) {
    this.servers = servers;
    this.patience = patience;
    this.executor = executor;
    this.turns = new Turns(AT_ONCE, MOST_OPEN, TURN, patience, executor);
    this.current = asking(servers.get());
  }

  private Asking asking(List<InetSocketAddress> them) {
    List<Resolver> resolvers = new ArrayList<>();
    for (InetSocketAddress server : them) {
      SimpleResolver resolver = new SimpleResolver(server);
      resolver.setTimeout(patience.dividedBy(TRIES));
      resolvers.add(resolver);
    }
    ExtendedResolver resolver = new ExtendedResolver(resolvers);
    resolver.setRetries(TRIES);
    resolver.setTimeout(patience);
    return new Asking(them, LookupSession.builder().resolver(resolver).executor(executor).build());
  }

  private LookupSession session() {
    List<InetSocketAddress> now = servers.get();
    Asking known = current;
    if (!known.servers.equals(now)) {
      known = asking(now);
      current = known;
    }
    return known.session;
  }

  @Override
  public CompletionStage<Found<InetAddress>> addresses(String host) {
    Name name;
    try {
      name = name(host);
    } catch (TextParseException malformed) {
      return done(Found.failed(host + " is no name", NOTHING));
    }
    List<InetAddress> known = local(name);
    if (!known.isEmpty()) {
      return done(new Found<>(known, "", HOSTS));
    }
    return ask(name, Type.A, record -> ((ARecord) record).getAddress())
        .thenCombine(
            ask(name, Type.AAAA, record -> ((AAAARecord) record).getAddress()), DnsClient::join);
  }

  @Override
  public CompletionStage<Found<Service>> services(String name) {
    try {
      return ask(name(name), Type.SRV, record -> service((SRVRecord) record));
    } catch (TextParseException malformed) {
      return done(Found.failed(name + " is no name", NOTHING));
    }
  }

  private static Name name(String name) throws TextParseException {
    return Name.fromString(name, Name.root);
  }

  private static Service service(SRVRecord record) {
    return new Service(
        record.getPriority(),
        record.getWeight(),
        record.getPort(),
        record.getTarget().toString(true));
  }

  private List<InetAddress> local(Name name) {
    try {
      List<InetAddress> found =
          Stream.of(hosts.getAddressForHost(name, Type.A), hosts.getAddressForHost(name, Type.AAAA))
              .flatMap(Optional::stream)
              .toList();
      boolean isUs = found.isEmpty() && name.toString(true).equalsIgnoreCase("localhost");
      return isUs ? US : found;
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  private <T> CompletionStage<Found<T>> ask(Name name, int type, Function<Record, T> read) {
    CompletionStage<Found<T>> answer =
        turns
            .take(() -> lookUp(name, type))
            .handleAsync(
                (result, failure) ->
                    failure == null
                        ? found(result.getRecords(), read)
                        : nothing(
                            failure instanceof CompletionException ? failure.getCause() : failure),
                executor);
    return answer.exceptionally(stopped -> Found.failed("the look-up was cut short", FAILED));
  }

  private CompletableFuture<LookupResult> lookUp(Name name, int type) {
    return session()
        .lookupAsync(name, type)
        .toCompletableFuture()
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static <T> Found<T> found(List<Record> records, Function<Record, T> read) {
    long ttl = records.stream().mapToLong(Record::getTTL).min().orElse(NOTHING.toSeconds());
    return new Found<>(
        records.stream().limit(RECORDS).map(read).toList(), "", within(Duration.ofSeconds(ttl)));
  }

  private static Duration within(Duration ttl) {
    return ttl.compareTo(SHORTEST) < 0 ? SHORTEST : ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
  }

  private static <T> Found<T> nothing(Throwable failure) {
    if (failure instanceof NoSuchDomainException || failure instanceof NoSuchRRSetException) {
      return new Found<>(List.of(), "", NOTHING);
    }
    String why =
        failure instanceof TimeoutException || failure.getMessage() == null
            ? "timed out"
            : failure.getMessage();
    return Found.failed("the look-up failed, " + why, FAILED);
  }

  /** The addresses of both families in turn, so that one that is broken is noticed soon. */
  private static Found<InetAddress> join(Found<InetAddress> four, Found<InetAddress> six) {
    List<InetAddress> all = new ArrayList<>();
    for (int i = 0; i < Math.max(four.records().size(), six.records().size()); i++) {
      int at = i;
      Stream.of(four.records(), six.records())
          .filter(records -> at < records.size())
          .map(records -> records.get(at))
          .forEach(all::add);
    }
    // A family that has none is no reason to ask again soon for the other.
    Duration lasts =
        Stream.of(four, six)
            .filter(found -> all.isEmpty() || !found.records().isEmpty())
            .map(Found::lasts)
            .min(Duration::compareTo)
            .orElse(FAILED);
    String problem = four.isFailed() ? four.problem() : six.problem();
    return new Found<>(all, all.isEmpty() ? problem : "", lasts);
  }

  private static <T> CompletionStage<Found<T>> done(Found<T> found) {
    return CompletableFuture.completedFuture(found);
  }
}
