package org.theseus.itests.peer.synapse;

import java.util.Optional;
import org.theseus.protocol.api.JsonObject;

/** Makes the Authorization header of a request. */
@FunctionalInterface
interface Signing {
  /** Signs as {@link org.theseus.itests.peer.Peer#xMatrix} does. */
  String authorization(
      String destination, String method, String target, Optional<JsonObject> content);
}
