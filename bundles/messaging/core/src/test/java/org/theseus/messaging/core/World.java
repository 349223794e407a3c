package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.UserId;
import org.theseus.protocol.jackson.JacksonJsonReader;
import org.theseus.protocol.rules.RulesSignedJson;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;

/** Our server, another, and what stands around the layer under test. */
final class World implements AutoCloseable {
  final TestServer us = TestServer.of("a.example");
  final TestServer other = TestServer.of("b.example");
  final TestServer third = TestServer.of("c.example");
  final UserId alice = us.user("alice");
  final UserId bob = other.user("bob");
  final RoomId room;
  final RoomVersion version;
  final Event create;
  final FakeGraphs graphs = new FakeGraphs(us, other, third);
  final FakeReader reader = new FakeReader();
  final FakePeers peers = new FakePeers();
  final FakeAliases aliases = new FakeAliases();
  private MessagingCore core;

  World() {
    this("12");
  }

  World(String versionId) {
    version = TestServer.VERSIONS.get(versionId);
    graphs.roomVersion = versionId;
    JsonObject unsigned = Pdus.create(alice, versionId);
    create =
        us.signed(
            version,
            versionId.equals("12") ? unsigned : unsigned.with("room_id", "!room:a.example"));
    room = create.roomId();
  }

  /** The layer under test, made when it is first asked for. */
  MessagingCore core() {
    if (core == null) {
      core =
          new MessagingCore(
              graphs,
              reader,
              aliases,
              peers,
              us::name,
              us::signer,
              (server, wanted, ts) ->
                  CompletableFuture.completedFuture(
                      graphs.servers.containsKey(server)
                          ? Map.of(TestServer.KEY, graphs.servers.get(server).verifyKey())
                          : Map.of()),
              new RulesSignedJson(TestServer.ED25519),
              Duration.ofMillis(1));
    }
    return core;
  }

  /** Makes us resident of the room, with alice in it. */
  World resident() {
    reader.room(room, version.id(), Participation.JOINED);
    reader.inForce(create);
    inForce(us, alice, "m.room.member", alice.value(), content("membership", "join"));
    inForce(us, alice, "m.room.join_rules", "", content("join_rule", "public"));
    return this;
  }

  Event inForce(
      TestServer server, UserId sender, String type, String stateKey, JsonObject content) {
    Event event = server.signed(version, Pdus.state(room, sender, type, stateKey, content));
    reader.inForce(event);
    return event;
  }

  /** Lets bob have invited alice to a room we are not in. */
  Event invited() {
    Event invite = other.signed(version, Pdus.member(room, bob, alice, "invite"));
    reader.room(room, version.id(), Participation.OUTSIDE);
    reader.member(alice, invite);
    return invite;
  }

  /** Makes a room that a user is in and nobody else. */
  RoomId lobby(UserId member) {
    RoomId lobby = RoomId.of("!lobby");
    reader.room(lobby, version.id(), Participation.JOINED);
    reader.inForce(us.signed(version, Pdus.member(lobby, member, member, "join")));
    return lobby;
  }

  static JsonObject content(String name, String value) {
    return JsonObject.EMPTY.with(name, value);
  }

  /** A request of a server. */
  static InboundRequest request(
      ServerName origin,
      Map<String, String> variables,
      Map<String, List<String>> query,
      Optional<JsonValue> body) {
    return new InboundRequest(
        Optional.of(origin), variables, query, body, InetSocketAddress.createUnresolved("x", 1));
  }

  static JsonObject granted(Endpoint endpoint, InboundRequest request) {
    Answer answer = get(endpoint.answer(request));
    assertThat(answer.status()).isEqualTo(200);
    try (var in = answer.body().open()) {
      return new JacksonJsonReader().readObject(in.readAllBytes());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What an endpoint refuses a request with, thrown or completed with. */
  static MatrixError refused(Endpoint endpoint, InboundRequest request) {
    try {
      Answer answer = get(endpoint.answer(request));
      throw new AssertionError("granted: " + answer.status());
    } catch (MatrixException refusal) {
      return refusal.error();
    }
  }

  /** Waits for a stage and takes the wrapping off its failure. */
  static <T> T get(CompletionStage<T> stage) {
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
    if (core != null) {
      core.close();
    }
  }
}
