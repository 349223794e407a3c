package org.theseus.messaging.core;

import static org.theseus.transport.api.FederationClient.encode;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.theseus.messaging.api.Messaging.AliasTarget;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/** Finds what aliases stand for: ours in the store, others at their servers. Blocks. */
final class Directory {
  /** The most servers of an answer that are looked at. */
  private static final int MAX_SERVERS = 100;

  private final OurAliases ours;
  private final Peers peers;

  Directory(OurAliases ours, Peers peers) {
    this.ours = ours;
    this.peers = peers;
  }

  /** Finds an alias of any server. */
  AliasTarget resolve(RoomAlias alias) {
    return ours.owns(alias)
        ? ours.find(alias).orElseThrow(() -> Refusals.notFound("there is no alias " + alias))
        : ask(alias);
  }

  private AliasTarget ask(RoomAlias alias) {
    ServerName server = alias.server();
    JsonObject answer =
        peers.get(server, Peers.V1 + "query/directory?room_alias=" + encode(alias.value()));
    RoomId room =
        answer
            .string("room_id")
            .flatMap(RoomId::parse)
            .orElseThrow(() -> Refusals.badAnswer(server + " named no room"));
    Set<ServerName> servers = new LinkedHashSet<>();
    answer.array("servers").orElse(JsonArray.EMPTY).strings().stream()
        .limit(MAX_SERVERS)
        .forEach(name -> ServerName.parse(name).ifPresent(servers::add));
    servers.add(server);
    return new AliasTarget(room, List.copyOf(servers));
  }
}
