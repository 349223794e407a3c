package org.theseus.itests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.theseus.itests.peer.Grammar;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Peer;
import org.theseus.protocol.api.JsonObject;

/** Keys that are replaced while both talk, and told by one server about another. */
@ExtendWith(Interop.class)
class KeysIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String VERSION = "12";
  private static final String KEYS = "/_matrix/key/v2/server";
  private static final int SOME = 5;

  private final Pair shared;
  private final Ground ground;

  KeysIT(Pair shared, Ground ground) {
    this.shared = shared;
    this.ground = ground;
  }

  @DisplayName("our key replaced twice while both talk")
  @ParameterizedTest(name = "{displayName} | " + VERSION + " | {0}")
  @EnumSource
  void ourKeyIsReplaced(Direction direction) throws Exception {
    Ours ours = shared.ours();
    Room room = Room.ofBoth(shared, direction, VERSION);
    int logged = shared.synapse().log().end();
    int asked = clientLog(ours).size();

    try (Conversation conversation = Conversation.start(room)) {
      conversation.awaitMore(SOME);
      ours.server().result("rotate-key");
      String last = ours.server().result("rotate-key");
      conversation.awaitMore(SOME);
      conversation.end();

      room.arrived(LIMIT, conversation.sent());
      room.agreed(conversation.sent());
      assertThat(conversation.ofAlice().refusals()).isEmpty();
      assertThat(conversation.ofBob().refusals()).isEmpty();
      assertThat(currentKeys(ours)).containsExactly(last);
    }

    // neither refused a transaction of the other
    assertThat(shared.synapse().log().failedSends(ours.name(), logged)).isEmpty();
    assertThat(shared.synapse().log().backOffs(ours.name(), logged)).isEmpty();
    assertThat(clientLog(ours).stream().skip(asked).filter(line -> line.contains("/send/")))
        .isNotEmpty()
        .allMatch(line -> line.contains(" 200 "));
  }

  @DisplayName("Synapse has us as its notary | 12 | Synapse joins Theseus")
  @Test
  void synapseAsksUsAboutOthersAndOurselves() throws Exception {
    Ground place = ground.part("notary");
    try (Ours ours = Ours.create(place);
        Synapse synapse = Synapse.create(place);
        Peer third = Peer.start(place.authority().identity())) {
      ours.start();
      synapse.trusts(ours.name(), publicKeys(ours));
      synapse.start();

      Room room = Room.ofBoth(new Pair(ours, synapse), Direction.SYNAPSE_JOINS_THESEUS, VERSION);
      Guest.join(third, synapse.name(), room.id(), "guest");
      room.agreed(List.of(room.bobSays("there are three of us"), room.aliceSays("welcome")));

      // whom it never asked itself it knows from us
      assertThat(synapse.log().asked(ours.name(), "/_matrix/key/v2/query", 0)).isNotEmpty();
      assertThat(synapse.log().asked(ours.name(), KEYS, 0)).isEmpty();
      assertThat(synapse.log().asked(third.name().value(), KEYS, 0)).isEmpty();
      assertThat(clientLog(ours))
          .anyMatch(line -> line.contains(" GET " + third.name() + " " + KEYS + " 200 "));
    }
  }

  @DisplayName("we have Synapse as our notary | 12 | Theseus joins Synapse")
  @Test
  void weAskSynapseAboutAServerThatIsGone() throws Exception {
    Synapse synapse = shared.synapse();
    String room = synapse.create(synapse.user("alice"), VERSION, true);
    try (Ours ours = Ours.create(ground.part("asker"));
        Peer gone = Peer.start(ground.authority().identity())) {
      Guest.join(gone, synapse.name(), room, "guest");
      gone.refuse();
      Files.writeString(
          ours.server().home().directory().resolve("etc/org.theseus.transport.keys.RemoteKeys.cfg"),
          "notaries=" + synapse.name() + "\n");
      ours.start();

      String bob = ours.user("bob");
      ours.join(bob, room, synapse.name());

      assertThat(ours.state(bob, room))
          .anyMatch(line -> line.startsWith("m.room.member|@guest:" + gone.name() + "|"));
      assertThat(keys(ours, gone.name().value()).string("source")).contains(synapse.name());
    }
  }

  private static List<String> clientLog(Ours ours) throws Exception {
    return Files.readAllLines(ours.server().home().clientLog());
  }

  private static JsonObject keys(Ours ours, String server) throws Exception {
    String json = ours.server().result("keys", server, "--json");
    return Grammar.JSON.readObject(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Stream<JsonObject> current(Ours ours) throws Exception {
    return keys(ours, ours.name()).array("keys").orElseThrow().objects().stream()
        .filter(key -> !key.has("expired_ts"));
  }

  private static List<String> currentKeys(Ours ours) throws Exception {
    return current(ours).map(key -> key.string("key_id").orElseThrow()).toList();
  }

  private static JsonObject publicKeys(Ours ours) throws Exception {
    JsonObject.Builder keys = JsonObject.builder();
    current(ours)
        .forEach(
            key -> keys.put(key.string("key_id").orElseThrow(), key.string("key").orElseThrow()));
    return keys.build();
  }
}
