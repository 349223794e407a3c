package org.theseus.transport.jettyclient;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that knows nothing of TLS, and does with each connection as the test says. */
final class PlainServer implements Closeable {
  /** What a test says. */
  interface Script {
    void serve(Socket client) throws IOException;
  }

  private final ServerSocket socket;
  private final AtomicInteger connections = new AtomicInteger();

  PlainServer(Script script) throws IOException {
    socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    daemon(() -> accept(script));
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  int connections() {
    return connections.get();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "test-plain");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(Script script) {
    try {
      while (true) {
        Socket client = socket.accept();
        connections.incrementAndGet();
        daemon(() -> serve(client, script));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void serve(Socket client, Script script) {
    try (client) {
      script.serve(client);
    } catch (IOException broken) {
      // The client went.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
