package org.theseus.messaging.core;

import static org.theseus.messaging.core.World.get;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.theseus.messaging.api.Messaging;
import org.theseus.pdu.core.PduCore;
import org.theseus.pdu.core.graph.Versions;
import org.theseus.pdu.core.local.LocalGraphs;
import org.theseus.pdu.core.queries.StoredRooms;
import org.theseus.pdu.core.receipt.Receiver;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.sqlite.SqliteDatabase;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.protocol.rules.RulesSignedJson;
import org.theseus.protocol.rules.TrieStateMaps;
import org.theseus.transaction.api.Outbox;
import org.theseus.transaction.api.Receipt;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.FederationClient.Request;
import org.theseus.transport.api.FederationClient.Response;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.KeyRing;

/** A server on the real graph, rules and store; the wire between servers is a map of them. */
final class RealServer implements AutoCloseable {
  private static final JsonReader JSON = new JacksonJsonReader();
  private static final KeyRing KEYS =
      (server, wanted, validAtTs) ->
          CompletableFuture.completedFuture(
              Map.of(TestServer.KEY, new TestServer(server).verifyKey()));

  private final TestServer identity;
  private final Map<ServerName, RealServer> servers;
  private final SqliteDatabase store;
  private final PduCore graph;
  private final LocalGraphs graphs;
  private final Receiver receiver;
  private final List<Endpoint> endpoints;
  private final Map<ServerName, Long> sent = new HashMap<>();
  final StoredRooms rooms;
  private MessagingCore messaging;

  /** What becomes of answers on their way to this server. */
  volatile Function<Request, Boolean> loses = request -> false;

  RealServer(String name, Path folder, Map<ServerName, RealServer> servers) {
    this.identity = TestServer.of(name);
    this.servers = servers;
    this.store = new SqliteDatabase(new At(folder.resolve(name + ".db").toString()));
    store.open();
    this.graph =
        new PduCore(
            new PduCore.Base(
                identity::name,
                identity::signer,
                KEYS,
                this::send,
                store,
                JSON,
                new TrieStateMaps(),
                new Known(),
                new NoOutbox(),
                System::currentTimeMillis));
    graph.start();
    this.graphs = new LocalGraphs(graph.parts());
    this.rooms = new StoredRooms(graph.graph());
    this.receiver = new Receiver(graph.tools(), graph.journal());
    this.endpoints =
        List.of(
            new MakeJoinEndpoint(graphs, rooms, identity::name),
            new SendJoinEndpoint(graphs, rooms, identity::name, identity::signer),
            new MakeLeaveEndpoint(graphs, rooms),
            new SendLeaveEndpoint(graphs, rooms),
            new InviteEndpoint(graphs, rooms, identity::name, identity::signer, true),
            new DirectoryEndpoint(store, rooms, identity::name));
    servers.put(identity.name(), this);
    restart();
  }

  @SuppressWarnings("ClassExplicitlyAnnotation") // it stands for what the container would hand in
  private record At(String file) implements SqliteDatabase.Config {
    @Override
    public Class<? extends Annotation> annotationType() {
      return SqliteDatabase.Config.class;
    }
  }

  private static final class Known implements Versions {
    @Override
    public Optional<RoomVersion> find(String id) {
      return present(id);
    }

    @Override
    public Optional<RoomVersion> present(String id) {
      return Optional.ofNullable(TestServer.VERSIONS.get(id));
    }

    @Override
    public boolean isBeingReplaced(String id) {
      return false;
    }

    @Override
    public Optional<String> code(String id) {
      return present(id).map(version -> "the tests'");
    }

    @Override
    public List<String> ids() {
      return List.copyOf(TestServer.VERSIONS.keySet());
    }
  }

  private static final class NoOutbox implements Outbox {
    @Override
    public void wake(Set<ServerName> destinations) {}

    @Override
    public void send(Set<ServerName> destinations, Edu edu) {}

    @Override
    public List<DestinationStatus> destinations() {
      return List.of();
    }

    @Override
    public Optional<DestinationStatus> destination(ServerName server) {
      return Optional.empty();
    }

    @Override
    public void retry(ServerName destination) {}

    @Override
    public List<TransactionStatus> transactions(ServerName destination, int limit) {
      return List.of();
    }
  }

  /** Replaces this layer, as a swap or a crash does. */
  void restart() {
    if (messaging != null) {
      messaging.close();
    }
    messaging =
        new MessagingCore(
            graphs,
            rooms,
            store,
            this::send,
            identity::name,
            identity::signer,
            KEYS,
            new RulesSignedJson(TestServer.ED25519),
            Duration.ofMillis(1));
  }

  Messaging messaging() {
    return messaging;
  }

  TestServer identity() {
    return identity;
  }

  private CompletionStage<Response> send(Request request) {
    RealServer other = servers.get(request.destination());
    CompletionStage<Response> answer =
        other == null
            ? CompletableFuture.failedFuture(new TransientException("no such server"))
            : other.answer(identity.name(), request);
    return answer.thenCompose(
        response ->
            loses.apply(request)
                ? CompletableFuture.failedFuture(new TransientException("the answer is lost"))
                : CompletableFuture.completedFuture(response));
  }

  /** Routes a request as the layer below does. */
  private CompletionStage<Response> answer(ServerName origin, Request request) {
    URI uri = URI.create(request.path());
    for (Endpoint endpoint : endpoints) {
      Optional<Map<String, String>> variables =
          variables(endpoint.route().path(), uri.getRawPath());
      if (variables.isPresent() && endpoint.route().method().equals(request.method())) {
        InboundRequest inbound =
            new InboundRequest(
                Optional.of(origin),
                variables.get(),
                query(uri.getRawQuery()),
                request.body().map(body -> JSON.read(body.toBytes())),
                InetSocketAddress.createUnresolved("peer", 1));
        return CompletableFuture.supplyAsync(() -> answer(endpoint, inbound));
      }
    }
    return CompletableFuture.completedFuture(FakePeers.refusal(404, "M_UNRECOGNIZED"));
  }

  private static Response answer(Endpoint endpoint, InboundRequest request) {
    try {
      Answer answer = get(endpoint.answer(request));
      return new Response(answer.status(), JSON.read(answer.body().open(), answer.body().length()));
    } catch (MatrixException refused) {
      return new Response(refused.error().status(), refused.error().toJson());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Optional<Map<String, String>> variables(String template, String path) {
    String[] names = template.split("/", -1);
    String[] values = path.split("/", -1);
    Map<String, String> variables = new HashMap<>();
    boolean matches = names.length == values.length;
    for (int i = 0; matches && i < names.length; i++) {
      if (names[i].startsWith("{")) {
        variables.put(names[i].substring(1, names[i].length() - 1), decode(values[i]));
      } else {
        matches = names[i].equals(values[i]);
      }
    }
    return matches ? Optional.of(variables) : Optional.empty();
  }

  private static Map<String, List<String>> query(String query) {
    Map<String, List<String>> parameters = new HashMap<>();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        parameters.computeIfAbsent(parts[0], any -> new ArrayList<>()).add(decode(parts[1]));
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Sends another server what this one's log holds for it. */
  void deliverTo(RealServer to) {
    List<LoggedEvent> owed =
        store.run(
            unit ->
                unit.outbox()
                    .after(to.identity.name(), sent.getOrDefault(to.identity.name(), 0L), 1_000));
    for (LoggedEvent event : owed) {
      to.receive(identity.name(), JSON.readObject(event.json()));
      sent.put(to.identity.name(), event.position());
    }
  }

  private void receive(ServerName origin, JsonObject pdu) {
    if (get(receiver.receive(origin, pdu)) instanceof Receipt.Journal journal) {
      store.run(
          unit ->
              unit.journal()
                  .add(
                      JournaledPdu.received(
                          journal.roomId(),
                          journal.eventId(),
                          origin,
                          pdu.toBytes(),
                          journal.verified(),
                          System.currentTimeMillis())));
      receiver.journaled(Set.of(journal.roomId()));
    }
  }

  @Override
  public void close() {
    messaging.close();
    graph.close();
    store.close();
  }
}
