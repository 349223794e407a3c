package org.theseus.messaging.core;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomReader;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.Route;

/** {@code PUT send_leave}: takes in the leave that refuses an invite we sent. */
@Component(service = Endpoint.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=PUT", "path=\"" + SendLeaveEndpoint.PATH + "\""})
public final class SendLeaveEndpoint implements Endpoint {
  static final String PATH = "/_matrix/federation/v2/send_leave/{roomId}/{eventId}";

  private final RoomGraphs graphs;
  private final Residence residence;

  /** Takes the layers below. */
  @Activate
  public SendLeaveEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomGraphs graphs,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomReader reader) {
    this.graphs = graphs;
    this.residence = new Residence(graphs, reader);
  }

  @Override
  public Route route() {
    return Route.put(PATH);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    RoomInfo room = residence.room(request);
    RoomVersion version = residence.version(room);
    JsonObject pdu = request.object();
    Event leave = Residence.member(version, pdu, request, "leave");
    Residence.requireOwnMembership(leave);
    return residence
        .verified(version, pdu)
        .thenCompose(verified -> graphs.admit(request.signer(), room.id(), pdu))
        .thenApply(admitted -> Answer.ok(JsonObject.EMPTY));
  }
}
