package org.theseus.messaging.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.messaging.api.Messaging.AliasTarget;
import org.theseus.pdu.api.RoomReader;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.Route;

/** {@code GET query/directory}: the room that an alias of ours stands for. */
@Component(service = Endpoint.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=\"" + DirectoryEndpoint.PATH + "\""})
public final class DirectoryEndpoint implements Endpoint {
  static final String PATH = "/_matrix/federation/v1/query/directory";

  private final OurAliases aliases;

  /** Takes the layers below. */
  @Activate
  public DirectoryEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) RoomReader reader,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer local) {
    this.aliases = new OurAliases(database, reader, local.name());
  }

  @Override
  public Route route() {
    return Route.get(PATH);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    RoomAlias alias =
        request
            .parameter("room_alias")
            .map(
                text ->
                    RoomAlias.parse(text)
                        .orElseThrow(() -> Refusals.invalid("room_alias is no alias")))
            .orElseThrow(() -> Refusals.missing("room_alias is missing"));
    AliasTarget target =
        aliases.find(alias).orElseThrow(() -> Refusals.notFound("there is no alias " + alias));
    return CompletableFuture.completedFuture(
        Answer.ok(
            JsonObject.builder()
                .put("room_id", target.roomId().value())
                .put(
                    "servers",
                    JsonArray.ofStrings(target.servers().stream().map(ServerName::value).toList()))
                .build()));
  }
}
