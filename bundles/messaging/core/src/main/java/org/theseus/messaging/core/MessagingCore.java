package org.theseus.messaging.core;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.messaging.api.CreateRoom;
import org.theseus.messaging.api.Messaging;
import org.theseus.messaging.api.RoomEvent;
import org.theseus.messaging.api.RoomSummary;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.pdu.api.RoomReader;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.protocol.api.StateKey;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.FederationClient;
import org.theseus.transport.api.KeyRing;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;

/**
 * Does what users want while every layer below is there; {@link MessagingFront} stands before it
 * and bridges the times when one is not.
 */
@Component(service = MessagingCore.class, immediate = true)
public final class MessagingCore implements Messaging {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Crew crew = new Crew();
  private final RoomGraphs graphs;
  private final RoomReader reader;
  private final OurUsers users;
  private final Directory directory;
  private final Joins joins;
  private final Invites invites;
  private final Leaves leaves;
  private final JoinResumer resumer;

  /** Takes the layers below. */
  @Activate
  public MessagingCore(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomGraphs graphs,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomReader reader,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) FederationClient client,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer local,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) OwnKeys keys,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) KeyRing keyRing,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) SignedJson signedJson) {
    this(graphs, reader, database, client, local, keys, keyRing, signedJson, PAUSE);
  }

  MessagingCore(
      RoomGraphs graphs,
      RoomReader reader,
      Database database,
      FederationClient client,
      LocalServer local,
      OwnKeys keys,
      KeyRing keyRing,
      SignedJson signedJson,
      Duration pause) {
    this.graphs = graphs;
    this.reader = reader;
    this.users = new OurUsers(local.name());
    Peers peers = new Peers(client);
    Templates templates = new Templates(graphs, keys, InstantSource.system());
    this.directory = new Directory(new OurAliases(database, reader, local.name()), peers);
    this.joins =
        new Joins(
            graphs,
            reader,
            peers,
            templates,
            new RestrictedJoins(graphs, reader, users),
            new JoinHandshake(graphs, peers, pause),
            local.name());
    this.invites = new Invites(graphs, reader, peers, new CoSignatures(keyRing, signedJson));
    this.leaves = new Leaves(graphs, reader, peers, templates, local.name());
    this.resumer = new JoinResumer(joins, crew);
    resumer.start();
  }

  /** Lets go. */
  @Deactivate
  public void close() {
    resumer.close();
    crew.close();
  }

  @Override
  public CompletionStage<RoomId> create(CreateRoom room) {
    return checked(
        () -> {
          users.require(room.creator());
          RoomVersion version =
              graphs
                  .version(room.version())
                  .orElseThrow(() -> Refusals.unsupportedVersion(room.version()));
          Optional<RoomAlias> alias = room.aliasLocalpart().map(users::alias);
          return graphs.create(NewRooms.of(room, version, alias));
        });
  }

  @Override
  public CompletionStage<RoomId> join(UserId user, RoomId room, List<ServerName> via) {
    return checked(
        () -> {
          users.require(user);
          return crew.handshake(room, () -> joins.join(user, room, via));
        });
  }

  @Override
  public CompletionStage<RoomId> join(UserId user, RoomAlias alias, List<ServerName> via) {
    return checked(
        () -> {
          users.require(user);
          return crew.handshake(() -> directory.resolve(alias))
              .thenCompose(target -> join(user, target.roomId(), joined(via, target.servers())));
        });
  }

  @Override
  public CompletionStage<EventId> invite(UserId user, RoomId room, UserId invitee) {
    return checked(
        () -> {
          users.require(user);
          return invite(room, Draft.member(user, invitee, "invite"), invitee);
        });
  }

  @Override
  public CompletionStage<EventId> leave(UserId user, RoomId room) {
    return checked(
        () -> {
          users.require(user);
          return crew.read(() -> membership(user, room))
              .thenCompose(member -> leave(user, room, member));
        });
  }

  @Override
  public CompletionStage<EventId> send(
      UserId user, RoomId room, String type, Optional<String> stateKey, JsonObject content) {
    return checked(
        () -> {
          users.require(user);
          Draft draft = new Draft(user, type, stateKey, content, Optional.empty());
          Optional<UserId> invitee =
              stateKey
                  .filter(key -> type.equals(Members.TYPE))
                  .filter(key -> content.string("membership").filter("invite"::equals).isPresent())
                  .flatMap(UserId::parse);
          return invitee.isPresent()
              ? invite(room, draft, invitee.get())
              : graphs.send(room, draft).thenApply(Event::id);
        });
  }

  @Override
  public CompletionStage<EventId> redact(UserId user, RoomId room, EventId event) {
    return checked(
        () -> {
          users.require(user);
          Draft draft =
              new Draft(
                  user, "m.room.redaction", Optional.empty(), JsonObject.EMPTY, Optional.of(event));
          return crew.read(() -> reader.event(event).filter(it -> it.roomId().equals(room)))
              .thenCompose(
                  target ->
                      target.isPresent()
                          ? graphs.send(room, draft).thenApply(Event::id)
                          : CompletableFuture.failedFuture(
                              Refusals.notFound("there is no event " + event + " in " + room)));
        });
  }

  @Override
  public CompletionStage<List<RoomSummary>> rooms() {
    return crew.read(() -> reader.rooms().stream().map(this::summary).toList());
  }

  @Override
  public CompletionStage<List<RoomEvent>> memberships(UserId user) {
    return checked(
        () -> {
          users.require(user);
          return crew.read(
              () ->
                  reader.memberships(user).stream()
                      .map(event -> RoomEvents.of(event, Optional.empty()))
                      .toList());
        });
  }

  @Override
  public CompletionStage<List<RoomEvent>> state(RoomId room) {
    return crew.read(
        () -> {
          known(room);
          return reader.state(room).stream()
              .sorted(Comparator.comparing(event -> event.slot().orElseThrow()))
              .map(event -> RoomEvents.of(event, Optional.empty()))
              .toList();
        });
  }

  @Override
  public CompletionStage<List<RoomEvent>> timeline(RoomId room, int limit) {
    return crew.read(
        () -> {
          known(room);
          return reader.timeline(room, limit).stream().map(RoomEvents::of).toList();
        });
  }

  @Override
  public CompletionStage<Integer> backfill(RoomId room, int limit) {
    return checked(() -> graphs.backfill(room, limit));
  }

  @Override
  public CompletionStage<AliasTarget> resolve(RoomAlias alias) {
    return crew.handshake(() -> directory.resolve(alias));
  }

  private CompletionStage<EventId> invite(RoomId room, Draft draft, UserId invitee) {
    return users.owns(invitee)
        ? graphs.send(room, draft).thenApply(Event::id)
        : crew.handshake(() -> invites.invite(room, draft, invitee));
  }

  private CompletionStage<EventId> leave(UserId user, RoomId room, Event member) {
    if (Members.membership(member).equals("leave") && member.sender().equals(user)) {
      return CompletableFuture.completedFuture(member.id());
    }
    if (graphIsOurs(room)) {
      return graphs.send(room, Draft.member(user, user, "leave")).thenApply(Event::id);
    }
    return Members.isInvite(member)
        ? crew.handshake(room, () -> leaves.refuse(user, room, member))
        : CompletableFuture.failedFuture(Refusals.forbidden(user + " is not in " + room));
  }

  private boolean graphIsOurs(RoomId room) {
    return reader.room(room).filter(it -> it.participation() == Participation.JOINED).isPresent();
  }

  private Event membership(UserId user, RoomId room) {
    known(room);
    return reader
        .membership(user, room)
        .orElseThrow(() -> Refusals.forbidden(user + " is not in " + room));
  }

  private RoomInfo known(RoomId room) {
    return reader.room(room).orElseThrow(() -> Refusals.notFound("there is no room " + room));
  }

  private RoomSummary summary(RoomInfo room) {
    Optional<String> name =
        reader
            .state(room.id(), new StateKey("m.room.name", ""))
            .flatMap(event -> event.content().string("name"));
    long joined =
        reader.state(room.id()).stream()
            .filter(event -> event.type().equals(Members.TYPE) && Members.isJoin(event))
            .count();
    String participation = room.participation().name().toLowerCase(Locale.ROOT);
    return new RoomSummary(room.id(), room.version(), participation, name, (int) joined);
  }

  private static List<ServerName> joined(List<ServerName> first, List<ServerName> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** Makes a refusal that is thrown at once one that the stage tells. */
  private static <T> CompletionStage<T> checked(Supplier<CompletionStage<T>> work) {
    try {
      return work.get();
    } catch (MatrixException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }
}
