package org.theseus.protocol.rules;

import static org.theseus.protocol.rules.AuthCase.all;
import static org.theseus.protocol.rules.AuthCase.allowed;
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

/** Each rule about joins, both ways. */
class AuthJoinTest {
  private static final String VIA = "join_authorised_via_users_server";

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
            allowed(
                "the creator's, sent by another after nothing but the create event",
                all(),
                s -> s.room.member(BOB, ALICE, "join").prev(s.get(StateKey.CREATE)).build()),
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

  private static Event own(AuthCase.Scene scene, String membership) {
    return scene.room.member(BOB, BOB, membership).build();
  }

  private static Event via(AuthCase.Scene scene, String user) {
    return scene.room.join(BOB).with(VIA, user).build();
  }
}
