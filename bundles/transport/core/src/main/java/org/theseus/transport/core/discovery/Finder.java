package org.theseus.transport.core.discovery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntUnaryOperator;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.Resolution;
import org.theseus.transport.api.ResolvedServer;

/** Walks the specification's steps; what each asks is remembered, not what comes of it. */
final class Finder {
  private static final int DEFAULT_PORT = 8448;
  private static final int SIZE = 10_000;
  private static final int MAX_TARGETS = 6;
  private static final int MAX_ADDRESSES = 12;

  /** The numbers of the steps that the name itself goes through, */
  private static final Numbers ITSELF = new Numbers("1", "2", "4", "5", "6");

  /** and of those that the name goes through that it delegates to. */
  private static final Numbers DELEGATED = new Numbers("3.1", "3.2", "3.3", "3.4", "3.5");

  private final Dns dns;
  private final WellKnownClient wellKnown;
  private final IntUnaryOperator random;
  private final Memory<String, Dns.Found<InetAddress>> addresses;
  private final Memory<String, Dns.Found<Dns.Service>> services;
  private final Memory<String, WellKnown> delegations;

  private record Numbers(String literal, String port, String service, String old, String host) {}

  /**
   * Makes a finder that remembers nothing yet.
   *
   * @param random draws lots, see {@link ServiceOrder}
   */
  Finder(
      Dns dns, HttpTransport http, JsonReader json, InstantSource clock, IntUnaryOperator random) {
    this.dns = dns;
    this.random = random;
    addresses = new Memory<>(SIZE, clock);
    services = new Memory<>(SIZE, clock);
    delegations = new Memory<>(SIZE, clock);
    wellKnown =
        new WellKnownClient(http, json, host -> lookUp(host).thenApply(Memory.Told::value), clock);
  }

  /** Finds a server, or tells why not. */
  CompletionStage<Resolution> find(ServerName server) {
    Trace trace = new Trace(server);
    return walk(server, trace).thenApply(trace::end);
  }

  private CompletionStage<Optional<ResolvedServer>> walk(ServerName server, Trace trace) {
    if (isPlain(server)) {
      return target(server, ITSELF, trace);
    }
    String host = Targets.host(server).toLowerCase(Locale.ROOT);
    return delegations
        .get(host, before -> wellKnown.ask(host, before))
        .thenCompose(
            told -> {
              WellKnown known = told.value();
              String asked = "GET https://" + host + WellKnownEndpoint.PATH;
              trace.note("3", asked, known.said(), told.remembered());
              return known
                  .delegated()
                  .map(delegated -> target(delegated, DELEGATED, trace))
                  .orElseGet(() -> target(server, ITSELF, trace));
            });
  }

  private static boolean isPlain(ServerName server) {
    return server.isIpLiteral() || server.port().isPresent();
  }

  /** The Host header is the name as it stands, the certificate must be for its host. */
  private CompletionStage<Optional<ResolvedServer>> target(
      ServerName name, Numbers numbers, Trace trace) {
    int port = name.port().orElse(DEFAULT_PORT);
    String number = name.isIpLiteral() ? numbers.literal : numbers.port;
    Optional<String> flaw = Targets.flaw(name);
    if (flaw.isPresent()) {
      trace.note(number, name.value(), flaw.get(), false);
      return done(List.of(), name, trace);
    }
    if (name.isIpLiteral()) {
      InetSocketAddress address = new InetSocketAddress(Targets.literal(name).orElseThrow(), port);
      trace.note(number, name.value(), text(address), false);
      return done(List.of(address), name, trace);
    }
    String host = Targets.host(name);
    if (name.port().isPresent()) {
      return addresses(host, port, number, trace).thenCompose(all -> done(all, name, trace));
    }
    return services("_matrix-fed._tcp." + host, numbers.service, trace)
        .thenCompose(
            found ->
                found.isPresent()
                    ? CompletableFuture.completedFuture(found)
                    : services("_matrix._tcp." + host, numbers.old, trace))
        .thenCompose(
            found ->
                found.isPresent()
                    ? CompletableFuture.completedFuture(found.get())
                    : addresses(host, port, numbers.host, trace))
        .thenCompose(all -> done(all, name, trace));
  }

  private static CompletionStage<Optional<ResolvedServer>> done(
      List<InetSocketAddress> all, ServerName name, Trace trace) {
    List<InetSocketAddress> few = all.stream().distinct().limit(MAX_ADDRESSES).toList();
    return CompletableFuture.completedFuture(
        few.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new ResolvedServer(trace.server(), few, name.value(), Targets.host(name))));
  }

  private CompletionStage<Memory.Told<Dns.Found<InetAddress>>> lookUp(String host) {
    return addresses.get(host.toLowerCase(Locale.ROOT), before -> dns.addresses(host));
  }

  private CompletionStage<List<InetSocketAddress>> addresses(
      String host, int port, String number, Trace trace) {
    return lookUp(host)
        .thenApply(
            told -> {
              String answer = told.value().text(InetAddress::getHostAddress);
              trace.note(number, "A and AAAA of " + host, answer, told.remembered());
              return told.value().records().stream()
                  .map(address -> new InetSocketAddress(address, port))
                  .toList();
            });
  }

  /**
   * Looks for a service. Where it cannot be told whether there is one, nothing is found: to go on
   * might lead elsewhere.
   *
   * @return the addresses of its targets; empty if there is no such service
   */
  private CompletionStage<Optional<List<InetSocketAddress>>> services(
      String name, String number, Trace trace) {
    return services
        .get(name.toLowerCase(Locale.ROOT), before -> dns.services(name))
        .thenCompose(
            told -> {
              Dns.Found<Dns.Service> found = told.value();
              String answer = found.text(Dns.Service::text);
              trace.note(number, "SRV of " + name, answer, told.remembered());
              return found.records().isEmpty() && !found.isFailed()
                  ? CompletableFuture.completedFuture(Optional.empty())
                  : targets(found.records(), number, trace).thenApply(Optional::of);
            });
  }

  private CompletionStage<List<InetSocketAddress>> targets(
      List<Dns.Service> found, String number, Trace trace) {
    List<CompletableFuture<List<InetSocketAddress>>> each =
        ServiceOrder.of(found, random).stream()
            .filter(service -> !service.target().isEmpty() && service.port() > 0)
            .limit(MAX_TARGETS)
            .map(service -> addresses(service.target(), service.port(), number, trace))
            .map(CompletionStage::toCompletableFuture)
            .toList();
    return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              List<InetSocketAddress> joined = new ArrayList<>();
              each.forEach(addresses -> joined.addAll(addresses.join()));
              return joined;
            });
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + " port " + address.getPort();
  }
}
