package org.theseus.messaging.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomInfo.Participation;
import org.theseus.pdu.api.RoomReader;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;
import org.theseus.transport.api.Route;

/** {@code PUT invite}: signs an invite of one of our users and keeps it outside the graph. */
@Component(service = Endpoint.class)
@Designate(ocd = InviteEndpoint.Config.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=PUT", "path=\"" + InviteEndpoint.PATH + "\""})
public final class InviteEndpoint implements Endpoint {
  static final String PATH = "/_matrix/federation/v2/invite/{roomId}/{eventId}";

  /** Settings. */
  @ObjectClassDefinition(name = "Invites from other servers")
  public @interface Config {
    /** Whether whole, signed events are demanded of invite_room_state in all versions. */
    @AttributeDefinition(
        description =
            "Refuse an invite whose invite_room_state holds anything but whole, signed events of"
                + " its room")
    boolean strictInviteState() default false;
  }

  private final RoomGraphs graphs;
  private final RoomReader reader;
  private final Residence residence;
  private final InviteState inviteState;
  private final OurUsers users;
  private final OwnKeys keys;

  /** Takes the layers below. */
  @Activate
  public InviteEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomGraphs graphs,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomReader reader,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer local,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) OwnKeys keys,
      Config config) {
    this(graphs, reader, local, keys, config.strictInviteState());
  }

  InviteEndpoint(
      RoomGraphs graphs, RoomReader reader, LocalServer local, OwnKeys keys, boolean strict) {
    this.graphs = graphs;
    this.reader = reader;
    this.residence = new Residence(graphs, reader);
    this.inviteState = new InviteState(residence, strict);
    this.users = new OurUsers(local.name());
    this.keys = keys;
  }

  @Override
  public Route route() {
    return Route.put(PATH);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    JsonObject body = request.object();
    String versionId =
        body.string("room_version").orElseThrow(() -> Refusals.missing("room_version is missing"));
    JsonObject pdu = body.object("event").orElseThrow(() -> Refusals.missing("event is missing"));
    residence.requireAllowed(Residence.roomId(request), request.signer());
    RoomVersion version =
        graphs
            .version(versionId)
            .orElseThrow(
                () -> Refusals.incompatibleVersion(versionId, "our server does not support"));
    Event invite = Residence.member(version, pdu, request, "invite");
    Residence.require(
        invite.stateKey().flatMap(UserId::parse).filter(users::owns).isPresent(),
        "the state key is no user of " + users.server());
    JsonArray state = body.array("invite_room_state").orElse(JsonArray.EMPTY);
    return inviteState
        .check(version, invite.roomId(), state)
        .thenCompose(checked -> residence.verified(version, pdu))
        .thenCompose(verified -> accept(version, invite));
  }

  private CompletionStage<Answer> accept(RoomVersion version, Event invite) {
    Event signed = version.addSignature(invite, users.server(), keys.signer());
    Answer answer = Answer.ok(JsonObject.EMPTY.with("event", signed.json()));
    // To a room we are in the invite comes once more, in a transaction.
    boolean resident =
        reader
            .room(invite.roomId())
            .filter(room -> room.participation() == Participation.JOINED)
            .isPresent();
    return resident
        ? CompletableFuture.completedFuture(answer)
        : graphs.storeOutOfBand(signed, version.id()).thenApply(stored -> answer);
  }
}
