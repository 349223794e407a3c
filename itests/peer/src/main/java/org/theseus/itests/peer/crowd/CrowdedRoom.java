package org.theseus.itests.peer.crowd;

import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.itests.peer.ColdStore;
import org.theseus.itests.peer.Grammar;
import org.theseus.itests.peer.Peer;
import org.theseus.launcher.Home;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/**
 * A public room whose resident is a peer and which has a member on each of many servers, every join
 * signed. The servers share a key, which whoever shall join must have in its store.
 */
public final class CrowdedRoom implements Peer.Handler {
  private static final KeyId KEY = KeyId.of("ed25519:crowd");
  private static final long A_DAY = 86_400_000L;

  private final Peer resident;
  private final String id;
  private final RoomVersion version = Grammar.version("11");
  private final byte[] seed = new byte[32];
  private final Map<StateKey, Event> state = new HashMap<>();
  private final List<ServerName> servers;
  private Event last;

  /** Makes the room; from then on the peer is its resident. */
  public CrowdedRoom(Peer resident, List<ServerName> servers) {
    this.resident = resident;
    this.servers = List.copyOf(servers);
    new SecureRandom().nextBytes(seed);
    id = "!crowd:" + resident.name();
    UserId host = UserId.of("@host:" + resident.name());
    add(host, "m.room.create", "", JsonObject.EMPTY.with("room_version", version.id()));
    join(host);
    JsonObject levels = JsonObject.EMPTY.with(host.value(), JsonNumber.of(100));
    add(host, "m.room.power_levels", "", JsonObject.EMPTY.with("users", levels));
    add(host, "m.room.join_rules", "", JsonObject.EMPTY.with("join_rule", "public"));
    servers.forEach(server -> join(UserId.of("@m:" + server)));
    resident.handle(this);
  }

  private void join(UserId user) {
    add(user, "m.room.member", user.value(), JsonObject.EMPTY.with("membership", "join"));
  }

  private void add(UserId sender, String type, String stateKey, JsonObject content) {
    Signer signer = sender.server().equals(resident.name()) ? resident.signer() : signer();
    Event event =
        version.hashAndSign(template(sender, type, stateKey, content), sender.server(), signer);
    state.put(new StateKey(type, stateKey), event);
    last = event;
  }

  private JsonObject template(UserId sender, String type, String stateKey, JsonObject content) {
    List<String> auth = new ArrayList<>();
    for (StateKey slot : version.authSlots(type, Optional.of(stateKey), sender, content)) {
      Optional.ofNullable(state.get(slot)).ifPresent(event -> auth.add(event.id().value()));
    }
    return JsonObject.builder()
        .put("room_id", id)
        .put("sender", sender.value())
        .put("type", type)
        .put("state_key", stateKey)
        .put("content", content)
        .put("depth", last == null ? 1 : last.depth() + 1)
        .put("origin_server_ts", System.currentTimeMillis())
        .put(
            "prev_events",
            JsonArray.ofStrings(last == null ? List.of() : List.of(last.id().value())))
        .put("auth_events", JsonArray.ofStrings(auth))
        .build();
  }

  private Signer signer() {
    return new Signer() {
      @Override
      public KeyId keyId() {
        return KEY;
      }

      @Override
      public byte[] sign(byte[] message) {
        return Grammar.ED25519.sign(seed, message);
      }
    };
  }

  /** The room's id. */
  public String id() {
    return id;
  }

  /** Puts the servers' key into the store of a home whose server does not run. */
  public void introduce(Home home) {
    long now = System.currentTimeMillis();
    StoredKey key = new StoredKey(KEY, Grammar.ED25519.publicKey(seed), now + A_DAY, false, now);
    ColdStore.change(
        home,
        unit -> {
          servers.forEach(server -> unit.keys().put(server, List.of(key)));
          return key;
        });
  }

  @Override
  public Optional<Peer.Reply> answer(Peer.Asked asked) {
    if (asked.target().startsWith("/_matrix/federation/v1/make_join/")) {
      String path = URI.create(asked.target()).getPath();
      String user = path.substring(path.lastIndexOf('/') + 1);
      return Optional.of(
          Peer.Reply.of(
              200,
              JsonObject.builder()
                  .put("room_version", version.id())
                  .put(
                      "event",
                      template(
                          UserId.of(user),
                          "m.room.member",
                          user,
                          JsonObject.EMPTY.with("membership", "join")))
                  .build()));
    }
    if (asked.target().startsWith("/_matrix/federation/v2/send_join/")) {
      JsonArray events =
          new JsonArray(List.copyOf(state.values().stream().map(Event::json).toList()));
      return Optional.of(
          Peer.Reply.of(
              200,
              JsonObject.builder()
                  .put("origin", resident.name().value())
                  .put("members_omitted", false)
                  .put("event", asked.json())
                  .put("state", events)
                  .put("auth_chain", JsonArray.EMPTY)
                  .build()));
    }
    return Optional.empty();
  }
}
