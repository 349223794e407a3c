package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.theseus.messaging.core.World.content;
import static org.theseus.messaging.core.World.get;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.FederationClient.Request;
import org.theseus.transport.api.FederationClient.Response;

/** Inviting users of other servers. */
class InviteTest {
  private final World world = new World().resident();
  private final ServerName b = world.other.name();

  @AfterEach
  void close() {
    world.close();
  }

  private Event sent(Request request) {
    return world.version.parse(request.body().flatMap(body -> body.object("event")).orElseThrow());
  }

  private static JsonObject answer(JsonObject event) {
    return JsonObject.EMPTY.with("event", event);
  }

  private JsonObject coSigned(Request request) {
    return world.version.addSignature(sent(request), b, world.other.signer()).json();
  }

  private void invite() {
    get(world.core().invite(world.alice, world.room, world.bob));
  }

  @Test
  void givenTheInviteesServerSignsThenTheInviteIsLogged() {
    world.inForce(world.us, world.alice, "m.room.name", "", content("name", "Hall"));
    world.inForce(world.us, world.alice, "m.room.secret", "", content("name", "hidden"));
    world.peers.answers = request -> FakePeers.ok(answer(coSigned(request)));

    invite();

    Request request = world.peers.requests.get(0);
    JsonObject body = request.body().orElseThrow();
    Event stored = world.graphs.stored.get(0);
    assertThat(request.method() + " " + request.destination() + " " + request.path())
        .startsWith("PUT b.example /_matrix/federation/v2/invite/%21")
        .endsWith("/%24" + stored.id().value().substring(1));
    assertThat(body.string("room_version")).contains("12");
    assertThat(
            body.array("invite_room_state").orElse(JsonArray.EMPTY).objects().stream()
                .map(event -> event.string("type").orElseThrow()))
        .containsExactly("m.room.create", "m.room.join_rules", "m.room.name", "m.room.member");
    assertThat(body.array("invite_room_state").orElseThrow().objects().get(0))
        .isEqualTo(world.create.json());
    assertThat(world.graphs.done).containsExactly("prepare m.room.member", "commit " + stored.id());
    assertThat(stored.json().object("signatures").orElseThrow().members())
        .containsOnlyKeys("a.example", "b.example");
    assertThat(stored.content()).isEqualTo(content("membership", "invite"));
  }

  @Test
  void givenSomebodyElsesSignaturesInTheAnswerThenTheyAreNotTakenOver() {
    world.peers.answers =
        request -> {
          JsonObject signed = coSigned(request);
          JsonObject signatures = signed.object("signatures").orElseThrow();
          JsonObject ofB =
              signatures.object("b.example").orElseThrow().with("ed25519:junk", "junk");
          return FakePeers.ok(
              answer(
                  signed.with(
                      "signatures",
                      signatures
                          .with("b.example", ofB)
                          .with("evil.example", content("ed25519:x", "y")))));
        };

    invite();

    JsonObject signatures = world.graphs.stored.get(0).json().object("signatures").orElseThrow();
    assertThat(signatures.members()).containsOnlyKeys("a.example", "b.example");
    assertThat(signatures.object("b.example").orElseThrow().members())
        .containsOnlyKeys(TestServer.KEY.value());
  }

  static Stream<Arguments> uselessAnswers() {
    return Stream.of(
        useless("no event", (world, sent) -> JsonObject.EMPTY),
        useless("a string", (world, sent) -> JsonObject.EMPTY.with("event", "x")),
        useless("no object of ours", (world, sent) -> answer(JsonObject.EMPTY)),
        useless("not signed", (world, sent) -> answer(sent.json())),
        useless(
            "signed by another server",
            (world, sent) ->
                answer(
                    world
                        .version
                        .addSignature(sent, world.third.name(), world.third.signer())
                        .json())),
        useless(
            "signed with another key",
            (world, sent) ->
                answer(
                    world
                        .version
                        .addSignature(sent, world.other.name(), world.third.signer())
                        .json())),
        useless(
            "another event",
            (world, sent) ->
                answer(
                    world
                        .other
                        .signed(
                            world.version, Pdus.member(world.room, world.alice, world.bob, "ban"))
                        .json())));
  }

  private static Arguments useless(String name, BiFunction<World, Event, JsonObject> answer) {
    return Arguments.of(name, answer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("uselessAnswers")
  void givenAnAnswerThatProvesNothingThenTheInviteIsNotLogged(
      String name, BiFunction<World, Event, JsonObject> answer) {
    world.peers.answers = request -> FakePeers.ok(answer.apply(world, sent(request)));

    assertThatThrownBy(this::invite).isInstanceOf(MatrixException.class);

    assertThat(world.graphs.done).containsExactly("prepare m.room.member");
  }

  @Test
  void givenTheInviteesServerRefusesThenThatIsTold() {
    world.peers.answers = request -> FakePeers.refusal(403, "M_INVITE_BLOCKED");

    assertThatThrownBy(this::invite).hasMessage("M_INVITE_BLOCKED: no (says b.example)");

    assertThat(world.graphs.stored).isEmpty();
  }

  @Test
  void givenARefusalThatWouldSteerATerminalThenItIsShownWithoutHarm() {
    world.peers.answers =
        request ->
            new Response(
                400,
                content("errcode", "M_\u001b[2J")
                    .with("error", "two\nlines\u009b" + "x".repeat(1_000)));

    assertThatThrownBy(this::invite)
        .isInstanceOfSatisfying(
            MatrixException.class,
            no -> {
              assertThat(no.error().errcode()).isEqualTo("M_UNKNOWN");
              assertThat(no.error().error()).startsWith("two lines xxx").hasSizeLessThan(400);
            });
  }

  @Test
  void givenTheInviteesServerIsAwayThenTryingLaterMayHelp() {
    world.peers.answers =
        request -> {
          throw FakePeers.away();
        };

    assertThatThrownBy(this::invite).isInstanceOf(TransientException.class);

    assertThat(world.graphs.stored).isEmpty();
  }

  @Test
  void givenTheRulesForbidTheInviteThenNobodyIsAsked() {
    world.graphs.refusals.put("prepare", new MatrixException(403, "M_FORBIDDEN", "no power"));

    assertThatThrownBy(this::invite).hasMessage("M_FORBIDDEN: no power");

    assertThat(world.peers.requests).isEmpty();
  }

  @Test
  void givenAUserOfOursThenNobodyHasToSign() {
    get(world.core().invite(world.alice, world.room, world.us.user("carol")));

    assertThat(world.peers.requests).isEmpty();
    assertThat(world.graphs.done).containsExactly("send m.room.member");
  }

  @Test
  void givenAnInviteSentAsAnEventThenItTakesTheSameWay() {
    world.peers.answers = request -> FakePeers.ok(answer(coSigned(request)));
    JsonObject content = content("membership", "invite").with("reason", "come");

    get(
        world
            .core()
            .send(
                world.alice, world.room, "m.room.member", Optional.of(world.bob.value()), content));

    assertThat(world.peers.requests).hasSize(1);
    assertThat(world.graphs.stored.get(0).content()).isEqualTo(content);
    assertThat(List.copyOf(world.graphs.done).get(0)).isEqualTo("prepare m.room.member");
  }
}
