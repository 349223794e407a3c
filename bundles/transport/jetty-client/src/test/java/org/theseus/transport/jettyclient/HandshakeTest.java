package org.theseus.transport.jettyclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private final ScheduledExecutorScheduler scheduler =
      new ScheduledExecutorScheduler("test-scheduler", true);
  private final List<Throwable> told = new ArrayList<>();
  private boolean closed;
  private EndPoint endPoint;

  @BeforeEach
  void start() throws Exception {
    scheduler.start();
  }

  @AfterEach
  void stop() throws Exception {
    scheduler.stop();
  }

  /** Lets a handshake come to a good end. */
  private void succeed(Callable<Connection> next) throws Exception {
    SslConnection.SslEndPoint secured =
        new SslConnection(
            new ArrayByteBufferPool(),
            Runnable::run,
            new SslContextFactory.Client(),
            new ByteArrayEndPoint(),
            SSLContext.getDefault().createSSLEngine())
        .new SslEndPoint() {
          @Override
          public int fill(ByteBuffer buffer) {
            return 0;
          }

          @Override
          public void doClose() {
            closed = true;
          }
        };
    endPoint = secured;
    Handshake handshake =
        new Handshake(secured, Runnable::run, scheduler, Duration.ofMinutes(5), next, told::add);
    secured.setConnection(handshake);
    handshake.handshakeSucceeded(null);
    handshake.onFillable();
  }

  @Test
  void whoWaitsIsToldThatNoConnectionCouldBeMade() throws Exception {
    IOException broken = new IOException("broken");
    succeed(
        () -> {
          throw broken;
        });
    assertThat(told).containsExactly(broken);
    assertThat(closed).isTrue();
  }

  @Test
  void whoWaitsIsToldThatTheConnectionCouldNotBegin() throws Exception {
    IllegalStateException broken = new IllegalStateException("broken");
    succeed(
        () ->
            new AbstractConnection.NonBlocking(endPoint, Runnable::run) {
              @Override
              public void onOpen() {
                throw broken;
              }

              @Override
              public void onFillable() {}
            });
    assertThat(told).containsExactly(broken);
    assertThat(closed).isTrue();
  }
}
