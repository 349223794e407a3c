package org.theseus.transport.jettyclient;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A server over TLS that answers each request as the test says, byte for byte. */
final class ScriptedServer implements Closeable {
  /** What a test says. */
  interface Script {
    /**
     * Answers.
     *
     * @param request head and body
     * @param connection the number of the connection, from 1
     * @return the bytes to send; empty to close without an answer; what ends with CLOSE is sent,
     *     then the connection is closed
     */
    String answer(String request, int connection) throws Exception;
  }

  static final String CLOSE = "<close>";
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *([0-9]+)");

  private final SSLServerSocket socket;
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();
  private volatile String serverName = "";

  ScriptedServer(SSLContext tls, Script script) throws IOException {
    socket =
        (SSLServerSocket)
            tls.getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.script = script;
    daemon(this::accept);
  }

  static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nX-Some: 1\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(body.length(), body);
  }

  int port() {
    return socket.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** The name the last client asked for, or empty. */
  String serverName() {
    return serverName;
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task);
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
      serverName =
          String.valueOf(((ExtendedSSLSession) client.getSession()).getRequestedServerNames());
      int number = connections.incrementAndGet();
      InputStream in = new BufferedInputStream(client.getInputStream());
      for (String request = request(in); !request.isEmpty(); request = request(in)) {
        String answer = script.answer(request, number);
        client.getOutputStream().write(answer.replace(CLOSE, "").getBytes(ISO_8859_1));
        client.getOutputStream().flush();
        if (answer.isEmpty() || answer.endsWith(CLOSE)) {
          return;
        }
      }
    } catch (Exception broken) {
      // The client went, as some tests want.
    }
  }

  private static String request(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        return "";
      }
      text.append((char) c);
    }
    Matcher length = LENGTH.matcher(text);
    if (length.find()) {
      text.append(new String(in.readNBytes(Integer.parseInt(length.group(1))), ISO_8859_1));
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
