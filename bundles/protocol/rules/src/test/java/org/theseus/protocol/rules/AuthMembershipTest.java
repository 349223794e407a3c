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

/** Each rule about m.room.member but those of joins, both ways. */
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
            allowed(
                "an invite taken back",
                all(),
                s -> removes(moderator(s, 50).is(CAROL, "invite"), "leave")),
            allowed(
                "a knock turned down",
                all(),
                s -> removes(moderator(s, 50).is(CAROL, "knock"), "leave")),
            refused(
                kick,
                "of one creator by another",
                since(12),
                s ->
                    s.put(s.room.create().id("c").with("additional_creators", List.of(BOB)))
                        .is(BOB, "join")
                        .room
                        .member(ALICE, BOB, "leave")
                        .room("!c")
                        .build()),
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
            refused(
                power,
                "of one creator by another",
                since(12),
                s ->
                    s.put(s.room.create().id("c").with("additional_creators", List.of(BOB)))
                        .is(BOB, "join")
                        .room
                        .member(BOB, ALICE, "ban")
                        .room("!c")
                        .build()),
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
