package org.theseus.transport.jettyserver;

import java.net.InetSocketAddress;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.Status;

/** Tells how a listener is doing. */
final class ListenerStatus implements Status {
  private final InetSocketAddress address;
  private final HttpsServer server;
  private final Dispatcher dispatcher;

  ListenerStatus(InetSocketAddress address, HttpsServer server, Dispatcher dispatcher) {
    this.address = address;
    this.server = server;
    this.dispatcher = dispatcher;
  }

  @Override
  public String name() {
    return "listener:" + address.getHostString() + ':' + address.getPort();
  }

  @Override
  public JsonObject report() {
    Connections connections = server.connections();
    Tally tally = server.tally();
    JsonObject.Builder report = JsonObject.builder();
    server
        .certificateExpiry()
        .ifPresent(expiry -> report.put("certificate_expires", expiry.toString()));
    return report
        .put("accepting", String.valueOf(server.isAccepting()))
        .put("connections", connections.count())
        .put("idle", connections.idle())
        .put("parked", dispatcher.parked())
        .put("requests", tally.requests())
        .put("handshakes_waiting", connections.handshakes().waiting())
        .put("handshakes_failed", tally.handshakesFailed())
        .put("slow_cut", tally.cuts())
        .put("crowded_out", tally.crowdedOuts())
        .build();
  }
}
