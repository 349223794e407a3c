package org.theseus.protocol.rules;

import static org.theseus.protocol.rules.AuthCase.all;
import static org.theseus.protocol.rules.AuthCase.allowed;
import static org.theseus.protocol.rules.AuthCase.only;
import static org.theseus.protocol.rules.AuthCase.refused;
import static org.theseus.protocol.rules.AuthCase.since;
import static org.theseus.protocol.rules.AuthCase.until;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;
import static org.theseus.protocol.rules.TestRoom.CAROL;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.StateKey;

/** Each rule about events other than memberships and power levels, both ways. */
class AuthByStateTest {
  @TestFactory
  Stream<DynamicTest> create() {
    String creator = "the content has no creator";
    String creators = "additional_creators is not an array of user ids";
    String version = "the room version is not recognised";
    return Stream.of(
            allowed("a create event", all(), s -> s.get(StateKey.CREATE)),
            refused(
                "an m.room.create event has no prev_events",
                "with prev_events",
                all(),
                s -> s.room.create().prev(s.get(StateKey.CREATE)).build()),
            refused(
                "the room id is not of the sender's server",
                "of another server's room",
                until(11),
                s -> s.room.create().room("!room:b").build()),
            refused(
                "the room id is not of the sender's server",
                "of a room without a server",
                until(11),
                s -> s.room.create().room("!room").build()),
            refused(
                "an m.room.create event has no room_id",
                "with a room id",
                since(12),
                s -> s.room.create().json("room_id", "!create").build()),
            allowed(
                "with a known version",
                all(),
                s -> s.room.create().with("room_version", "9").build()),
            allowed(
                "with its own version",
                all(),
                s -> s.room.create().with("room_version", s.room.rules.id()).build()),
            refused(
                version,
                "other version",
                all(),
                s -> s.room.create().with("room_version", "?").build()),
            refused(
                version,
                "version 10",
                all(),
                s -> s.room.create().with("room_version", 10).build()),
            refused(
                version,
                "null version",
                all(),
                s -> s.room.create().with("room_version", JsonNull.NULL).build()),
            refused(creator, "without creator", until(10), s -> s.room.create().content().build()),
            allowed("without creator", since(11), s -> s.room.create().content().build()),
            allowed(
                "with additional creators",
                all(),
                s -> s.room.create().with("additional_creators", List.of(BOB, CAROL)).build()),
            allowed(
                "with no additional creators",
                all(),
                s -> s.room.create().with("additional_creators", List.of()).build()),
            allowed(
                "with anything as additional creators",
                until(11),
                s -> s.room.create().with("additional_creators", 5).build()),
            refused(
                creators,
                "with a string as additional creators",
                since(12),
                s -> s.room.create().with("additional_creators", BOB).build()),
            refused(
                creators,
                "with a malformed additional creator",
                since(12),
                s -> s.room.create().with("additional_creators", List.of(BOB, "carol")).build()),
            allowed(
                "with an additional creator of 255 bytes",
                since(12),
                s -> additional(s, "@" + "é".repeat(125) + "xx:b")),
            refused(
                creators,
                "with an additional creator of 256 bytes",
                since(12),
                s -> additional(s, "@" + "é".repeat(126) + "x:b")),
            refused(
                creators,
                "with a number as additional creator",
                since(12),
                s -> s.room.create().with("additional_creators", List.of(BOB, 1)).build()),
            refused(
                creators,
                "with null as additional creators",
                since(12),
                s -> s.room.create().with("additional_creators", JsonNull.NULL).build()))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> room() {
    return Stream.of(
            refused(
                "the state has no m.room.create event",
                "no create event",
                all(),
                s -> s.without(StateKey.CREATE).room.topic(ALICE, "?").build()),
            refused(
                "the room id is not that of the room's m.room.create event",
                "an event of another room",
                since(12),
                s -> s.room.topic(ALICE, "?").room("!other").build()),
            refused(
                "the room does not federate",
                "a closed room and another server",
                all(),
                s ->
                    s.put(create(s, "m.federate", false).id("c"))
                        .is(BOB, "join")
                        .room
                        .event(BOB, "m.room.message")
                        .room(roomOf(s))
                        .build()),
            allowed(
                "a closed room and its own server",
                all(),
                s ->
                    s.put(create(s, "m.federate", false).id("c"))
                        .is("@eve:a", "join")
                        .room
                        .event("@eve:a", "m.room.message")
                        .room(roomOf(s))
                        .build()),
            allowed(
                "only false closes a room",
                all(),
                s ->
                    s.put(create(s, "m.federate", "false").id("c"))
                        .is(BOB, "join")
                        .room
                        .event(BOB, "m.room.message")
                        .room(roomOf(s))
                        .build()))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> aliases() {
    return Stream.of(
            allowed("of the sender's server, not joined", until(5), s -> aliases(s, BOB, "b")),
            refused(
                "the state_key of m.room.aliases is not the sender's server",
                "of another server",
                until(5),
                s -> aliases(s, ALICE, "b")),
            refused(
                "the state_key of m.room.aliases is not the sender's server",
                "no state",
                until(5),
                s -> s.room.event(BOB, EventTypes.ALIASES).build()),
            refused("the sender is not joined", "not joined", since(6), s -> aliases(s, BOB, "b")),
            allowed("of another server", since(6), s -> aliases(s, ALICE, "b")))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> senders() {
    String type = "the sender's power level does not allow events of this type";
    return Stream.of(
            refused("the sender is not joined", "a stranger", all(), s -> message(s, BOB)),
            refused(
                "the sender is not joined",
                "a guest",
                all(),
                s -> message(s.is(BOB, "invite"), BOB)),
            refused(
                "the sender is not joined",
                "who left",
                all(),
                s -> message(s.is(BOB, "leave"), BOB)),
            refused(
                "the sender is not joined", "banned", all(), s -> message(s.is(BOB, "ban"), BOB)),
            allowed("a member", all(), s -> message(s.is(BOB, "join"), BOB)),
            refused(
                "the sender's power level does not allow to invite",
                "a third-party invite without power",
                all(),
                s -> thirdParty(s.is(BOB, "join").levels("invite", 1), BOB)),
            allowed(
                "a third-party invite with power for that, not for state",
                all(),
                s -> thirdParty(s.is(BOB, "join").levels("invite", 0), BOB)),
            refused(type, "state with less than 50", all(), s -> topic(member(s, 49))),
            allowed("state with 50", all(), s -> topic(member(s, 50))),
            refused(
                type,
                "a message below events_default",
                all(),
                s -> message(s.is(BOB, "join").levels("events_default", 1), BOB)),
            allowed(
                "a message at events_default",
                all(),
                s ->
                    message(
                        s.is(BOB, "join").levels("events_default", 1, "users_default", 1), BOB)),
            refused(
                type,
                "state below state_default",
                all(),
                s -> topic(s.is(BOB, "join").levels("state_default", 1))),
            allowed(
                "state at state_default",
                all(),
                s -> topic(s.is(BOB, "join").levels("state_default", 0))),
            refused(
                type,
                "below the type's own level",
                all(),
                s -> topic(ofType(s, "m.room.topic", 3, 2))),
            allowed("at the type's own level", all(), s -> topic(ofType(s, "m.room.topic", 3, 3))),
            refused(
                type,
                "state where the room has no power levels",
                all(),
                s -> topic(s.is(BOB, "join"))),
            allowed(
                "the creator's state where the room has no power levels",
                all(),
                s -> s.room.topic(ALICE, "?").build()),
            refused(
                type,
                "the creator who has no power level",
                until(11),
                s -> s.level(BOB, 100).room.topic(ALICE, "?").build()),
            allowed(
                "the creator who has no power level",
                since(12),
                s ->
                    s.levels("users_default", -5, "state_default", 9_007_199_254_740_991L)
                        .room
                        .topic(ALICE, "?")
                        .build()),
            allowed(
                "an additional creator",
                since(12),
                s ->
                    s.put(create(s, "additional_creators", List.of(BOB)).id("c"))
                        .is(BOB, "join")
                        .levels("state_default", 100)
                        .room
                        .topic(BOB, "?")
                        .room("!c")
                        .build()),
            refused(
                type,
                "additional creators mean nothing",
                until(11),
                s ->
                    topic(
                        s.put(s.room.create().id("c").with("additional_creators", List.of(BOB)))
                            .is(BOB, "join")
                            .levels("state_default", 100))),
            refused(
                "the state_key is another user",
                "a state key of another user",
                all(),
                s -> s.room.event(ALICE, "x").key(BOB).build()),
            refused(
                "the state_key is another user",
                "a state key that only begins with an @",
                all(),
                s -> s.room.event(ALICE, "x").key("@").build()),
            allowed(
                "a state key of one's own",
                all(),
                s -> s.room.event(ALICE, "x").key(ALICE).build()),
            allowed("another state key", all(), s -> s.room.event(ALICE, "x").key("x@").build()))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> redactions() {
    String redact = "the sender's power level does not allow to redact events of other servers";
    return Stream.of(
            allowed("with power", all(), s -> redaction(member(s, 50), "1:b", "0:c")),
            refused(redact, "without power", until(2), s -> redaction(member(s, 49), "1:b", "0:c")),
            refused(
                redact,
                "a target without domain",
                until(2),
                s -> redaction(member(s, 49), "1:b", "0")),
            allowed(
                "without power, same domain", until(2), s -> redaction(member(s, 0), "1:b", "0:b")),
            allowed("without power", since(3), s -> redaction(member(s, 49), "1:b", "0:c")),
            refused(
                "the sender's power level does not allow events of this type",
                "without power to send it",
                all(),
                s -> redaction(ofType(s, EventTypes.REDACTION, 3, 2), "1:b", "0:b")))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> creatorsUpToVersion10AreNamedInTheContent() {
    return Stream.of(
            allowed(
                "who is named",
                until(10),
                s -> topic(s.put(create(s, "creator", BOB).id("c")).is(BOB, "join"))),
            refused(
                "the sender's power level does not allow events of this type",
                "who is named",
                only(11, 11),
                s -> topic(s.put(create(s, "creator", BOB).id("c")).is(BOB, "join"))),
            refused(
                "the sender's power level does not allow events of this type",
                "who sent it",
                until(10),
                s -> s.put(create(s, "creator", BOB).id("c")).room.topic(ALICE, "?").build()))
        .flatMap(Function.identity());
  }

  private static Event additional(AuthCase.Scene scene, String user) {
    return create(scene, "additional_creators", List.of(user)).build();
  }

  private static TestRoom.Draft create(AuthCase.Scene scene, String name, Object value) {
    return scene.room.create().with(name, value);
  }

  private static String roomOf(AuthCase.Scene scene) {
    return scene.get(StateKey.CREATE).roomId().value();
  }

  private static Event aliases(AuthCase.Scene scene, String sender, String key) {
    return scene.room.event(sender, EventTypes.ALIASES).key(key).build();
  }

  private static Event message(AuthCase.Scene scene, String sender) {
    return scene.room.event(sender, "m.room.message").build();
  }

  private static Event thirdParty(AuthCase.Scene scene, String sender) {
    return scene.room.event(sender, EventTypes.THIRD_PARTY_INVITE).key("token").build();
  }

  private static Event topic(AuthCase.Scene scene) {
    return scene.room.topic(BOB, "?").build();
  }

  private static AuthCase.Scene member(AuthCase.Scene scene, long level) {
    return scene.is(BOB, "join").level(BOB, level);
  }

  private static AuthCase.Scene ofType(
      AuthCase.Scene scene, String type, long required, long level) {
    return scene
        .is(BOB, "join")
        .levels("events", TestJson.object(type, required), "users_default", level);
  }

  private static Event redaction(AuthCase.Scene scene, String id, String target) {
    return scene.room.event(BOB, EventTypes.REDACTION).id(id).json("redacts", "$" + target).build();
  }
}
