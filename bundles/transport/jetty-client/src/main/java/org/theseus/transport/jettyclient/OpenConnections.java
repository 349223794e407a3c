package org.theseus.transport.jettyclient;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.client.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connections of all pools together within a bound: of those that carry no request the
 * one idle for longest is closed. Guarded by {@code this}.
 */
final class OpenConnections implements org.eclipse.jetty.io.Connection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

  private final int most;

  /** Those without a request, the one idle for longest first. */
  private final Set<Connection> idle = new LinkedHashSet<>();

  /** How many requests a connection has taken and not ended: the next may begin before that. */
  private final Map<Connection, Integer> busy = new HashMap<>();

  private int open;

  OpenConnections(int most) {
    this.most = most;
  }

  @Override
  public void onOpened(org.eclipse.jetty.io.Connection connection) {
    if (connection instanceof Connection) {
      Connection idlest;
      synchronized (this) {
        open++;
        idlest = open > most ? idlest() : null;
      }
      if (idlest != null) {
        LOG.debug("Closing an idle connection, as there are more than {}", most);
        idlest.close();
      }
    }
  }

  private Connection idlest() {
    Connection idlest = idle.isEmpty() ? null : idle.iterator().next();
    idle.remove(idlest);
    return idlest;
  }

  @Override
  public void onClosed(org.eclipse.jetty.io.Connection connection) {
    if (connection instanceof Connection closed) {
      synchronized (this) {
        open--;
        idle.remove(closed);
        busy.remove(closed);
      }
    }
  }

  /** A connection has taken a request. */
  synchronized void busy(Connection connection) {
    idle.remove(connection);
    busy.merge(connection, 1, Integer::sum);
  }

  /** A connection has carried an answer to its end. */
  synchronized void idle(Connection connection) {
    Integer left = busy.computeIfPresent(connection, (same, count) -> count > 1 ? count - 1 : null);
    if (left == null && !connection.isClosed()) {
      idle.add(connection);
    }
  }
}
