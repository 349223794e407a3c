package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.theseus.protocol.rules.AuthCase.all;
import static org.theseus.protocol.rules.AuthCase.allowed;
import static org.theseus.protocol.rules.AuthCase.refused;
import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;
import static org.theseus.protocol.rules.TestRoom.CAROL;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonObject;

/** Each rule about invites that follow an m.room.third_party_invite, both ways. */
class AuthThirdPartyInviteTest {
  private static final TestEd25519 ED25519 = new TestEd25519();
  private static final byte[] SEED = new byte[32];
  private static final String KEY = base64(ED25519.publicKey(SEED));
  private static final String OTHER_KEY = base64(ED25519.publicKey(new byte[] {1}));
  private static final String UNSIGNED =
      "the third_party_invite has no signature by a key of the m.room.third_party_invite event";

  @TestFactory
  Stream<DynamicTest> invites() {
    String incomplete = "the third_party_invite has no mxid or no token";
    return Stream.of(
            allowed("signed", all(), s -> invite(origin(s, KEY), signed(BOB, "token"))),
            allowed(
                "signed by the second of several keys",
                all(),
                s ->
                    invite(
                        s.put(
                            third(s, OTHER_KEY)
                                .with(
                                    "public_keys",
                                    List.of(
                                        JsonNull.NULL,
                                        TestJson.object("public_key", 5),
                                        TestJson.object("public_key", KEY)))),
                        signed(BOB, "token"))),
            allowed(
                "in the URL-safe alphabet",
                all(),
                s ->
                    invite(
                        origin(s, KEY.replace('+', '-').replace('/', '_')), signed(BOB, "token"))),
            allowed(
                "of somebody who is joined already",
                all(),
                s -> invite(origin(s, KEY).is(BOB, "join"), signed(BOB, "token"))),
            refused(
                "the target is banned",
                "of a banned user",
                all(),
                s -> invite(origin(s, KEY).is(BOB, "ban"), signed(BOB, "token"))),
            refused(
                "the third_party_invite is not signed",
                "without signed",
                all(),
                s -> with(origin(s, KEY), TestJson.object())),
            refused(
                "the third_party_invite is not signed",
                "null",
                all(),
                s -> with(origin(s, KEY), JsonNull.NULL)),
            refused(
                incomplete,
                "without token",
                all(),
                s -> invite(origin(s, KEY), TestJson.object("mxid", BOB))),
            refused(
                incomplete,
                "with a numeric mxid",
                all(),
                s -> invite(origin(s, KEY), TestJson.object("mxid", 5, "token", "token"))),
            refused(
                "the third_party_invite is for another user",
                "for another",
                all(),
                s -> invite(origin(s, KEY), signed(CAROL, "token"))),
            refused(
                "there is no m.room.third_party_invite event for the token",
                "with another token",
                all(),
                s -> invite(origin(s, KEY), signed(BOB, "other"))),
            refused(
                "the m.room.third_party_invite event is of another sender",
                "by another sender",
                all(),
                s ->
                    origin(s, KEY)
                        .room
                        .member(CAROL, BOB, "invite")
                        .with("third_party_invite", TestJson.object("signed", signed(BOB, "token")))
                        .build()),
            refused(
                UNSIGNED,
                "by another key",
                all(),
                s -> invite(origin(s, OTHER_KEY), signed(BOB, "token"))),
            refused(
                UNSIGNED,
                "changed after it was signed",
                all(),
                s -> invite(origin(s, KEY), signed(BOB, "token").with("more", "?"))),
            refused(
                UNSIGNED,
                "without signatures",
                all(),
                s -> invite(origin(s, KEY), signed(BOB, "token").without("signatures"))),
            refused(
                UNSIGNED,
                "malformed signatures",
                all(),
                s ->
                    invite(
                        origin(s, KEY),
                        signed(BOB, "token")
                            .with(
                                "signatures",
                                TestJson.object(
                                    "a",
                                    5,
                                    "b",
                                    TestJson.object(
                                        "ed25519:1", "?", "ed25519:2", JsonNull.NULL))))),
            refused(
                UNSIGNED,
                "malformed key",
                all(),
                s -> invite(origin(s, "=?"), signed(BOB, "token"))),
            refused(
                UNSIGNED, "short key", all(), s -> invite(origin(s, "AAAA"), signed(BOB, "token"))))
        .flatMap(Function.identity());
  }

  @Test
  void endlessSignaturesAndKeysAreNotAllTried() {
    // given a thousand keys, none of which is true, and a thousand signatures
    AuthCase.Scene scene = new AuthCase.Scene(VersionRules.V12);
    List<Object> keys =
        new ArrayList<>(Collections.nCopies(1_000, TestJson.object("public_key", OTHER_KEY)));
    scene.put(third(scene, OTHER_KEY).with("public_keys", keys));
    JsonObject signed = signed(BOB, "token");
    String signature = signature(signed);
    JsonObject.Builder signatures = JsonObject.builder();
    for (int i = 0; i < 1_000; i++) {
      signatures.put("ed25519:" + i, signature);
    }

    // when
    Event invite =
        invite(scene, signed.with("signatures", TestJson.object("id", signatures.build())));

    // then
    assertThat(scene.judge(invite).reason()).isEqualTo(UNSIGNED);
    assertThat(scene.room.ed25519.verifications).isEqualTo(1_000);
  }

  private static AuthCase.Scene origin(AuthCase.Scene scene, String key) {
    return scene.put(third(scene, key));
  }

  private static TestRoom.Draft third(AuthCase.Scene scene, String key) {
    return scene
        .room
        .event(ALICE, EventTypes.THIRD_PARTY_INVITE)
        .key("token")
        .content("public_key", key);
  }

  private static Event invite(AuthCase.Scene scene, JsonObject signed) {
    return with(scene, TestJson.object("signed", signed));
  }

  private static Event with(AuthCase.Scene scene, Object invite) {
    return scene.room.member(ALICE, BOB, "invite").with("third_party_invite", invite).build();
  }

  private static JsonObject signed(String mxid, String token) {
    JsonObject signed = TestJson.object("token", token, "mxid", mxid);
    return signed.with(
        "signatures",
        TestJson.object("id", TestJson.object("other:1", "?", "ed25519:1", signature(signed))));
  }

  private static String signature(JsonObject signed) {
    return base64(ED25519.sign(SEED, signed.without("signatures").toSortedBytes()));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
