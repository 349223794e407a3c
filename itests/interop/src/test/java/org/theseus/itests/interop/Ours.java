package org.theseus.itests.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.JsonObject;

/** Theseus, driven through its shell. */
final class Ours implements Homeserver {
  /** By these a Synapse ties loose ends of a room together; it shows them to no client. */
  private static final String DUMMY = "org.matrix.dummy_event";

  private static final int NEWEST = 300;

  private final Server server;

  private Ours(Server server) {
    this.server = server;
  }

  /** Makes a home whose certificate is the authority's, and which trusts the authority. */
  static Ours create(Ground ground) throws Exception {
    String name = "127.0.0.1:" + Server.freePort();
    return create(ground, name, name);
  }

  /** The same, where others reach it elsewhere than where it listens. */
  static Ours create(Ground ground, String name, String address) throws Exception {
    Path directory = Files.createDirectory(ground.directory().resolve("theseus"));
    Path trusted = directory.resolve("trusted.pem");
    Files.copy(ground.authority().certificate(), trusted);
    Server server = Server.create(directory.resolve("home"), trusted, name, address);
    ground.authority().certify(server.home());
    return new Ours(server);
  }

  Server server() {
    return server;
  }

  @Override
  public String name() {
    return server.name();
  }

  @Override
  public String user(String localpart) {
    return server.user(localpart);
  }

  @Override
  public void start() throws Exception {
    server.start();
  }

  @Override
  public void stop() {
    server.close();
  }

  @Override
  public void kill() throws Exception {
    server.kill();
  }

  @Override
  public String create(String user, String roomVersion, boolean open) throws Exception {
    return open
        ? server.result("create", user, "--room-version", roomVersion, "--public")
        : server.result("create", user, "--room-version", roomVersion);
  }

  @Override
  public void join(String user, String room, String via) throws Exception {
    server.result("join", user, room, "--via", via);
  }

  @Override
  public void invite(String user, String room, String invitee) throws Exception {
    server.result("invite", user, room, invitee);
  }

  @Override
  public boolean isInvited(String user, String room) throws Exception {
    return server.events("memberships", user, "--json").stream()
        .filter(event -> event.string("room_id").orElseThrow().equals(room))
        .flatMap(event -> event.object("content").stream())
        .anyMatch(content -> content.string("membership").filter("invite"::equals).isPresent());
  }

  @Override
  public void leave(String user, String room) throws Exception {
    server.result("leave", user, room);
  }

  @Override
  public String say(String user, String room, String text) throws Exception {
    return server.result("send", user, room, text);
  }

  @Override
  public String set(String user, String room, String type, JsonObject content) throws Exception {
    return server.result(
        "send", user, room, "--type", type, "--state-key", "", "--content", content.toString());
  }

  @Override
  public String redact(String user, String room, String event) throws Exception {
    return server.result("redact", user, room, event);
  }

  @Override
  public Set<String> state(String user, String room) throws Exception {
    return server.events("state", room, "--json").stream()
        .map(Events::stateLine)
        .collect(Collectors.toSet());
  }

  @Override
  public JsonObject content(String user, String room, String type, String stateKey)
      throws Exception {
    return server.events("state", room, "--json").stream()
        .filter(event -> Events.isState(event, type, stateKey))
        .map(event -> event.object("content").orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  @Override
  public List<JsonObject> timeline(String user, String room) throws Exception {
    return server.timeline(room).stream()
        .filter(event -> !Events.type(event).equals(DUMMY))
        .toList();
  }

  /** Looks among the newest events only: to read all of a long room each time takes its time. */
  @Override
  public Set<String> held(String user, String room, Collection<String> events) throws Exception {
    String limit = Integer.toString(NEWEST + 10 * events.size());
    Set<String> newest =
        server.events("timeline", room, "--limit", limit, "--json").stream()
            .map(Events::id)
            .collect(Collectors.toSet());
    newest.retainAll(events);
    return newest;
  }

  @Override
  public void fetchHistory(String user, String room) throws Exception {
    server.result("backfill", room, "--limit", "1000");
  }
}
