package org.theseus.ops.shell;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.messaging.api.CreateRoom;
import org.theseus.messaging.api.Messaging;
import org.theseus.messaging.api.RoomEvent;
import org.theseus.messaging.api.RoomSummary;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.protocol.api.UserId;
import org.theseus.support.Awaited;

/** The commands about rooms; the layer's README tells how they end. */
@Component(
    service = RoomCommands.class,
    property = {
      "osgi.command.scope=theseus",
      "osgi.command.function=create",
      "osgi.command.function=join",
      "osgi.command.function=invite",
      "osgi.command.function=leave",
      "osgi.command.function=send",
      "osgi.command.function=redact",
      "osgi.command.function=rooms",
      "osgi.command.function=memberships",
      "osgi.command.function=state",
      "osgi.command.function=timeline",
      "osgi.command.function=backfill"
    })
public final class RoomCommands {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int TIMELINE = 20;
  private static final int HISTORY = 100;

  private final Awaited<Messaging> messaging = new Awaited<>();
  private final Awaited<JsonReader> json = new Awaited<>();
  private final Duration limit;
  private final Patience<Messaging> patience;

  /** Makes commands that wait for 20 s. */
  @Activate
  public RoomCommands() {
    this(PATIENCE);
  }

  RoomCommands(Duration limit) {
    this.limit = limit;
    this.patience = new Patience<>(messaging, limit, "the messaging layer");
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bind(Messaging arrived) {
    messaging.come(arrived);
  }

  void unbind(Messaging gone) {
    messaging.go(gone);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindJson(JsonReader arrived) {
    json.come(arrived);
  }

  void unbindJson(JsonReader gone) {
    json.go(gone);
  }

  /** Ends commands that wait. */
  @Deactivate
  public void close() {
    TransientException why = new TransientException("the shell is being replaced; try again");
    messaging.close(why);
    json.close(why);
  }

  /** {@link RoomUsages#CREATE}. */
  public void create(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.CREATE,
        words,
        given -> {
          CreateRoom room =
              new CreateRoom(
                  UserId.of(given.word(0)),
                  given.value("--room-version").orElse(CreateRoom.DEFAULT_VERSION),
                  given.has("--public"),
                  given.value("--alias"));
          Printed.id(given, "room_id", patience.call("creating", it -> it.create(room)).value());
        });
  }

  /** {@link RoomUsages#JOIN}. */
  public void join(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.JOIN,
        words,
        given -> {
          UserId user = UserId.of(given.word(0));
          String target = given.word(1);
          List<ServerName> via = given.values("--via").stream().map(ServerName::of).toList();
          RoomId joined;
          if (target.startsWith("#")) {
            RoomAlias alias = RoomAlias.of(target);
            joined = patience.call("joining " + alias, it -> it.join(user, alias, via));
          } else {
            RoomId room = RoomId.of(target);
            joined = patience.call("joining " + room, it -> it.join(user, room, via));
          }
          Printed.id(given, "room_id", joined.value());
        });
  }

  /** {@link RoomUsages#INVITE}. */
  public void invite(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.INVITE,
        words,
        given -> {
          UserId user = UserId.of(given.word(0));
          RoomId room = RoomId.of(given.word(1));
          UserId invitee = UserId.of(given.word(2));
          event(given, patience.call("inviting", it -> it.invite(user, room, invitee)));
        });
  }

  /** {@link RoomUsages#LEAVE}. */
  public void leave(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.LEAVE,
        words,
        given -> {
          UserId user = UserId.of(given.word(0));
          RoomId room = RoomId.of(given.word(1));
          event(given, patience.call("leaving", it -> it.leave(user, room)));
        });
  }

  /** {@link RoomUsages#SEND}. */
  public void send(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.SEND,
        words,
        given -> {
          UserId user = UserId.of(given.word(0));
          RoomId room = RoomId.of(given.word(1));
          boolean isText = given.count() == 3;
          boolean isEvent = given.has("--type") && given.has("--content");
          if (isText ? given.hasAny(RoomUsages.SEND.flags()) : !isEvent) {
            throw RoomUsages.SEND.error("either a text or --type and --content are needed");
          }
          String type = given.value("--type").orElse("m.room.message");
          Optional<String> stateKey = given.value("--state-key");
          JsonObject content = isText ? text(given.word(2)) : parse(given);
          event(
              given, patience.call("sending", it -> it.send(user, room, type, stateKey, content)));
        });
  }

  /** {@link RoomUsages#REDACT}. */
  public void redact(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.REDACT,
        words,
        given -> {
          UserId user = UserId.of(given.word(0));
          RoomId room = RoomId.of(given.word(1));
          EventId event = EventId.of(given.word(2));
          event(given, patience.call("redacting", it -> it.redact(user, room, event)));
        });
  }

  /** {@link RoomUsages#ROOMS}. */
  public void rooms(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.ROOMS,
        words,
        given -> {
          List<RoomSummary> rooms = patience.call("reading", Messaging::rooms);
          Printed.list(given, rooms, Printed::json, Printed::line);
        });
  }

  /** {@link RoomUsages#MEMBERSHIPS}. */
  public void memberships(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.MEMBERSHIPS,
        words,
        given -> {
          UserId user = UserId.of(given.word(0));
          List<RoomEvent> members = patience.call("reading", it -> it.memberships(user));
          Printed.list(given, members, Printed::json, Printed::membershipLine);
        });
  }

  /** {@link RoomUsages#STATE}. */
  public void state(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.STATE,
        words,
        given -> {
          RoomId room = RoomId.of(given.word(0));
          List<RoomEvent> state = patience.call("reading", it -> it.state(room));
          Printed.list(given, state, Printed::json, Printed::stateLine);
        });
  }

  /** {@link RoomUsages#TIMELINE}. */
  public void timeline(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.TIMELINE,
        words,
        given -> {
          RoomId room = RoomId.of(given.word(0));
          int newest = given.value("--limit").map(RoomCommands::limit).orElse(TIMELINE);
          List<RoomEvent> events = patience.call("reading", it -> it.timeline(room, newest));
          Printed.list(given, events, Printed::json, Printed::timelineLine);
        });
  }

  /** {@link RoomUsages#BACKFILL}. */
  public void backfill(String... words) throws InterruptedException {
    Command.run(
        RoomUsages.BACKFILL,
        words,
        given -> {
          RoomId room = RoomId.of(given.word(0));
          int wanted = given.value("--limit").map(RoomCommands::limit).orElse(HISTORY);
          Integer added = patience.call("fetching", it -> it.backfill(room, wanted));
          Printed.number(given, "added", added);
        });
  }

  private static void event(Arguments given, EventId id) {
    Printed.id(given, "event_id", id.value());
  }

  private static JsonObject text(String body) {
    return JsonObject.builder().put("msgtype", "m.text").put("body", body).build();
  }

  private JsonObject parse(Arguments given) throws InterruptedException {
    String text = given.value("--content").orElseThrow();
    try {
      return json.await(limit).get().readObject(text.getBytes(StandardCharsets.UTF_8));
    } catch (JsonException malformed) {
      throw RoomUsages.SEND.error("--content is no JSON object");
    } catch (ExecutionException nobody) {
      throw new TransientException("nobody reads JSON now; try again", nobody);
    }
  }

  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit > 0) {
        return limit;
      }
    } catch (NumberFormatException noNumber) {
      // told below
    }
    throw RoomUsages.TIMELINE.error("--limit is no number from 1");
  }
}
