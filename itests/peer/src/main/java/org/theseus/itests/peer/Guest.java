package org.theseus.itests.peer;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNumber;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;

/**
 * A user of a {@link Peer} who has joined a room on a server under test, and speaks there. Keeps
 * just enough of the room to make events of its own: what it was told at the join, and its own last
 * event.
 */
public final class Guest {
  private static final String ALL_VERSIONS = "ver=10&ver=11&ver=12";

  private final Peer peer;
  private final String host;
  private final UserId user;
  private final String room;
  private final RoomVersion version;
  private final Map<StateKey, Event> state = new HashMap<>();
  private Event last;
  private int transactions;

  private Guest(Peer peer, String host, UserId user, String room, RoomVersion version) {
    this.peer = peer;
    this.host = host;
    this.user = user;
    this.room = room;
    this.version = version;
  }

  /** Joins a public room as a polite server does. */
  public static Guest join(Peer peer, String host, String room, String localpart)
      throws IOException, InterruptedException {
    UserId user = UserId.of("@" + localpart + ":" + peer.name());
    JsonObject template =
        granted(
            peer.ask(
                host,
                "GET",
                "/_matrix/federation/v1/make_join/%s/%s?%s"
                    .formatted(encode(room), encode(user.value()), ALL_VERSIONS),
                Optional.empty()));
    RoomVersion version = Grammar.version(template.string("room_version").orElseThrow());
    Guest guest = new Guest(peer, host, user, room, version);
    Event join =
        version.hashAndSign(
            template.object("event").orElseThrow().with("origin_server_ts", JsonNumber.of(now())),
            peer.name(),
            peer.signer());
    JsonObject answer = granted(guest.sendJoin(join));
    for (JsonObject pdu : answer.array("state").orElseThrow().objects()) {
      Event event = version.parse(pdu);
      event.slot().ifPresent(slot -> guest.state.put(slot, event));
    }
    guest.state.put(StateKey.member(user), join);
    guest.last = join;
    return guest;
  }

  /** Puts a join event to the host, whatever it is. */
  public Peer.Reply sendJoin(Event join) throws IOException, InterruptedException {
    return peer.ask(
        host,
        "PUT",
        "/_matrix/federation/v2/send_join/%s/%s".formatted(encode(room), encode(join.id().value())),
        Optional.of(join.json()));
  }

  /** Makes a message after the last event of this guest, signed and not yet sent. */
  public Event message(String text) {
    return event(
        "m.room.message",
        Optional.empty(),
        JsonObject.builder().put("msgtype", "m.text").put("body", text).build(),
        List.of(last.id()));
  }

  /** Makes an event of any kind after given ones, signed and not yet sent. */
  public Event event(
      String type, Optional<String> stateKey, JsonObject content, List<EventId> after) {
    List<String> auth = new ArrayList<>();
    for (StateKey slot : version.authSlots(type, stateKey, user, content)) {
      Optional.ofNullable(state.get(slot)).ifPresent(event -> auth.add(event.id().value()));
    }
    JsonObject.Builder pdu =
        JsonObject.builder()
            .put("room_id", room)
            .put("sender", user.value())
            .put("type", type)
            .put("content", content)
            .put("depth", last.depth() + 1)
            .put("origin_server_ts", now())
            .put("prev_events", JsonArray.ofStrings(after.stream().map(EventId::value).toList()))
            .put("auth_events", JsonArray.ofStrings(auth));
    stateKey.ifPresent(key -> pdu.put("state_key", key));
    return version.hashAndSign(pdu.build(), peer.name(), peer.signer());
  }

  /** Takes an event as the one its next event follows. */
  public void follow(Event event) {
    last = event;
    event.slot().ifPresent(slot -> state.put(slot, event));
  }

  /** Sends events in a transaction of their own. */
  public Peer.Reply send(Event... events) throws IOException, InterruptedException {
    List<JsonObject> pdus = new ArrayList<>();
    for (Event event : events) {
      pdus.add(event.json());
    }
    return transaction(peer.name().value().replace(':', '-') + "-" + ++transactions, pdus);
  }

  /** Sends PDUs of any shape under a given transaction id. */
  public Peer.Reply transaction(String txnId, List<JsonObject> pdus)
      throws IOException, InterruptedException {
    JsonObject body =
        JsonObject.builder()
            .put("origin", peer.name().value())
            .put("origin_server_ts", now())
            .put("pdus", new JsonArray(List.copyOf(pdus)))
            .build();
    return peer.ask(host, "PUT", "/_matrix/federation/v1/send/" + encode(txnId), Optional.of(body));
  }

  /** The user. */
  public UserId user() {
    return user;
  }

  /** The room's version. */
  public RoomVersion version() {
    return version;
  }

  /** The event the next one follows. */
  public Event last() {
    return last;
  }

  private static JsonObject granted(Peer.Reply reply) throws IOException {
    if (reply.status() != 200) {
      throw new IOException("refused with " + reply.status() + ": " + reply.body());
    }
    return reply.json();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static long now() {
    return System.currentTimeMillis();
  }
}
