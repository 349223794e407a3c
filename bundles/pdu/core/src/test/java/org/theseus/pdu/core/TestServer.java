package org.theseus.pdu.core;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.NewRoom;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomReader;
import org.theseus.pdu.api.Template;
import org.theseus.pdu.core.graph.Versions;
import org.theseus.pdu.core.local.LocalGraphs;
import org.theseus.pdu.core.queries.StoredRooms;
import org.theseus.pdu.core.receipt.Receiver;
import org.theseus.persistence.api.JournaledPdu;
import org.theseus.persistence.api.LoggedEvent;
import org.theseus.persistence.sqlite.TestStore;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.Edu;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.bouncycastle.BouncyCastleEd25519;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.protocol.rules.RoomVersions;
import org.theseus.protocol.rules.TrieStateMaps;
import org.theseus.transaction.api.Outbox;
import org.theseus.transaction.api.Receipt;
import org.theseus.transport.api.FederationClient;

/** A server of a {@link World}: the layer under test, on a real store and the real rules. */
final class TestServer implements AutoCloseable {
  static final JsonReader JSON = new JacksonJsonReader();
  private static final Map<String, RoomVersion> VERSIONS = versions();

  private final World world;
  private final ServerName name;
  private final TestKey key;
  private final TestStore store;
  private final Known versions = new Known();
  private final PduCore core;
  private final LocalGraphs graphs;
  private final StoredRooms rooms;
  private final Receiver receiver;
  private final Map<ServerName, Long> sent = new ConcurrentHashMap<>();

  private static Map<String, RoomVersion> versions() {
    Map<String, RoomVersion> versions = new TreeMap<>();
    RoomVersions.all(new BouncyCastleEd25519(), new TrieStateMaps())
        .forEach(version -> versions.put(version.id(), version));
    return versions;
  }

  TestServer(World world, ServerName name, Path file) {
    this.world = world;
    this.name = name;
    this.key = new TestKey(name.value());
    this.store = new TestStore(file);
    this.core =
        new PduCore(
            new PduCore.Base(
                () -> name,
                () -> key,
                world.keyRing(),
                request -> world.request(name, request),
                store,
                JSON,
                new TrieStateMaps(),
                versions,
                new NoOutbox(),
                world::now));
    this.graphs = new LocalGraphs(core.parts());
    this.rooms = new StoredRooms(core.graph());
    this.receiver = new Receiver(core.tools(), core.journal());
    core.start();
  }

  /** The versions there are, unless their bundle is just being replaced. */
  private static final class Known implements Versions {
    private volatile boolean away;
    private volatile boolean forGood;
    private volatile String code = "first";

    @Override
    public Optional<RoomVersion> find(String id) {
      if (isBeingReplaced(id)) {
        throw new BeingReplacedException("the rules are being replaced");
      }
      return Optional.ofNullable(VERSIONS.get(id));
    }

    @Override
    public Optional<RoomVersion> present(String id) {
      return away ? Optional.empty() : find(id);
    }

    @Override
    public boolean isBeingReplaced(String id) {
      return away && !forGood;
    }

    @Override
    public Optional<String> code(String id) {
      return present(id).map(version -> code);
    }

    @Override
    public List<String> ids() {
      return List.copyOf(VERSIONS.keySet());
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

  ServerName name() {
    return name;
  }

  TestStore store() {
    return store;
  }

  PduCore core() {
    return core;
  }

  RoomGraphs graphs() {
    return graphs;
  }

  RoomReader rooms() {
    return rooms;
  }

  UserId user(String localpart) {
    return UserId.of("@" + localpart + ":" + name);
  }

  static RoomVersion version(String id) {
    return VERSIONS.get(id);
  }

  /** Lets the bundle of the room versions go. */
  void rulesGo() {
    versions.away = true;
  }

  /** Lets it go for good, as far as anybody can tell. */
  void rulesAreGone() {
    versions.away = true;
    versions.forGood = true;
  }

  /** Lets another version of the bundle come in its place. */
  void newRulesCome(String code) {
    versions.code = code;
    rulesCome();
  }

  /** Lets it come back, as the layer is told of it. */
  void rulesCome() {
    versions.away = false;
    versions.forGood = false;
    core.start();
  }

  TestKey key() {
    return key;
  }

  /** Makes a public room as a client would. */
  RoomId create(String version, UserId creator) {
    JsonObject power =
        JsonObject.builder()
            .put(
                "users",
                version.equals("12")
                    ? JsonObject.EMPTY
                    : JsonObject.builder().put(creator.value(), 100).build())
            .build();
    return await(
        graphs.create(
            new NewRoom(
                version,
                creator,
                JsonObject.EMPTY,
                List.of(
                    Draft.member(creator, creator, "join"),
                    Draft.state(creator, "m.room.power_levels", "", power),
                    Draft.state(creator, "m.room.join_rules", "", content("join_rule", "public"))),
                Optional.empty())));
  }

  Event say(RoomId room, UserId user, String text) {
    return send(room, Draft.message(user, "m.room.message", content("body", text)));
  }

  Event set(RoomId room, UserId user, String type, JsonObject content) {
    return send(room, Draft.state(user, type, "", content));
  }

  Event send(RoomId room, Draft draft) {
    return await(graphs.send(room, draft));
  }

  /** Joins through another server, as messaging does. */
  Event join(RoomId room, UserId user, TestServer resident) {
    Template template = await(resident.graphs.template(room, Draft.member(user, user, "join")));
    RoomVersion version = VERSIONS.get(template.version());
    Event join = version.hashAndSign(template.event().without("origin"), name, key);
    await(graphs.beginJoin(join, List.of(resident.name), template.version()));
    RoomGraphs.Admission admission = await(resident.graphs.admit(name, room, join.json()));
    await(
        graphs.adopt(
            admission.event(),
            resident.name,
            admission.state().stream().map(Event::json).toList(),
            admission.authChain().stream().map(Event::json).toList()));
    return join;
  }

  Map<StateKey, EventId> state(RoomId room) {
    Map<StateKey, EventId> state = new HashMap<>();
    rooms.state(room).forEach(event -> state.put(event.slot().orElseThrow(), event.id()));
    return state;
  }

  /** Sends another server what this one owes it. */
  boolean deliverTo(TestServer to) {
    if (world.isCut(name, to.name)) {
      return false;
    }
    List<LoggedEvent> owed = owed(to);
    owed.forEach(event -> to.receive(name, JSON.readObject(event.json())));
    lose(to);
    return !owed.isEmpty();
  }

  /** What is owed now will never arrive. */
  void lose(TestServer to) {
    owed(to).forEach(event -> sent.put(to.name, event.position()));
  }

  List<LoggedEvent> owed(TestServer to) {
    return store.run(unit -> unit.outbox().after(to.name, sent.getOrDefault(to.name, 0L), 1_000));
  }

  /** Takes one PDU in as the transaction layer does. */
  Receipt receive(ServerName origin, JsonObject pdu) {
    Receipt receipt = await(receiver.receive(origin, pdu));
    if (receipt instanceof Receipt.Journal journal) {
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
                          world.now())));
      receiver.journaled(Set.of(journal.roomId()));
    }
    return receipt;
  }

  Set<ServerName> neighbours(Set<ServerName> among) {
    return receiver.neighbours(among);
  }

  /** Waits until no journaled PDU is due, letting the time pass that some wait for. */
  void settle() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (isBusy()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(name + " does not settle");
      }
      world.pass(100);
      receiver.journaled(store.run(unit -> unit.journal().rooms()));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private boolean isBusy() {
    return store.run(
        unit ->
            unit.journal().rooms().stream()
                .filter(
                    room ->
                        unit.rooms()
                            .find(room)
                            .filter(known -> !known.participation().name().equals("JOINING"))
                            .isPresent())
                .anyMatch(room -> !unit.journal().due(room, world.now(), 1).isEmpty()));
  }

  /** Answers a request of another server by the queries that its path names. */
  CompletionStage<FederationClient.Response> answer(
      ServerName origin, FederationClient.Request request) {
    return CompletableFuture.supplyAsync(
        () -> {
          Asked asked = Asked.parse(origin, request);
          try {
            return new FederationClient.Response(200, asked.of(core.queries()));
          } catch (MatrixException refused) {
            return new FederationClient.Response(
                refused.error().status(), refused.error().toJson());
          }
        });
  }

  static JsonObject content(String name, String value) {
    return JsonObject.builder().put(name, value).build();
  }

  static JsonObject content(String name, List<String> values) {
    return JsonObject.builder()
        .put(
            name,
            new JsonArray(
                values.stream().<org.theseus.protocol.api.JsonValue>map(JsonString::new).toList()))
        .build();
  }

  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }

  @Override
  public void close() {
    core.close();
    store.close();
  }
}
