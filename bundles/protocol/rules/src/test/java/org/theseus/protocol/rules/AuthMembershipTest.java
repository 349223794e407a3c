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
import org.theseus.protocol.api.UserId;

/** Each rule about m.room.member, both ways. */
class AuthMembershipTest {
  private static final String VIA = "join_authorised_via_users_server";

  @TestFactory
  Stream<DynamicTest> form() {
    return Stream.of(
            refused(
                "a membership has no state_key",
                "no state key",
                all(),
                s -> s.room.join(BOB).noKey().build()),
            refused(
                "the content has no membership",
                "no membership",
                all(),
                s -> s.room.join(BOB).content().build()),
            refused(
                "the content has no membership",
                "a null membership",
                all(),
                s -> s.room.join(BOB).with("membership", JsonNull.NULL).build()),
            refused("the membership is unknown", "another word", all(), s -> own(s, "joined")),
            refused("the membership is unknown", "a knock", until(6), s -> own(s, "knock")),
            refused(
                VIA + " is no user id",
                "a leave authorised by nobody",
                since(8),
                s -> s.is(BOB, "join").room.member(BOB, BOB, "leave").with(VIA, 5).build()),
            allowed(
                "a leave authorised by nobody",
                until(7),
                s -> s.is(BOB, "join").room.member(BOB, BOB, "leave").with(VIA, 5).build()))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> join() {
    StateKey alice = StateKey.member(UserId.of(ALICE));
    String rule = "the join rule does not allow to join";
    String uninvited = "the sender is not invited";
    return Stream.of(
            allowed(
                "the creator's, after nothing but the create event",
                all(),
                s -> s.without(alice).room.join(ALICE).prev(s.get(StateKey.CREATE)).build()),
            refused(
                uninvited,
                "the creator's, after more",
                all(),
                s ->
                    s.without(alice)
                        .room
                        .join(ALICE)
                        .prev(s.get(StateKey.CREATE), s.room.get("e1"))
                        .build()),
            refused(
                uninvited,
                "another's, after nothing but the create event",
                all(),
                s -> s.room.join(BOB).prev(s.get(StateKey.CREATE)).build()),
            refused(
                uninvited,
                "an additional creator's, after nothing but the create event",
                since(12),
                s ->
                    s.put(s.room.create().id("c").with("additional_creators", List.of(BOB)))
                        .room
                        .join(BOB)
                        .room("!c")
                        .prev(s.get(StateKey.CREATE))
                        .build()),
            refused(
                "nobody joins for another",
                "for another",
                all(),
                s -> s.joinRule("public").room.member(BOB, CAROL, "join").build()),
            refused(
                "the sender is banned",
                "banned",
                all(),
                s -> own(s.joinRule("public").is(BOB, "ban"), "join")),
            allowed("public", all(), s -> own(s.joinRule("public"), "join")),
            allowed(
                "public, after leaving",
                all(),
                s -> own(s.joinRule("public").is(BOB, "leave"), "join")),
            refused(uninvited, "no join rule", all(), s -> own(s, "join")),
            refused(uninvited, "invite only", all(), s -> own(s.joinRule("invite"), "join")),
            allowed(
                "invite only, invited",
                all(),
                s -> own(s.joinRule("invite").is(BOB, "invite"), "join")),
            allowed(
                "invite only, joined",
                all(),
                s -> own(s.joinRule("invite").is(BOB, "join"), "join")),
            refused(uninvited, "knock", since(7), s -> own(s.joinRule("knock"), "join")),
            refused(
                uninvited,
                "knock, knocked",
                since(7),
                s -> own(s.joinRule("knock").is(BOB, "knock"), "join")),
            allowed(
                "knock, invited",
                since(7),
                s -> own(s.joinRule("knock").is(BOB, "invite"), "join")),
            refused(
                rule,
                "knock, invited",
                until(6),
                s -> own(s.joinRule("knock").is(BOB, "invite"), "join")),
            refused(
                rule, "private", all(), s -> own(s.joinRule("private").is(BOB, "invite"), "join")),
            refused(
                rule,
                "malformed",
                all(),
                s ->
                    own(
                        s.put(s.room.joinRule(ALICE, "").with("join_rule", 5)).is(BOB, "invite"),
                        "join")))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> restrictedJoin() {
    String rule = "the join rule does not allow to join";
    String via = "the join is not authorised by a member who may invite";
    return Stream.of(
            refused(rule, "restricted", until(7), s -> via(s.joinRule("restricted"), ALICE)),
            allowed("restricted, by a member", since(8), s -> via(s.joinRule("restricted"), ALICE)),
            refused(rule, "both", until(9), s -> via(s.joinRule("knock_restricted"), ALICE)),
            allowed(
                "both, by a member", since(10), s -> via(s.joinRule("knock_restricted"), ALICE)),
            refused(
                via, "restricted, by nobody", since(8), s -> own(s.joinRule("restricted"), "join")),
            refused(via, "by a stranger", since(8), s -> via(s.joinRule("restricted"), CAROL)),
            refused(via, "by themselves", since(8), s -> via(s.joinRule("restricted"), BOB)),
            refused(
                via,
                "by a guest",
                since(8),
                s -> via(s.joinRule("restricted").is(CAROL, "invite"), CAROL)),
            refused(
                via,
                "by a member without power to invite",
                since(8),
                s -> via(s.joinRule("restricted").is(CAROL, "join").levels("invite", 1), CAROL)),
            refused(
                VIA + " is no user id",
                "by what is no user",
                since(8),
                s -> via(s.joinRule("restricted"), "alice")),
            refused(
                VIA + " is no user id",
                "public, by what is no user",
                since(8),
                s -> s.joinRule("public").room.join(BOB).with(VIA, JsonNull.NULL).build()),
            refused(
                via,
                "by an id longer than any member's",
                since(8),
                s -> via(s.joinRule("restricted"), "@" + "x".repeat(255) + ":x")),
            allowed(
                "invited, by an id longer than any member's",
                since(8),
                s -> via(s.joinRule("restricted").is(BOB, "invite"), "@" + "x".repeat(255) + ":x")),
            allowed(
                "invited", since(8), s -> own(s.joinRule("restricted").is(BOB, "invite"), "join")),
            allowed("joined", since(8), s -> own(s.joinRule("restricted").is(BOB, "join"), "join")),
            refused(
                "the sender is banned",
                "banned",
                since(8),
                s -> via(s.joinRule("restricted").is(BOB, "ban"), ALICE)))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> invite() {
    String power = "the sender's power level does not allow to invite";
    return Stream.of(
            allowed("by anyone joined", all(), s -> invites(s.is(BOB, "join"))),
            refused(
                "the sender is not joined", "by a guest", all(), s -> invites(s.is(BOB, "invite"))),
            refused(
                power,
                "below the level",
                all(),
                s -> invites(s.is(BOB, "join").levels("invite", 1))),
            allowed(
                "at the level",
                all(),
                s -> invites(s.is(BOB, "join").levels("invite", 1, "users_default", 1))),
            refused(
                "the target is joined or banned",
                "of a member",
                all(),
                s -> invites(s.is(BOB, "join").is(CAROL, "join"))),
            refused(
                "the target is joined or banned",
                "of a banned user",
                all(),
                s -> invites(s.is(BOB, "join").is(CAROL, "ban"))),
            allowed("of who left", all(), s -> invites(s.is(BOB, "join").is(CAROL, "leave"))),
            allowed("of who knocked", all(), s -> invites(s.is(BOB, "join").is(CAROL, "knock"))),
            allowed("once more", all(), s -> invites(s.is(BOB, "join").is(CAROL, "invite"))))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> leave() {
    String kick = "the sender's power level does not allow to kick the target";
    return Stream.of(
            allowed("a member's own", all(), s -> own(s.is(BOB, "join"), "leave")),
            allowed("a guest's own", all(), s -> own(s.is(BOB, "invite"), "leave")),
            allowed("a knocker's own", since(7), s -> own(s.is(BOB, "knock"), "leave")),
            refused(
                "the sender is not in the room",
                "a knocker's own",
                until(6),
                s -> own(s.is(BOB, "knock"), "leave")),
            refused(
                "the sender is not in the room", "a stranger's own", all(), s -> own(s, "leave")),
            refused(
                "the sender is not in the room",
                "a banned user's own",
                all(),
                s -> own(s.is(BOB, "ban"), "leave")),
            refused(
                "the sender is not joined",
                "a kick by a stranger",
                all(),
                s -> removes(s.level(BOB, 100).is(CAROL, "join"), "leave")),
            allowed("a kick", all(), s -> removes(moderator(s, 50).is(CAROL, "join"), "leave")),
            refused(
                kick,
                "below the level",
                all(),
                s -> removes(moderator(s, 49).is(CAROL, "join"), "leave")),
            refused(
                kick,
                "of one's like",
                all(),
                s ->
                    removes(
                        s.is(BOB, "join").levels("users_default", 50).is(CAROL, "join"), "leave")),
            refused(
                "the sender's power level does not allow to unban",
                "an unban below the level",
                all(),
                s ->
                    removes(
                        s.is(BOB, "join").levels("kick", 1, "users", both(2, 1)).is(CAROL, "ban"),
                        "leave")),
            allowed(
                "an unban",
                all(),
                s ->
                    removes(
                        s.is(BOB, "join")
                            .levels("kick", 1, "ban", 2, "users", both(2, 1))
                            .is(CAROL, "ban"),
                        "leave")),
            refused(
                kick,
                "an unban without power to kick",
                all(),
                s ->
                    removes(
                        s.is(BOB, "join").levels("ban", 1, "users", both(2, 1)).is(CAROL, "ban"),
                        "leave")),
            refused(
                kick,
                "of the creator",
                since(12),
                s -> s.is(BOB, "join").level(BOB, 100).room.member(BOB, ALICE, "leave").build()),
            allowed(
                "of the creator",
                until(11),
                s -> s.is(BOB, "join").level(BOB, 100).room.member(BOB, ALICE, "leave").build()))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> ban() {
    String power = "the sender's power level does not allow to ban the target";
    return Stream.of(
            refused(
                "the sender is not joined",
                "by a stranger",
                all(),
                s -> removes(s.level(BOB, 100), "ban")),
            allowed("of a member", all(), s -> removes(moderator(s, 50).is(CAROL, "join"), "ban")),
            allowed("of a stranger", all(), s -> removes(moderator(s, 50), "ban")),
            refused(power, "below the level", all(), s -> removes(moderator(s, 49), "ban")),
            refused(
                power,
                "of one's like",
                all(),
                s -> removes(s.is(BOB, "join").levels("users_default", 50), "ban")),
            allowed(
                "by the creator of one whose level is the highest",
                since(12),
                s -> s.level(BOB, 9_007_199_254_740_991L).room.member(ALICE, BOB, "ban").build()))
        .flatMap(Function.identity());
  }

  @TestFactory
  Stream<DynamicTest> knock() {
    String rule = "the join rule does not allow to knock";
    String inside = "the sender is banned, invited or joined";
    return Stream.of(
            allowed("knock", since(7), s -> own(s.joinRule("knock"), "knock")),
            allowed("both", since(10), s -> own(s.joinRule("knock_restricted"), "knock")),
            refused(rule, "both", only(7, 9), s -> own(s.joinRule("knock_restricted"), "knock")),
            refused(rule, "restricted", since(7), s -> own(s.joinRule("restricted"), "knock")),
            refused(rule, "public", since(7), s -> own(s.joinRule("public"), "knock")),
            refused(rule, "no join rule", since(7), s -> own(s, "knock")),
            refused(
                "nobody knocks for another",
                "for another",
                since(7),
                s -> s.joinRule("knock").room.member(BOB, CAROL, "knock").build()),
            allowed("who left", since(7), s -> own(s.joinRule("knock").is(BOB, "leave"), "knock")),
            allowed("again", since(7), s -> own(s.joinRule("knock").is(BOB, "knock"), "knock")),
            refused(
                inside, "banned", since(7), s -> own(s.joinRule("knock").is(BOB, "ban"), "knock")),
            refused(
                inside,
                "invited",
                since(7),
                s -> own(s.joinRule("knock").is(BOB, "invite"), "knock")),
            refused(
                inside, "joined", since(7), s -> own(s.joinRule("knock").is(BOB, "join"), "knock")))
        .flatMap(Function.identity());
  }

  private static Event own(AuthCase.Scene scene, String membership) {
    return scene.room.member(BOB, BOB, membership).build();
  }

  private static Event via(AuthCase.Scene scene, String user) {
    return scene.room.join(BOB).with(VIA, user).build();
  }

  private static Event invites(AuthCase.Scene scene) {
    return scene.room.member(BOB, CAROL, "invite").build();
  }

  private static Event removes(AuthCase.Scene scene, String membership) {
    return scene.room.member(BOB, CAROL, membership).build();
  }

  private static AuthCase.Scene moderator(AuthCase.Scene scene, long level) {
    return scene.is(BOB, "join").level(BOB, level);
  }

  private static Object both(long bob, long carol) {
    return TestJson.object(BOB, bob, CAROL, carol);
  }
}
