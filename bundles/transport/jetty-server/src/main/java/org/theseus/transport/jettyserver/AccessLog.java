package org.theseus.transport.jettyserver;

import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.ServerName;

/**
 * A line for each request: client, the server it was proved to come from (or -), method, path,
 * status, bytes of the answer's body, milliseconds since its first byte, and how many of them it
 * waited for somebody to handle it. The query is left out, as it may hold a token. Without a status
 * it was not answered: the client had gone.
 */
final class AccessLog implements RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger("org.theseus.access");
  private static final Pattern ODD = Pattern.compile("[^!-~]");

  @Override
  public void log(Request request, Response response) {
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "{} {} {} {} {} {} {} ms {} parked",
          client(request),
          origin(request),
          request.getMethod(),
          printable(request.getHttpURI().getPath()),
          response.isCommitted() ? response.getStatus() : "-",
          Response.getContentBytesWritten(response),
          millis(System.nanoTime() - request.getBeginNanoTime()),
          millis(parkedNanos(request)));
    }
  }

  /** What a terminal may heed is not written: a path may hold any character beyond ASCII. */
  static String printable(String path) {
    return path == null ? "-" : ODD.matcher(path).replaceAll("?");
  }

  private static String client(Request request) {
    return request.getAttribute(JettyExchange.ATTRIBUTE) instanceof JettyExchange exchange
        ? exchange.remote().getAddress().getHostAddress()
        : Request.getRemoteAddr(request);
  }

  private static String origin(Request request) {
    return request.getAttribute(JettyExchange.ATTRIBUTE) instanceof JettyExchange exchange
        ? exchange.origin().map(ServerName::toString).orElse("-")
        : "-";
  }

  private static long parkedNanos(Request request) {
    return request.getAttribute(JettyExchange.ATTRIBUTE) instanceof JettyExchange exchange
        ? exchange.parkedNanos()
        : 0;
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
