package org.theseus.messaging.core;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.RoomInfo;
import org.theseus.pdu.api.RoomReader;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.Route;

/** {@code GET make_leave}: the place in the graph that refuses an invite we sent. */
@Component(service = Endpoint.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=\"" + MakeLeaveEndpoint.PATH + "\""})
public final class MakeLeaveEndpoint implements Endpoint {
  static final String PATH = "/_matrix/federation/v1/make_leave/{roomId}/{userId}";

  private final RoomGraphs graphs;
  private final Residence residence;

  /** Takes the layers below. */
  @Activate
  public MakeLeaveEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomGraphs graphs,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomReader reader) {
    this.graphs = graphs;
    this.residence = new Residence(graphs, reader);
  }

  @Override
  public Route route() {
    return Route.get(PATH);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    UserId user = Residence.ownUser(request);
    RoomInfo room = residence.room(request);
    return graphs
        .template(room.id(), Draft.member(user, user, "leave"))
        .thenApply(MakeJoinEndpoint::answer);
  }
}
