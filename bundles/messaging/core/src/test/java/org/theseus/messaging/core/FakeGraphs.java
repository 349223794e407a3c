package org.theseus.messaging.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.NewRoom;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.Template;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignatureVerdict;

/**
 * A graph that signs and verifies for real, and notes what it is told in place of storing it. What
 * it is told to refuse it refuses.
 */
final class FakeGraphs implements RoomGraphs {
  static final RoomId MADE = RoomId.of("!made");

  private final TestServer us;
  final Map<ServerName, TestServer> servers = new HashMap<>();

  /** What was done, in order: a word and an id. */
  final List<String> done = new CopyOnWriteArrayList<>();

  final List<NewRoom> rooms = new ArrayList<>();
  final List<Event> stored = new CopyOnWriteArrayList<>();
  final List<UnfinishedJoin> unfinished = new CopyOnWriteArrayList<>();
  final Map<String, RuntimeException> refusals = new HashMap<>();
  Consumer<Event> onAdopt = join -> {};
  String roomVersion = "12";

  FakeGraphs(TestServer us, TestServer... others) {
    this.us = us;
    servers.put(us.name(), us);
    for (TestServer other : others) {
      servers.put(other.name(), other);
    }
  }

  private <T> CompletionStage<T> does(String what, String id, Supplier<T> work) {
    if (refusals.containsKey(what)) {
      return CompletableFuture.failedFuture(refusals.get(what));
    }
    done.add(what + " " + id);
    return CompletableFuture.completedFuture(work.get());
  }

  private RoomVersion current() {
    return TestServer.VERSIONS.get(roomVersion);
  }

  private Event event(RoomId room, Draft draft) {
    JsonObject pdu =
        Pdus.state(
            room, draft.sender(), draft.type(), draft.stateKey().orElse(""), draft.content());
    return us.signed(current(), draft.stateKey().isPresent() ? pdu : pdu.without("state_key"));
  }

  @Override
  public CompletionStage<RoomId> create(NewRoom room) {
    return does(
        "create",
        room.version(),
        () -> {
          rooms.add(room);
          return MADE;
        });
  }

  @Override
  public CompletionStage<Event> send(RoomId room, Draft draft) {
    Event event = event(room, draft);
    return does(
        "send",
        draft.type() + draft.redacts().map(target -> " " + target).orElse(""),
        () -> {
          stored.add(event);
          return event;
        });
  }

  @Override
  public CompletionStage<Event> prepare(RoomId room, Draft draft) {
    return does("prepare", draft.type(), () -> event(room, draft));
  }

  @Override
  public CompletionStage<Event> commit(Event event) {
    return does(
        "commit",
        event.id().value(),
        () -> {
          stored.add(event);
          return event;
        });
  }

  @Override
  public CompletionStage<Template> template(RoomId room, Draft draft) {
    return does(
        "template",
        draft.content().toString(),
        () ->
            new Template(
                roomVersion,
                Pdus.state(
                    room,
                    draft.sender(),
                    draft.type(),
                    draft.stateKey().orElseThrow(),
                    draft.content())));
  }

  @Override
  public CompletionStage<Admission> admit(ServerName origin, RoomId room, JsonObject pdu) {
    Event event = current().parse(pdu);
    return does(
        "admit",
        event.id().value(),
        () -> {
          stored.add(event);
          return new Admission(event, List.of(event), List.of(event));
        });
  }

  @Override
  public CompletionStage<Void> beginJoin(Event join, List<ServerName> via, String version) {
    return does(
        "begin",
        via.toString(),
        () -> {
          unfinished.add(new UnfinishedJoin(join, via, version));
          return null;
        });
  }

  @Override
  public CompletionStage<Void> adopt(
      Event join, ServerName resident, List<JsonObject> state, List<JsonObject> authChain) {
    return does(
        "adopt",
        resident + " " + state.size() + " " + authChain.size(),
        () -> {
          unfinished.removeIf(begun -> begun.join().id().equals(join.id()));
          stored.add(join);
          onAdopt.accept(join);
          return null;
        });
  }

  @Override
  public CompletionStage<Void> abandonJoin(Event join) {
    return does(
        "abandon",
        join.roomId().value(),
        () -> {
          unfinished.removeIf(begun -> begun.join().id().equals(join.id()));
          return null;
        });
  }

  @Override
  public List<UnfinishedJoin> unfinishedJoins() {
    return List.copyOf(unfinished);
  }

  @Override
  public CompletionStage<Void> storeOutOfBand(Event event, String version) {
    return does(
        "store",
        event.content().string("membership").orElse(""),
        () -> {
          stored.add(event);
          return null;
        });
  }

  @Override
  public CompletionStage<Integer> backfill(RoomId room, int limit) {
    return does("backfill", room.value(), () -> limit);
  }

  @Override
  public CompletionStage<Event> verify(String version, JsonObject pdu) {
    try {
      RoomVersion rules = TestServer.VERSIONS.get(version);
      Event event = rules.parse(pdu);
      SignatureVerdict verdict =
          rules.verify(
              event,
              (server, key) -> Optional.ofNullable(servers.get(server)).map(TestServer::verifyKey));
      return verdict instanceof SignatureVerdict.Valid
          ? CompletableFuture.completedFuture(event)
          : CompletableFuture.failedFuture(
              new MatrixException(403, "M_FORBIDDEN", "a signature is false"));
    } catch (MatrixException malformed) {
      return CompletableFuture.failedFuture(malformed);
    }
  }

  @Override
  public Optional<RoomVersion> version(String version) {
    return Optional.ofNullable(TestServer.VERSIONS.get(version));
  }

  @Override
  public List<String> versions() {
    return TestServer.VERSIONS.keySet().stream().sorted().toList();
  }
}
