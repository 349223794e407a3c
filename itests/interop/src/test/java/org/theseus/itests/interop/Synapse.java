package org.theseus.itests.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.theseus.itests.peer.Child;
import org.theseus.itests.peer.Server;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;

/** A real Synapse in a process of its own, driven through its client API. */
final class Synapse implements Homeserver {
  private static final int START_SECONDS = 90;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final SynapseInstallation installation;
  private final Path directory;
  private final String name;
  private final ClientApi api;
  private final SynapseAdmin admin;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private Child process;
  private int transactions;

  private Synapse(SynapseInstallation installation, Path directory, String name, ClientApi api) {
    this.installation = installation;
    this.directory = directory;
    this.name = name;
    this.api = api;
    this.admin = new SynapseAdmin(api);
  }

  /** Writes the configuration of a fresh one. */
  static Synapse create(Ground ground) throws Exception {
    int port = Server.freePort();
    return create(ground, "127.0.0.1:" + port, port);
  }

  /** The same, where others reach it elsewhere than where it listens. */
  static Synapse create(Ground ground, String name, int federationPort) throws Exception {
    Path directory = Files.createDirectory(ground.directory().resolve("synapse"));
    Authority authority = ground.authority();
    int clientPort = Server.freePort();
    Map<String, String> values =
        Map.of(
            "NAME", name,
            "DIRECTORY", directory.toString(),
            "FEDERATION_PORT", Integer.toString(federationPort),
            "CLIENT_PORT", Integer.toString(clientPort),
            "CERTIFICATE", authority.serverCertificate().toString(),
            "KEY", authority.serverKey().toString(),
            "AUTHORITY", authority.certificate().toString());
    for (String file : List.of("homeserver.yaml", "log.yaml")) {
      Files.writeString(directory.resolve(file), filled(file, values));
    }
    return new Synapse(ground.installation(), directory, name, new ClientApi(clientPort));
  }

  private static String filled(String resource, Map<String, String> values) throws IOException {
    try (InputStream in = Synapse.class.getResourceAsStream("/" + resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace("@" + value.getKey() + "@", value.getValue());
      }
      return text;
    }
  }

  /** Has it, from its next start, ask a notary for keys before it asks anybody else. */
  void trusts(String notary, JsonObject itsKeys) throws IOException {
    JsonObject trusted =
        JsonObject.builder().put("server_name", notary).put("verify_keys", itsKeys).build();
    Path file = directory.resolve("homeserver.yaml");
    String nobody = "trusted_key_servers: []";
    Files.writeString(
        file, Files.readString(file).replace(nobody, "trusted_key_servers: [" + trusted + "]"));
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Has it ask another server for a user's device keys: if nobody answers it leaves that server
   * alone for ten minutes, after a few attempts where a transaction is tried for minutes.
   */
  void askForKeys(String asking, String user) throws Exception {
    JsonObject wanted = JsonObject.EMPTY.with(user, new JsonArray(List.of()));
    JsonObject query = JsonObject.EMPTY.with("device_keys", wanted);
    api.post(token(asking), ClientApi.path("keys", "query"), query);
  }

  /** What only its administrator may ask. */
  SynapseAdmin admin() {
    return admin;
  }

  /** What it has logged. */
  SynapseLog log() {
    return new SynapseLog(directory.resolve("homeserver.log"));
  }

  @Override
  public void start() throws Exception {
    Path output = directory.resolve("output.log");
    ProcessBuilder builder =
        installation
            .python(
                "-m",
                "synapse.app.homeserver",
                "-c",
                directory.resolve("homeserver.yaml").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().put("no_proxy", "127.0.0.1,localhost");
    process = Child.start("Synapse at " + name, builder);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!api.answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("Synapse does not start: " + Files.readString(output));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  @Override
  public void stop() {
    if (process != null) {
      process.stop(STOP_LIMIT);
    }
  }

  @Override
  public void kill() throws InterruptedException {
    process.kill();
  }

  @Override
  public String user(String localpart) throws Exception {
    String user = "@" + localpart + ":" + name;
    if (!tokens.containsKey(user)) {
      JsonObject account =
          JsonObject.EMPTY
              .with("username", localpart)
              .with("password", "a password of " + localpart)
              .with("auth", JsonObject.EMPTY.with("type", "m.login.dummy"));
      JsonObject registered = api.post("", ClientApi.path("register"), account);
      tokens.put(user, registered.string("access_token").orElseThrow());
    }
    return user;
  }

  private String token(String user) {
    return Optional.ofNullable(tokens.get(user)).orElseThrow();
  }

  @Override
  public String create(String user, String roomVersion, boolean open) throws Exception {
    JsonObject room =
        JsonObject.EMPTY
            .with("room_version", roomVersion)
            .with("preset", open ? "public_chat" : "private_chat");
    JsonObject created = api.post(token(user), ClientApi.path("createRoom"), room);
    return created.string("room_id").orElseThrow();
  }

  @Override
  public void join(String user, String room, String via) throws Exception {
    String where = ClientApi.path("join", room) + "?server_name=" + via + "&via=" + via;
    api.post(token(user), where, JsonObject.EMPTY);
  }

  @Override
  public void invite(String user, String room, String invitee) throws Exception {
    api.post(
        token(user),
        ClientApi.path("rooms", room, "invite"),
        JsonObject.EMPTY.with("user_id", invitee));
  }

  @Override
  public boolean isInvited(String user, String room) throws Exception {
    return sync(user)
        .object("rooms")
        .flatMap(rooms -> rooms.object("invite"))
        .filter(invites -> invites.get(room).isPresent())
        .isPresent();
  }

  private JsonObject sync(String user) throws Exception {
    return api.getObject(token(user), ClientApi.path("sync") + "?timeout=0");
  }

  @Override
  public void leave(String user, String room) throws Exception {
    api.post(token(user), ClientApi.path("rooms", room, "leave"), JsonObject.EMPTY);
  }

  @Override
  public String say(String user, String room, String text) throws Exception {
    JsonObject message = JsonObject.EMPTY.with("msgtype", "m.text").with("body", text);
    return eventId(
        api.put(
            token(user),
            ClientApi.path("rooms", room, "send", "m.room.message", transaction()),
            message));
  }

  @Override
  public String set(String user, String room, String type, JsonObject content) throws Exception {
    return eventId(api.put(token(user), ClientApi.path("rooms", room, "state", type, ""), content));
  }

  @Override
  public String redact(String user, String room, String event) throws Exception {
    return eventId(
        api.put(
            token(user),
            ClientApi.path("rooms", room, "redact", event, transaction()),
            JsonObject.EMPTY));
  }

  private synchronized String transaction() {
    return "t" + transactions++;
  }

  private static String eventId(JsonObject answer) {
    return answer.string("event_id").orElseThrow();
  }

  @Override
  public Set<String> state(String user, String room) throws Exception {
    return stateEvents(user, room).stream().map(Events::stateLine).collect(Collectors.toSet());
  }

  private List<JsonObject> stateEvents(String user, String room) throws Exception {
    return ((JsonArray) api.get(token(user), ClientApi.path("rooms", room, "state"))).objects();
  }

  @Override
  public JsonObject content(String user, String room, String type, String stateKey)
      throws Exception {
    return api.getObject(token(user), ClientApi.path("rooms", room, "state", type, stateKey));
  }

  @Override
  public List<JsonObject> timeline(String user, String room) throws Exception {
    List<JsonObject> newestFirst = new ArrayList<>();
    String from = "";
    do {
      JsonObject page =
          api.getObject(
              token(user),
              ClientApi.path("rooms", room, "messages")
                  + "?dir=b&limit=100"
                  + (from.isEmpty() ? "" : "&from=" + from));
      newestFirst.addAll(page.array("chunk").orElseThrow().objects());
      from = page.string("end").orElse("");
    } while (!from.isEmpty());
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  /** Asks for each by its id: reading the timeline would make Synapse fetch what it lacks. */
  @Override
  public Set<String> held(String user, String room, Collection<String> events) throws Exception {
    Set<String> held = new HashSet<>();
    for (String event : events) {
      if (holds(user, room, event)) {
        held.add(event);
      }
    }
    return held;
  }

  private boolean holds(String user, String room, String event) throws Exception {
    try {
      api.get(token(user), ClientApi.path("rooms", room, "event", event));
      return true;
    } catch (ClientApi.Refused refused) {
      if (refused.status() == 404) {
        return false;
      }
      throw refused;
    }
  }

  /** Reads the whole timeline, of which Synapse fetches by itself what it lacks. */
  @Override
  public void fetchHistory(String user, String room) throws Exception {
    timeline(user, room);
  }
}
