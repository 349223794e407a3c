package org.theseus.transport.jettyserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.Certificate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One connection over TLS, every byte of it in the test's hand. */
final class TestClient implements Closeable {
  record Reply(int status, Map<String, String> headers, String body) {
    boolean closes() {
      return "close".equalsIgnoreCase(headers.get("connection"));
    }
  }

  private final SSLSocket socket;
  private final InputStream in;

  private TestClient(SSLSocket socket) throws IOException {
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream());
  }

  static TestClient connect(SSLContext tls, int port) throws IOException {
    TestClient client = open(tls, plain(port));
    client.handshake();
    return client;
  }

  static TestClient connectFrom(String host, SSLContext tls, int port) throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(host), 0);
    TestClient client = open(tls, socket);
    client.handshake();
    return client;
  }

  static Socket plain(int port) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(40_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    return socket;
  }

  /** Puts TLS on a connection, the handshake still to come. */
  static TestClient open(SSLContext tls, Socket socket) throws IOException {
    return new TestClient(
        (SSLSocket) tls.getSocketFactory().createSocket(socket, "localhost", 0, true));
  }

  void handshake() throws IOException {
    socket.startHandshake();
  }

  Certificate certificate() throws IOException {
    return socket.getSession().getPeerCertificates()[0];
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  void request(String method, String target, String body) throws IOException {
    send(
        "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(method, target, body.length(), body));
  }

  Reply get(String target) throws IOException {
    send("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(target));
    return reply();
  }

  Reply reply() throws IOException {
    int status = Integer.parseInt(line().substring(9, 12));
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new Reply(status, headers, new String(body, ISO_8859_1));
  }

  /** Reads a body of some length at so many bytes a second. */
  long read(int length, int rate) throws IOException, InterruptedException {
    while (!line().isEmpty()) {
      // the head
    }
    long read = 0;
    while (read < length) {
      read += in.readNBytes(Math.min(length - (int) read, rate / 10)).length;
      Thread.sleep(100);
    }
    return read;
  }

  /** Waits for the end of the connection. */
  boolean ends() throws IOException {
    return in.read() < 0;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
