package org.theseus.messaging.core;

import java.util.List;
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
import org.theseus.pdu.api.Template;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.UserId;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.Route;

/** {@code GET make_join}: the place in the graph that a join of another server's user takes. */
@Component(service = Endpoint.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=\"" + MakeJoinEndpoint.PATH + "\""})
public final class MakeJoinEndpoint implements Endpoint {
  static final String PATH = "/_matrix/federation/v1/make_join/{roomId}/{userId}";

  private final RoomGraphs graphs;
  private final Residence residence;
  private final RestrictedJoins restricted;

  /** Takes the layers below. */
  @Activate
  public MakeJoinEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomGraphs graphs,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomReader reader,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer local) {
    this.graphs = graphs;
    this.residence = new Residence(graphs, reader);
    this.restricted = new RestrictedJoins(graphs, reader, new OurUsers(local.name()));
  }

  @Override
  public Route route() {
    return Route.get(PATH);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    UserId user = Residence.ownUser(request);
    RoomInfo room = residence.room(request);
    // "Defaults to [1]."
    if (!request.query().getOrDefault("ver", List.of("1")).contains(room.version())) {
      throw Refusals.incompatibleVersion(room.version(), "your server does not support");
    }
    Draft join = Draft.state(user, Members.TYPE, user.value(), restricted.content(room, user));
    return graphs.template(room.id(), join).thenApply(MakeJoinEndpoint::answer);
  }

  static Answer answer(Template template) {
    return Answer.ok(
        JsonObject.builder()
            .put("room_version", template.version())
            .put("event", template.event())
            .build());
  }
}
