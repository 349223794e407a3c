package org.theseus.itests.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One HTTP/1.1 connection over TLS to a server under test, every byte of it in the test's hand. */
public final class Line implements Closeable {
  /**
   * How to get there.
   *
   * @param host the server's address
   * @param from the address to come from, any of 127.0.0.0/8
   * @param roundTrip how far away the server shall seem
   * @param receiveBuffer how much may be underway unread; 0 leaves it to the system
   */
  public record Way(String host, int port, String from, Duration roundTrip, int receiveBuffer) {
    /** The way to a server by its name of address and port. */
    public static Way to(String server) {
      int colon = server.lastIndexOf(':');
      return new Way(
          server.substring(0, colon),
          Integer.parseInt(server.substring(colon + 1)),
          "127.0.0.1",
          Duration.ZERO,
          0);
    }

    /** The same from one of many addresses. */
    public Way from(int client) {
      String address = "127.0." + (1 + client / 250) + '.' + (1 + client % 250);
      return new Way(host, port, address, roundTrip, receiveBuffer);
    }

    /** The same from far away. */
    public Way distant(Duration far) {
      return new Way(host, port, from, far, receiveBuffer);
    }

    /** The same with a small receive buffer, so that the server notices who reads slowly. */
    public Way narrow(int bytes) {
      return new Way(host, port, from, roundTrip, bytes);
    }
  }

  /**
   * An answer.
   *
   * @param headers by their names in lower case
   * @param firstByte when its first byte came, by {@link System#nanoTime}
   */
  public record Reply(int status, Map<String, String> headers, byte[] body, long firstByte) {
    /** Whether the server says that it closes the connection. */
    public boolean closes() {
      return "close".equalsIgnoreCase(headers.get("connection"));
    }

    /** The body as text. */
    public String text() {
      return new String(body, UTF_8);
    }
  }

  private static final int CONNECT_MILLIS = 10_000;
  private static final int READ_MILLIS = 60_000;

  private final Socket plain;
  private final SSLSocket socket;
  private final InputStream in;
  private final String host;

  private Line(Socket plain, SSLSocket socket, String host) throws IOException {
    this.plain = plain;
    this.socket = socket;
    this.host = host;
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Connects, no more. */
  public static Socket plain(Way way) throws IOException {
    Socket socket = way.roundTrip().isZero() ? new Socket() : new DistantSocket(way.roundTrip());
    try {
      if (way.receiveBuffer() > 0) {
        socket.setReceiveBufferSize(way.receiveBuffer());
      }
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(READ_MILLIS);
      socket.bind(new InetSocketAddress(way.from(), 0));
      socket.connect(new InetSocketAddress(way.host(), way.port()), CONNECT_MILLIS);
      return socket;
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  /** Connects and shakes hands. */
  public static Line open(SSLContext tls, Way way) throws IOException {
    return over(plain(way), tls, way);
  }

  /** Shakes hands over a connection there is. */
  public static Line over(Socket plain, SSLContext tls, Way way) throws IOException {
    try {
      SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, way.host(), way.port(), true);
      socket.startHandshake();
      return new Line(plain, socket, way.host() + ':' + way.port());
    } catch (IOException failure) {
      plain.close();
      throw failure;
    }
  }

  /** Sends whatever it is. */
  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Sends text. */
  public void write(String text) throws IOException {
    write(text.getBytes(ISO_8859_1));
  }

  /** Sends a request whole. */
  public void request(String method, String target, List<String> authorizations, byte[] body)
      throws IOException {
    StringBuilder head = new StringBuilder();
    head.append("%s %s HTTP/1.1\r\nHost: %s\r\n".formatted(method, target, host));
    authorizations.forEach(value -> head.append("Authorization: " + value + "\r\n"));
    if (!method.equals("GET")) {
      head.append(
          "Content-Type: application/json\r\nContent-Length: %d\r\n".formatted(body.length));
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
    whole.writeBytes(body);
    write(whole.toByteArray());
  }

  /** Asks without a signature. */
  public Reply get(String target) throws IOException {
    request("GET", target, List.of(), new byte[0]);
    return reply();
  }

  /** Reads an answer. */
  public Reply reply() throws IOException {
    return reply(Duration.ZERO, 1);
  }

  /** Reads an answer whose body is taken in parts, with a pause before each. */
  public Reply reply(Duration pause, int parts) throws IOException {
    int first = octet();
    long firstByte = System.nanoTime();
    String line = (char) first + line();
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    byte[] body = body(headers, pause, parts);
    return new Reply(Integer.parseInt(line.substring(9, 12)), headers, body, firstByte);
  }

  private byte[] body(Map<String, String> headers, Duration pause, int parts) throws IOException {
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (int size = chunk(); size > 0; size = chunk()) {
        body.writeBytes(in.readNBytes(size));
        line();
      }
      line();
      return body.toByteArray();
    }
    byte[] body = new byte[Integer.parseInt(headers.getOrDefault("content-length", "0"))];
    int each = Math.max(1, (body.length + parts - 1) / parts);
    for (int read = 0; read < body.length; ) {
      pause(pause);
      int wanted = Math.min(each, body.length - read);
      if (in.readNBytes(body, read, wanted) < wanted) {
        throw new EOFException("the connection ended within an answer");
      }
      read += wanted;
    }
    return body;
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = octet(); octet != '\n'; octet = octet()) {
      line.append((char) octet);
    }
    return line.toString().strip();
  }

  private int octet() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException("the connection ended");
    }
    return octet;
  }

  /** Whether the server has neither closed the connection nor said anything unasked. */
  public boolean isQuiet() {
    try {
      socket.setSoTimeout(1);
      try {
        in.read();
        return false;
      } finally {
        socket.setSoTimeout(READ_MILLIS);
      }
    } catch (SocketTimeoutException quiet) {
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  /** Waits until the server closes the connection; what it says before is thrown away. */
  public boolean ends(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        socket.setSoTimeout((int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        if (in.read() < 0) {
          return true;
        }
      }
      return false;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  /** Closes it at once; TLS would wait for the other side's word. */
  @Override
  public void close() throws IOException {
    plain.close();
  }

  static void pause(Duration time) throws IOException {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stop);
    }
  }
}
