package org.theseus.protocol.rules;

import static org.theseus.protocol.rules.TestRoom.ALICE;
import static org.theseus.protocol.rules.TestRoom.BOB;
import static org.theseus.protocol.rules.TestRoom.CAROL;
import static org.theseus.protocol.rules.TestRoom.DAVE;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;

/** Events of all kinds that the auth rules know, as likely to be refused as to be allowed. */
final class RandomDrafts {
  /** The last two share their servers with others. */
  static final List<String> USERS = List.of(ALICE, BOB, CAROL, DAVE, "@anna:a", "@bert:b");

  private static final List<String> JOIN_RULES =
      List.of("public", "invite", "knock", "knock", "restricted", "knock_restricted", "private");
  private static final List<String> SCALARS =
      List.of(
          "users_default", "events_default", "state_default", "ban", "redact", "kick", "invite");
  private static final List<Integer> LEVELS = List.of(0, 0, 50, 50, 60, 100);

  private final TestRoom room;
  private final Random random;
  private int names;

  RandomDrafts(TestRoom room, Random random) {
    this.room = room;
    this.random = random;
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** Now and then for the creator's server only, or of several creators. */
  TestRoom.Draft create() {
    TestRoom.Draft create = room.create();
    if (random.nextInt(6) == 0) {
      create.with("m.federate", random.nextInt(3) == 0);
    }
    if (random.nextBoolean()) {
      create.with("additional_creators", List.of(pick(USERS), pick(USERS)));
    }
    return create;
  }

  /** Anything, of any sender, at any time. */
  TestRoom.Draft any() {
    String sender = pick(USERS);
    String server = sender.substring(sender.indexOf(':') + 1);
    String id = (char) ('a' + random.nextInt(26)) + "-" + names++;
    return kind(sender, server)
        .id(room.rules.has(Feature.HASHED_EVENT_IDS) ? id : id + ":" + server)
        .time(random.nextInt(20))
        .depth(random.nextBoolean() ? random.nextInt(5) : random.nextLong() >>> 1)
        .prev(random.nextInt(4) == 0 ? room.get("create") : pick(all()));
  }

  /** Leaves something out of the citations, or adds what does not belong there. */
  void spoilCitations(TestRoom.Draft draft) {
    List<EventId> cited = new ArrayList<>(draft.build().authEvents());
    if (random.nextBoolean() && !cited.isEmpty()) {
      cited.remove(random.nextInt(cited.size()));
    }
    if (random.nextBoolean()) {
      cited.add(pick(all()).id());
    }
    draft.auth(cited);
  }

  TestRoom.Draft levels(String sender) {
    JsonObject users = JsonObject.EMPTY;
    Set<String> privileged = new HashSet<>();
    if (room.rules.has(Feature.PRIVILEGED_CREATORS) && random.nextInt(10) > 0) {
      JsonObject create = room.get("create").content();
      privileged.addAll(create.array("additional_creators").orElse(JsonArray.EMPTY).strings());
      privileged.add(ALICE);
    }
    for (String user : USERS) {
      if (!privileged.contains(user) && random.nextInt(10) > 0) {
        users = users.with(user, level(user.equals(ALICE) ? 100 : pick(LEVELS)));
      }
    }
    TestRoom.Draft levels = room.levels(sender, "users", users, "invite", pick(List.of(0, 50)));
    for (int i = random.nextInt(3); i > 0; i--) {
      levels.with(pick(SCALARS), level(pick(LEVELS)));
    }
    for (String name : List.of("events", "notifications")) {
      if (random.nextInt(3) == 0) {
        String type = pick(List.of("m.room.topic", "m.room.message", EventTypes.REDACTION, "room"));
        levels.with(name, TestJson.object(type, level(pick(LEVELS))));
      }
    }
    return levels;
  }

  private TestRoom.Draft kind(String sender, String server) {
    String target = pick(USERS);
    return switch (random.nextInt(18)) {
      case 0, 1 -> levels(sender);
      case 2 -> room.joinRule(sender, pick(JOIN_RULES));
      case 3 -> room.member(sender, random.nextInt(8) == 0 ? target : sender, "join");
      case 4 -> room.join(sender).with("join_authorised_via_users_server", pick(USERS));
      case 5 -> room.member(sender, target, "leave");
      case 6 -> room.member(sender, target, "ban");
      case 7 -> room.member(sender, target, "invite");
      case 8 -> room.member(sender, random.nextInt(8) == 0 ? target : sender, "knock");
      case 9 -> thirdPartyInvite(sender);
      case 10 -> invitedByThirdParty(sender, target);
      case 11 -> room.event(sender, EventTypes.ALIASES).key(pick(List.of(server, "a", "b")));
      case 12 -> room.event(sender, "m.room.message").content("body", "" + names);
      case 13 -> redaction(sender);
      case 14 -> room.event(sender, "m.room.name").key("").content("name", "" + names);
      case 15 -> room.event(sender, "m.room.own").key(pick(List.of(sender, target)));
      case 16 -> room.member(sender, sender, "leave");
      default -> room.topic(sender, "" + names);
    };
  }

  private TestRoom.Draft redaction(String sender) {
    TestRoom.Draft redaction = room.event(sender, EventTypes.REDACTION);
    String target = pick(all()).id().value();
    if (random.nextInt(8) == 0) {
      return redaction;
    }
    return room.rules.has(Feature.REDACTS_IN_CONTENT)
        ? redaction.with("redacts", target)
        : redaction.json("redacts", target);
  }

  private TestRoom.Draft thirdPartyInvite(String sender) {
    TestRoom.Draft invite =
        room.event(sender, EventTypes.THIRD_PARTY_INVITE).key(pick(List.of("one", "two")));
    JsonObject key = TestJson.object("public_key", key(random.nextInt(2)));
    return random.nextBoolean()
        ? invite.content(key)
        : invite.content(key).with("public_keys", List.of(key, publicKey()));
  }

  private JsonObject publicKey() {
    return TestJson.object("public_key", key(random.nextInt(3)));
  }

  private TestRoom.Draft invitedByThirdParty(String sender, String target) {
    JsonObject signed =
        TestJson.object(
            "mxid", random.nextInt(8) == 0 ? sender : target, "token", pick(List.of("one", "two")));
    byte[] signature = room.ed25519.sign(seed(random.nextInt(2)), signed.toSortedBytes());
    JsonObject signatures =
        TestJson.object("id", TestJson.object("ed25519:0", unpadded(signature)));
    return room.member(sender, target, "invite")
        .with(
            "third_party_invite", TestJson.object("signed", signed.with("signatures", signatures)));
  }

  private JsonValue level(int level) {
    boolean asText = !room.rules.has(Feature.INTEGER_POWER_LEVELS) && random.nextInt(10) == 0;
    return asText ? TestJson.value("" + level) : TestJson.value(level);
  }

  private String key(int number) {
    return unpadded(room.ed25519.publicKey(seed(number)));
  }

  private List<Event> all() {
    return room.events.values().stream()
        .sorted((one, other) -> one.id().compareTo(other.id()))
        .toList();
  }

  private static byte[] seed(int number) {
    return new byte[] {(byte) number};
  }

  private static String unpadded(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
