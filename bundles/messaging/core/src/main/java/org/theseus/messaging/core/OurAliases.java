package org.theseus.messaging.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.theseus.messaging.api.Messaging.AliasTarget;
import org.theseus.pdu.api.RoomReader;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.ServerName;

/**
 * The aliases of our server. Blocks for queries of the store.
 *
 * @param server our server
 */
record OurAliases(Database database, RoomReader reader, ServerName server) {
  /** Finds what an alias stands for, if it is ours and stands for anything. */
  Optional<AliasTarget> find(RoomAlias alias) {
    return owns(alias)
        ? database.run(unit -> unit.aliases().find(alias)).map(this::target)
        : Optional.empty();
  }

  boolean owns(RoomAlias alias) {
    return alias.server().equals(server);
  }

  private AliasTarget target(RoomId room) {
    Set<ServerName> servers = new LinkedHashSet<>();
    servers.add(server);
    servers.addAll(reader.servers(room));
    return new AliasTarget(room, List.copyOf(servers));
  }
}
