package org.theseus.transport.core.discovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A server over TLS on loopback: an answer to each request, and a note of it. */
final class TlsServer implements Closeable {
  private final SSLServerSocket socket;
  private final UnaryOperator<String> script;
  private final List<String> seen = new CopyOnWriteArrayList<>();

  /**
   * Begins to serve.
   *
   * @param script tells the whole answer to a path; empty for none, ever
   */
  TlsServer(SSLContext tls, UnaryOperator<String> script) throws IOException {
    this.script = script;
    socket =
        (SSLServerSocket)
            tls.getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  static String answer(String status, String headers, String body) {
    return "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(status, headers, body.length(), body);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
  }

  /** The requests so far: path, Host header, and the name that TLS asked for, or -. */
  List<String> seen() {
    return List.copyOf(seen);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "test-tls");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        SSLSocket client = (SSLSocket) socket.accept();
        daemon(() -> serve(client));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(SSLSocket client) {
    try (client) {
      client.startHandshake();
      String name =
          ((ExtendedSSLSession) client.getSession())
              .getRequestedServerNames().stream()
                  .map(asked -> ((SNIHostName) asked).getAsciiName())
                  .findFirst()
                  .orElse("-");
      BufferedReader in =
          new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String path = line.split(" ", 3)[1];
        String host = "";
        for (line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
          if (line.toLowerCase(Locale.ROOT).startsWith("host:")) {
            host = line.substring(5).strip();
          }
        }
        seen.add(path + " " + host + " " + name);
        String answer = script.apply(path);
        client.getOutputStream().write(answer.getBytes(ISO_8859_1));
        client.getOutputStream().flush();
      }
    } catch (IOException broken) {
      // The client went, as some tests want.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
