package org.theseus.itests.peer.synapse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.theseus.protocol.api.JsonObject;

/** One HTTP/1.1 connection over TLS, used by one thread at a time. */
final class Connection {
  private static final int LONGEST_LINE = 16_384;

  private final Socket plain;
  private final SSLSocket socket;
  private final InputStream in;
  private final String host;
  private final Map<String, String> headers = new TreeMap<>();
  private boolean kept;

  private Connection(Socket plain, SSLSocket socket, String host) throws IOException {
    this.plain = plain;
    this.socket = socket;
    this.host = host;
    in = socket.getInputStream();
  }

  static Connection open(
      SSLContext tls, String host, int port, Deadline connected, Deadline deadline)
      throws IOException {
    Socket plain = new Socket();
    try {
      plain.setTcpNoDelay(true);
      plain.connect(new InetSocketAddress(host, port), connected.left());
      plain.setSoTimeout(deadline.left());
      SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true);
      socket.startHandshake();
      return new Connection(plain, socket, host + ":" + port);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /** Writes a request whole. */
  void send(Wire.Outgoing request, Deadline deadline) throws IOException {
    byte[] body = request.content().map(JsonObject::toBytes).orElseGet(() -> new byte[0]);
    StringBuilder head = new StringBuilder();
    head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
    header(head, "Host", host);
    header(head, "User-Agent", "Synapse-like sender of the tests");
    header(head, "Authorization", request.authorization());
    if (request.content().isPresent()) {
      header(head, "Content-Type", "application/json");
      header(head, "Content-Length", Integer.toString(body.length));
    }
    socket.setSoTimeout(deadline.left());
    OutputStream out = socket.getOutputStream();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
    whole.writeBytes(body);
    out.write(whole.toByteArray());
    out.flush();
  }

  private static void header(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  /** Reads the head of the answer. */
  int status(Deadline deadline) throws IOException {
    int status;
    do {
      String first = line(deadline);
      if (!first.matches("HTTP/1\\.[01] \\d{3}.*")) {
        throw new ProtocolException("not a status line: " + first);
      }
      status = Integer.parseInt(first.substring(9, 12));
      headers.clear();
      for (String line = line(deadline); !line.isEmpty(); line = line(deadline)) {
        int colon = line.indexOf(':');
        if (colon < 0) {
          throw new ProtocolException("not a header: " + line);
        }
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    } while (status < 200);
    return status;
  }

  /** Reads the body of the answer. */
  String body(Deadline deadline) throws IOException {
    // Twisted looks for this very word
    kept = !"close".equals(headers.get("connection"));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String length = headers.get("content-length");
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      for (int size = chunk(deadline); size > 0; size = chunk(deadline)) {
        body.writeBytes(bytes(size, deadline));
        line(deadline);
      }
      while (!line(deadline).isEmpty()) {
        // trailers tell nothing
      }
    } else if (length != null) {
      body.writeBytes(bytes(Integer.parseInt(length), deadline));
    } else {
      kept = false;
      for (int octet = read(deadline); octet >= 0; octet = read(deadline)) {
        body.write(octet);
      }
    }
    return body.toString(UTF_8);
  }

  private int chunk(Deadline deadline) throws IOException {
    return Integer.parseInt(List.of(line(deadline).split(";", 2)).get(0).strip(), 16);
  }

  private byte[] bytes(int length, Deadline deadline) throws IOException {
    byte[] bytes = new byte[length];
    for (int read = 0; read < length; ) {
      socket.setSoTimeout(deadline.left());
      int more = in.read(bytes, read, length - read);
      if (more < 0) {
        throw new EOFException("the connection was closed within an answer");
      }
      read += more;
    }
    return bytes;
  }

  private String line(Deadline deadline) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = read(deadline); octet != '\n'; octet = read(deadline)) {
      if (octet < 0 || line.length() > LONGEST_LINE) {
        throw new EOFException("the connection was closed without an answer");
      }
      line.append((char) octet);
    }
    return line.toString().strip();
  }

  private int read(Deadline deadline) throws IOException {
    socket.setSoTimeout(deadline.left());
    return in.read();
  }

  /** Tells whether the answer left the connection open. */
  boolean isKept() {
    return kept;
  }

  /** Tells whether the server has neither closed it nor said anything unasked. */
  boolean isQuiet() {
    try {
      socket.setSoTimeout(1);
      in.read();
      return false;
    } catch (SocketTimeoutException quiet) {
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  /** Closes it at once; TLS would wait for the other side's word. */
  void close() {
    try {
      plain.close();
    } catch (IOException e) {
      // it is gone either way
    }
  }
}
