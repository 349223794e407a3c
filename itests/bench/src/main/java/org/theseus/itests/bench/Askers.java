package org.theseus.itests.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import org.theseus.itests.peer.Tls;

/** Asks a server over a few connections that are kept, as fast as it answers. */
final class Askers implements AutoCloseable {
  private static final int CONNECTIONS = 8;
  private static final String OK = "HTTP/1.1 200";

  /** What a server did in a time. */
  record Round(int answers, Duration time, Duration cpu) {
    double rate() {
      return answers / (time.toNanos() / 1e9);
    }

    /** CPU of the server for each answer, in microseconds. */
    double cost() {
      return cpu.toNanos() / 1e3 / answers;
    }
  }

  private final List<byte[]> requests;
  private final ProcessHandle process;
  private final List<Socket> sockets = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);

  /**
   * Connects.
   *
   * @param process the server's
   * @param requests what to send in turn
   */
  Askers(int port, ProcessHandle process, List<String> requests) throws IOException {
    this.process = process;
    this.requests =
        requests.stream().map(text -> text.getBytes(StandardCharsets.ISO_8859_1)).toList();
    SSLContext tls = Tls.trustingEverybody();
    for (int i = 0; i < CONNECTIONS; i++) {
      Socket socket = tls.getSocketFactory().createSocket("127.0.0.1", port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      sockets.add(socket);
    }
  }

  /** Asks for a time. */
  Round ask(Duration time) throws InterruptedException, ExecutionException {
    long began = System.nanoTime();
    long end = began + time.toNanos();
    Duration before = cpu();
    List<Future<Integer>> asking = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      int first = i;
      asking.add(threads.submit(() -> ask(sockets.get(first), first, end)));
    }
    int answers = 0;
    for (Future<Integer> one : asking) {
      answers += one.get();
    }
    return new Round(answers, Duration.ofNanos(System.nanoTime() - began), cpu().minus(before));
  }

  private Duration cpu() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  private int ask(Socket socket, int first, long end) throws IOException {
    OutputStream out = socket.getOutputStream();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[16_384];
    int answers = 0;
    for (; System.nanoTime() < end; answers++) {
      out.write(requests.get((first + answers * CONNECTIONS) % requests.size()));
      out.flush();
      read(in, buffer);
    }
    return answers;
  }

  /** Reads an answer, which has a length. */
  private static void read(InputStream in, byte[] buffer) throws IOException {
    int filled = 0;
    for (int whole = Integer.MAX_VALUE; filled < whole; ) {
      int more = in.read(buffer, filled, buffer.length - filled);
      if (more < 0) {
        throw new EOFException("the server hung up");
      }
      filled += more;
      if (whole == Integer.MAX_VALUE) {
        String head = new String(buffer, 0, filled, StandardCharsets.ISO_8859_1);
        int body = head.indexOf("\r\n\r\n");
        if (body > 0) {
          if (!head.startsWith(OK)) {
            throw new IOException(head);
          }
          whole = body + 4 + length(head);
        }
      }
    }
  }

  private static int length(String head) {
    String name = "content-length: ";
    int at = indexOf(head, name) + name.length();
    return Integer.parseInt(head, at, head.indexOf('\r', at), 10);
  }

  private static int indexOf(String head, String name) {
    for (int i = 0; i < head.length(); i++) {
      if (head.regionMatches(true, i, name, 0, name.length())) {
        return i;
      }
    }
    throw new IllegalStateException("an answer without a length: " + head);
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
