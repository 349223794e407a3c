package org.theseus.protocol.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.SignatureVerdict.Invalid;
import org.theseus.protocol.api.SignatureVerdict.KeysMissing;
import org.theseus.protocol.api.SignatureVerdict.Valid;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.VerifyKey;

class EventSignaturesTest {
  private static final ServerName ALICE = ServerName.of("alice.example");
  private static final ServerName BOB = ServerName.of("bob.example");
  private static final byte[] OTHER_SEED = new byte[32];
  private static final long SENT = 1_700_000_000_000L;

  private final RulesRoomVersion v12 = Grammar.version(VersionRules.V12);
  private final Map<String, VerifyKey> keys = new HashMap<>();

  private static final JsonObject MESSAGE =
      Grammar.object(
          """
          {"type":"m.room.message","room_id":"!r","sender":"@a:alice.example","content":{"body":"hi","n":1},
           "prev_events":["$p"],"auth_events":["$c"],"depth":7,"origin_server_ts":1700000000000}
          """);

  private static final JsonObject JOIN =
      MESSAGE
          .with("type", "m.room.member")
          .with("state_key", "@a:alice.example")
          .with(
              "content",
              Grammar.object(
                  "{\"membership\":\"join\",\"join_authorised_via_users_server\":\"@b:bob.example\"}"));

  @Test
  void signsAsTheVectorsOfTheSpecification() {
    // the vectors are of versions whose redaction keeps the origin
    RulesRoomVersion v10 = Grammar.version(VersionRules.V10);
    Event event =
        v10.hashAndSign(
            Grammar.object(
                """
                {"room_id":"!x:domain","sender":"@a:domain","origin":"domain","origin_server_ts":1000000,
                 "signatures":{},"hashes":{},"type":"X","content":{},"prev_events":[],"auth_events":[],"depth":3,
                 "unsigned":{"age_ts":1000000}}
                """),
            ServerName.of("domain"),
            Grammar.SIGNER);

    assertThat(event.json())
        .isEqualTo(
            Grammar.object(
                """
                {"auth_events":[],"content":{},"depth":3,
                 "hashes":{"sha256":"5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos"},
                 "origin":"domain","origin_server_ts":1000000,"prev_events":[],"room_id":"!x:domain","sender":"@a:domain",
                 "signatures":{"domain":{"ed25519:1":"KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTRl16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg"}},
                 "type":"X","unsigned":{"age_ts":1000000}}
                """));
    assertThat(v10.contentHashMatches(event)).isTrue();
  }

  @Test
  void hashesAndSignsContentAsTheVectorsOfTheSpecification() {
    // this vector is no complete event, so only its parts are computed
    JsonObject event =
        Grammar.object(
            """
            {"content":{"body":"Here is the message content"},"event_id":"$0:domain","origin":"domain",
             "origin_server_ts":1000000,"type":"m.room.message","room_id":"!r:domain","sender":"@u:domain",
             "signatures":{},"unsigned":{"age_ts":1000000}}
            """);
    EventHashes hashes = new EventHashes(VersionRules.V1);
    String hash = Base64Text.standard(hashes.content(event));
    JsonObject hashed = event.with("hashes", JsonObject.builder().put("sha256", hash).build());

    assertThat(hash).isEqualTo("onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g");
    assertThat(
            Signatures.sign(
                    hashed, hashes.essentials(hashed), ServerName.of("domain"), Grammar.SIGNER)
                .object("signatures"))
        .contains(
            Grammar.object(
                "{\"domain\":{\"ed25519:1\":\"Wm+VzmOUOz08Ds+0NTWb1d4CZrVsJSikkeRxh6aCcUwu6pNC78FunoD7KNWzqFn241eYHYMGCA5McEiVPdhzBA\"}}"));
  }

  @Test
  void verifiesWhatItSigned() {
    known(ALICE, "ed25519:1", Grammar.SEED);
    Event event = v12.hashAndSign(MESSAGE, ALICE, Grammar.SIGNER);

    assertThat(v12.signatures(event)).isEqualTo(Map.of(ALICE, Set.of(KeyId.of("ed25519:1"))));
    assertThat(verify(event)).isEqualTo(new Valid());
    assertThat(v12.contentHashMatches(event)).isTrue();
  }

  @Test
  void verifiesManyEachForItself() {
    known(ALICE, "ed25519:1", Grammar.SEED);
    List<Event> events =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    v12.hashAndSign(
                        MESSAGE.with("depth", JsonNumber.of(i)),
                        ALICE,
                        i == 9 ? Grammar.signer("ed25519:1", OTHER_SEED) : Grammar.SIGNER))
            .toList();

    List<SignatureVerdict> verdicts =
        v12.verifyAll(
            events,
            (server, key) -> Optional.ofNullable(keys.get(server + " " + key)),
            Runnable::run);

    assertThat(verdicts).hasSize(20);
    assertThat(verdicts.get(9)).isEqualTo(new Invalid("the signature of alice.example is false"));
    assertThat(verdicts.stream().filter(new Valid()::equals)).hasSize(19);
  }

  @Test
  void verifiesARedactedCopyWhoseHashNoLongerMatches() {
    known(ALICE, "ed25519:1", Grammar.SEED);
    Event event = v12.hashAndSign(MESSAGE, ALICE, Grammar.SIGNER);
    Event redacted = v12.parse(v12.redact(event.json()));

    assertThat(redacted.id()).isEqualTo(event.id());
    assertThat(verify(redacted)).isEqualTo(new Valid());
    assertThat(v12.contentHashMatches(redacted)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"sha256\":7}",
        "{\"sha256\":\"***\"}",
        "{\"sha256\":\"\"}",
        "{\"sha1\":\"x\"}"
      })
  void doesNotTakeAHashThatIsNone(String hashes) {
    assertThat(v12.contentHashMatches(v12.parse(MESSAGE.with("hashes", Grammar.json(hashes)))))
        .isFalse();
    assertThat(v12.contentHashMatches(v12.parse(MESSAGE))).isFalse();
  }

  @Test
  void findsEveryChangeOfAnEvent() {
    known(ALICE, "ed25519:1", Grammar.SEED);
    Random random = new Random(11);
    for (int round = 0; round < 50; round++) {
      byte[] text = new byte[20];
      random.nextBytes(text);
      JsonObject content =
          JsonObject.builder()
              .put("body", Base64Text.standard(text))
              .put("n", random.nextInt())
              .build();
      Event event = v12.hashAndSign(MESSAGE.with("content", content), ALICE, Grammar.SIGNER);
      assertThat(verify(event)).isEqualTo(new Valid());
      assertThat(v12.contentHashMatches(event)).isTrue();

      // what redaction keeps breaks the signature, what it takes away the hash
      for (String name : Set.of("depth", "origin_server_ts")) {
        long changed = event.json().integer(name).get() ^ (1L << random.nextInt(40));
        assertThat(verify(v12.parse(event.json().with(name, JsonNumber.of(changed)))))
            .isInstanceOf(Invalid.class);
      }
      assertThat(verify(v12.parse(event.json().with("type", "m.room.messagf"))))
          .isInstanceOf(Invalid.class);
      Event forged =
          v12.parse(event.json().with("content", content.with("n", new JsonString("x"))));
      assertThat(verify(forged)).isEqualTo(new Valid());
      assertThat(v12.contentHashMatches(forged)).isFalse();
    }
  }

  @Test
  void isInvalidWithoutASignatureOfTheSendersServer() {
    known(ALICE, "ed25519:1", Grammar.SEED);
    known(BOB, "ed25519:1", Grammar.SEED);

    assertThat(verify(v12.parse(MESSAGE)))
        .isEqualTo(new Invalid("there is no signature of alice.example"));
    assertThat(verify(v12.hashAndSign(MESSAGE, BOB, Grammar.SIGNER))).isInstanceOf(Invalid.class);
    assertThat(verify(v12.hashAndSign(MESSAGE, ALICE, Grammar.signer("rsa:1", Grammar.SEED))))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void asksForKeysItDoesNotKnow() {
    Event event = v12.hashAndSign(MESSAGE, ALICE, Grammar.SIGNER);
    assertThat(verify(event)).isEqualTo(new KeysMissing(Set.of(ALICE)));
  }

  @Test
  void skipsUnknownKeysBesideAKnownOne() {
    known(ALICE, "ed25519:1", Grammar.SEED);
    Event event = v12.hashAndSign(MESSAGE, ALICE, Grammar.SIGNER);
    Event more =
        v12.addSignature(event, ALICE, Grammar.signer("ed25519:policy_server", OTHER_SEED));

    assertThat(more.id()).isEqualTo(event.id());
    assertThat(v12.signatures(more).get(ALICE)).hasSize(2);
    assertThat(verify(more)).isEqualTo(new Valid());
  }

  @Test
  void isInvalidIfAnyKnownKeySaysSo() {
    known(ALICE, "ed25519:1", Grammar.SEED);
    known(ALICE, "ed25519:2", Grammar.SEED);
    Event event = v12.hashAndSign(MESSAGE, ALICE, Grammar.SIGNER);
    Event more = v12.addSignature(event, ALICE, Grammar.signer("ed25519:2", OTHER_SEED));
    assertThat(verify(more)).isEqualTo(new Invalid("the signature of alice.example is false"));
  }

  @Test
  void asksAgainForAKeyThatWasNotPublishedForSoLongUntilNow() {
    Event event = v12.hashAndSign(MESSAGE, ALICE, Grammar.SIGNER);

    key(ALICE, "ed25519:1", Grammar.SEED, SENT, false);
    assertThat(verify(event)).isEqualTo(new Valid());
    key(ALICE, "ed25519:1", Grammar.SEED, SENT - 1, false);
    assertThat(verify(event)).isEqualTo(new KeysMissing(Set.of(ALICE)));
    assertThat(verify(VersionRules.V4, event)).as("before version 5").isEqualTo(new Valid());
  }

  @Test
  void ignoresAKeyGivenUpBeforeTheEvent() {
    Event event = v12.hashAndSign(MESSAGE, ALICE, Grammar.SIGNER);

    key(ALICE, "ed25519:1", Grammar.SEED, SENT, true);
    assertThat(verify(event)).isEqualTo(new Valid());
    key(ALICE, "ed25519:1", Grammar.SEED, SENT - 1, true);
    assertThat(verify(event))
        .isEqualTo(
            new Invalid("a signature of alice.example by a key good at the time is missing"));
    assertThat(verify(VersionRules.V4, event)).isInstanceOf(Invalid.class);
    known(ALICE, "ed25519:2", OTHER_SEED);
    Event both = v12.addSignature(event, ALICE, Grammar.signer("ed25519:2", OTHER_SEED));
    assertThat(verify(both)).isEqualTo(new Valid());
  }

  @Test
  void needsTheServerThatAuthorisedARestrictedJoin() {
    known(ALICE, "ed25519:1", Grammar.SEED);
    Event join = v12.hashAndSign(JOIN, ALICE, Grammar.SIGNER);
    Signer bob = Grammar.signer("ed25519:b", OTHER_SEED);

    assertThat(v12.signatures(join))
        .isEqualTo(Map.of(ALICE, Set.of(KeyId.of("ed25519:1")), BOB, Set.of()));
    assertThat(verify(join)).isInstanceOf(Invalid.class);
    Event authorised = v12.addSignature(join, BOB, bob);
    assertThat(verify(authorised)).isEqualTo(new KeysMissing(Set.of(BOB)));
    known(BOB, "ed25519:b", OTHER_SEED);
    assertThat(verify(authorised)).isEqualTo(new Valid());
    assertThat(Grammar.version(VersionRules.V7).signatures(join))
        .as("before version 8")
        .containsOnlyKeys(ALICE);
  }

  @Test
  void isInvalidIfTheAuthoriserIsNoUser() {
    known(ALICE, "ed25519:1", Grammar.SEED);
    JsonObject content =
        Grammar.object("{\"membership\":\"join\",\"join_authorised_via_users_server\":\"bob\"}");
    Event join = v12.hashAndSign(JOIN.with("content", content), ALICE, Grammar.SIGNER);
    assertThat(verify(join))
        .isEqualTo(new Invalid("join_authorised_via_users_server is no user id"));
  }

  @Test
  void prefersWhatIsFalseToWhatIsUnknown() {
    known(BOB, "ed25519:b", Grammar.SEED);
    Event join = v12.hashAndSign(JOIN, ALICE, Grammar.SIGNER);
    Event authorised = v12.addSignature(join, BOB, Grammar.signer("ed25519:b", OTHER_SEED));
    assertThat(verify(authorised)).isEqualTo(new Invalid("the signature of bob.example is false"));
  }

  @Test
  void needsNoSignatureOnAnInviteMadeFromAThirdPartyInvite() {
    JsonObject content =
        Grammar.object("{\"membership\":\"invite\",\"third_party_invite\":{\"signed\":{}}}");
    JsonObject invite = JOIN.with("content", content);

    assertThat(v12.signatures(v12.parse(invite))).isEmpty();
    assertThat(verify(v12.parse(invite))).isEqualTo(new Valid());
    assertThat(verify(v12.parse(invite.with("content", content.with("membership", "join")))))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void mergesSignaturesAndKeepsOurs() {
    Event ours =
        v12.parse(MESSAGE.with("signatures", Grammar.json("{\"a\":{\"ed25519:1\":\"ours\"}}")));
    JsonObject theirs =
        Grammar.object(
            "{\"signatures\":{\"a\":{\"ed25519:1\":\"theirs\",\"ed25519:2\":\"new\",\"ed25519:3\":7},\"b\":{\"x:1\":\"b\"},\"c\":[]}}");

    Event merged = v12.mergeSignatures(ours, theirs);
    assertThat(merged.json().object("signatures"))
        .contains(
            Grammar.object(
                "{\"a\":{\"ed25519:1\":\"ours\",\"ed25519:2\":\"new\"},\"b\":{\"x:1\":\"b\"}}"));
    assertThat(merged.id()).isEqualTo(ours.id());
    assertThat(v12.mergeSignatures(merged, theirs).json()).isSameAs(merged.json());
    assertThat(v12.mergeSignatures(merged, JsonObject.EMPTY).json()).isSameAs(merged.json());
  }

  private SignatureVerdict verify(Event event) {
    return verify(VersionRules.V12, event);
  }

  private SignatureVerdict verify(VersionRules rules, Event event) {
    return Grammar.version(rules)
        .verify(event, (server, key) -> Optional.ofNullable(keys.get(server + " " + key)));
  }

  private void known(ServerName server, String keyId, byte[] seed) {
    key(server, keyId, seed, Long.MAX_VALUE, false);
  }

  private void key(
      ServerName server, String keyId, byte[] seed, long validUntilTs, boolean expired) {
    keys.put(
        server + " " + keyId,
        new VerifyKey(Grammar.ED25519.publicKey(seed), validUntilTs, expired));
  }
}
