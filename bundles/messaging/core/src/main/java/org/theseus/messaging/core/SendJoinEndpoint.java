package org.theseus.messaging.core;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomGraphs.Admission;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomReader;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;
import org.theseus.transport.api.Route;

/** {@code PUT send_join}: takes a join in and tells the room's whole state. */
@Component(service = Endpoint.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=PUT", "path=\"" + SendJoinEndpoint.PATH + "\""})
public final class SendJoinEndpoint implements Endpoint {
  static final String PATH = "/_matrix/federation/v2/send_join/{roomId}/{eventId}";

  private final RoomGraphs graphs;
  private final Residence residence;
  private final RestrictedJoins restricted;
  private final OurUsers users;
  private final OwnKeys keys;

  /** Takes the layers below. */
  @Activate
  public SendJoinEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomGraphs graphs,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomReader reader,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer local,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) OwnKeys keys) {
    this.graphs = graphs;
    this.residence = new Residence(graphs, reader);
    this.users = new OurUsers(local.name());
    this.restricted = new RestrictedJoins(graphs, reader, users);
    this.keys = keys;
  }

  @Override
  public Route route() {
    return Route.put(PATH);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    RoomInfo room = residence.room(request);
    RoomVersion version = residence.version(room);
    Event join = Residence.member(version, request.object(), request, "join");
    Residence.requireOwnMembership(join);
    JsonObject pdu = vouched(room, version, join).json();
    return residence
        .verified(version, pdu)
        .thenCompose(verified -> graphs.admit(request.signer(), room.id(), pdu))
        .thenApply(this::answer);
  }

  /** Signs too, where one of our users vouches for the join and the conditions are met. */
  private Event vouched(RoomInfo room, RoomVersion version, Event join) {
    boolean byUs =
        join.content()
            .string(RestrictedJoins.AUTHORISED)
            .flatMap(UserId::parse)
            .filter(users::owns)
            .isPresent();
    if (!byUs) {
      return join;
    }
    restricted.requireGranted(room, join.sender());
    return version.addSignature(join, users.server(), keys.signer());
  }

  private Answer answer(Admission admission) {
    return Answer.ok(
        JsonObject.builder()
            .put("origin", users.server().value())
            .put("event", admission.event().json())
            .put("state", json(admission.state()))
            .put("auth_chain", json(admission.authChain()))
            .put("members_omitted", false)
            .build());
  }

  private static JsonArray json(List<Event> events) {
    return new JsonArray(events.stream().<JsonValue>map(Event::json).toList());
  }
}
