package org.theseus.itests.peer.crowd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.theseus.itests.peer.Server;
import org.theseus.launcher.HostPort;
import org.theseus.launcher.SelfSignedCertificate;
import org.theseus.protocol.api.ServerName;

/**
 * Many servers, each with an address of 127.0.0.0/8 of its own. Those of a kind share a port and a
 * certificate; what reaches the living is told to a listener.
 */
public final class Crowd implements AutoCloseable {
  /** What becomes of a request to a server. */
  public enum Kind {
    /** It is answered. */
    LIVING,
    /** Nobody listens. */
    REFUSING,
    /** The connection is neither made nor refused. */
    SWALLOWING,
    /** The certificate is nobody's we trust. */
    UNTRUSTED,
    /** The name does not resolve. */
    NAMELESS,
    /** Answered with 502. */
    FAILING,
    /** Taken and never answered. */
    SILENT,
    /** Answered with 429. */
    BUSY,
    /** Answered with something else than JSON, and a status that is none. */
    GARBLED;

    private boolean isReached() {
      return this != REFUSING && this != SWALLOWING && this != NAMELESS;
    }
  }

  private static final int ADDRESSES = 250;
  private static final int FIRST_NETWORK = 20;
  private static final int BACKLOG = 4_096;
  private static final int THREADS = 32;
  private static final int CONNECT_MILLIS = 300;
  private static final long PATIENCE_MILLIS = 600_000;
  private static final String PASSWORD = "for tests";

  private final Map<Kind, List<ServerName>> names = new EnumMap<>(Kind.class);
  private final Map<Integer, Kind> kinds = new ConcurrentHashMap<>();
  private final List<AutoCloseable> sockets = new ArrayList<>();
  private final org.eclipse.jetty.server.Server http =
      new org.eclipse.jetty.server.Server(new QueuedThreadPool(THREADS));
  private final BiConsumer<ServerName, String> listener;
  private volatile boolean away;

  /**
   * Starts them.
   *
   * @param directory for certificates
   * @param trusted the PEM file that what they present is added to
   * @param sizes how many there are of each kind
   * @param listener is told whom a transaction has reached, and its body
   */
  public Crowd(
      Path directory,
      Path trusted,
      Map<Kind, Integer> sizes,
      BiConsumer<ServerName, String> listener)
      throws Exception {
    this.listener = listener;
    Files.createDirectories(directory);
    for (Map.Entry<Kind, Integer> each : sizes.entrySet()) {
      int network = FIRST_NETWORK + names.size();
      Kind kind = each.getKey();
      int port = Server.freePort();
      kinds.put(port, kind);
      names.put(
          kind,
          IntStream.range(0, each.getValue())
              .mapToObj(i -> ServerName.of(name(kind, network, i, port)))
              .toList());
      if (kind.isReached()) {
        listen(kind, port, directory, trusted);
      } else if (kind == Kind.SWALLOWING) {
        swallow(port);
      }
    }
    http.setHandler(new Answers());
    http.start();
  }

  private static String name(Kind kind, int network, int number, int port) {
    return kind == Kind.NAMELESS
        ? "s" + number + ".nowhere.invalid"
        : "127.%d.%d.%d:%d".formatted(network, number / ADDRESSES, 1 + number % ADDRESSES, port);
  }

  private void listen(Kind kind, int port, Path directory, Path trusted) throws Exception {
    Path keyStore = directory.resolve(kind + ".p12");
    List<HostPort> hosts =
        names.get(kind).stream().map(name -> new HostPort(name.host(), port)).toList();
    String certificate = SelfSignedCertificate.create(keyStore, PASSWORD, hosts);
    if (kind != Kind.UNTRUSTED) {
      Files.writeString(trusted, Files.readString(trusted) + certificate);
    }
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStorePath(keyStore.toString());
    tls.setKeyStorePassword(PASSWORD);
    ServerConnector connector =
        new ServerConnector(
            http, 1, 1, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory());
    connector.setPort(port);
    connector.setAcceptQueueSize(BACKLOG);
    connector.setIdleTimeout(PATIENCE_MILLIS);
    http.addConnector(connector);
  }

  /** Listens, accepts nobody, and has the queue of those to be accepted filled. */
  private void swallow(int port) throws IOException {
    ServerSocket full = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"));
    sockets.add(full);
    while (true) {
      Socket one = new Socket();
      sockets.add(one);
      try {
        one.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      } catch (SocketTimeoutException filled) {
        return;
      }
    }
  }

  /** The servers of a kind. */
  public List<ServerName> names(Kind kind) {
    return names.getOrDefault(kind, List.of());
  }

  /** All servers. */
  public List<ServerName> names() {
    return names.values().stream().flatMap(List::stream).toList();
  }

  /** Has the living fail, or answer again. */
  public void away(boolean are) {
    away = are;
  }

  private final class Answers extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Kind kind = kinds.get(Request.getLocalPort(request));
      String name = Request.getLocalAddr(request) + ":" + Request.getLocalPort(request);
      Content.Source.asString(
          request,
          StandardCharsets.UTF_8,
          Promise.from(body -> answer(kind, name, body, response, callback), callback::failed));
      return true;
    }

    private void answer(Kind kind, String name, String body, Response response, Callback callback) {
      int status =
          switch (kind) {
            case FAILING -> 502;
            case BUSY -> 429;
            case GARBLED -> 299;
            default -> away ? 503 : 200;
          };
      if (kind == Kind.SILENT) {
        return;
      }
      if (status == 200) {
        listener.accept(ServerName.of(name), body);
      }
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      String answer = kind == Kind.GARBLED ? "<p>\u0007" : "{\"pdus\":{}}";
      Content.Sink.write(response, true, answer, callback);
    }
  }

  @Override
  public void close() {
    try {
      http.stop();
      for (AutoCloseable socket : sockets) {
        socket.close();
      }
    } catch (Exception problem) {
      throw new IllegalStateException("the crowd does not go", problem);
    }
  }
}
