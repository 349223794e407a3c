package org.theseus.transport.core.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.theseus.protocol.api.ServerName;
import org.theseus.transport.api.Resolution;
import org.theseus.transport.api.ResolvedServer;

/** Notes what is asked and answered on the way. Guarded by {@code this}. */
final class Trace {
  private final ServerName server;
  private final List<Resolution.Step> steps = new ArrayList<>();

  Trace(ServerName server) {
    this.server = server;
  }

  ServerName server() {
    return server;
  }

  synchronized void note(String number, String asked, String answered, boolean remembered) {
    steps.add(new Resolution.Step(number, asked, answered, remembered));
  }

  synchronized Resolution end(Optional<ResolvedServer> result) {
    return new Resolution(server, steps, result);
  }
}
