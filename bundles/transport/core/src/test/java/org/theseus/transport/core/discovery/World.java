package org.theseus.transport.core.discovery;

import static org.theseus.transport.core.discovery.TlsServer.answer;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.transport.api.HttpTransport;
import org.theseus.transport.api.Resolution;
import org.theseus.transport.api.ResolvedServer;
import org.theseus.transport.jettyclient.JettyTransport;

/**
 * A little internet: DNS and servers over TLS on loopback. The servers seem to be at addresses of
 * the real one, whose ports a test could not have.
 */
final class World implements Closeable, HttpTransport {
  static final Duration PATIENCE = Duration.ofMillis(800);

  /** What is not there refuses connections, as that port does. */
  private static final InetSocketAddress NOBODY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  final DnsServer dns = new DnsServer();
  final Map<InetSocketAddress, TlsServer> places = new HashMap<>();
  Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final JettyTransport client;
  final Finder finder;

  World(Path trusted) throws Exception {
    client = new JettyTransport(Optional.of(trusted), true);
    client.start();
    InstantSource clock = () -> now;
    finder =
        new Finder(
            new DnsClient(() -> List.of(dns.address()), PATIENCE, threads),
            this,
            new JacksonJsonReader(),
            clock,
            new Random(7)::nextInt);
  }

  /** A server at an address, as in {@code 192.0.2.7}. */
  TlsServer serve(String address, int port, SSLContext tls, UnaryOperator<String> script)
      throws IOException {
    TlsServer server = new TlsServer(tls, script);
    places.put(new InetSocketAddress(address, port), server);
    return server;
  }

  /** A server that tells one well-known document. */
  TlsServer wellKnown(String address, SSLContext tls, String headers, String body)
      throws IOException {
    return serve(address, 443, tls, path -> answer("200 OK", headers, body));
  }

  Resolution find(String name) {
    return join(finder.find(ServerName.of(name)));
  }

  /** Asks a server for something, and tells its status. */
  int get(ResolvedServer target) throws IOException {
    try (Response response =
        join(
            send(
                new Request(
                    target, "GET", "/x", Map.of(), Optional.empty(), Duration.ofSeconds(5), 99)))) {
      return response.status();
    }
  }

  /** Goes to where the servers really are. */
  @Override
  public CompletionStage<Response> send(Request request) {
    List<InetSocketAddress> real = new ArrayList<>();
    for (InetSocketAddress address : request.target().addresses()) {
      TlsServer place = places.get(address);
      real.add(place == null ? NOBODY : place.address());
    }
    ResolvedServer target = request.target();
    return client.send(
        new Request(
            new ResolvedServer(
                target.server(), real, target.hostHeader(), target.certificateName()),
            request.method(),
            request.path(),
            request.headers(),
            request.body(),
            request.timeout(),
            request.maxAnswerBytes()));
  }

  static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() throws IOException {
    client.stop();
    threads.shutdown();
    dns.close();
    for (TlsServer server : places.values()) {
      server.close();
    }
  }
}
