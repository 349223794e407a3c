package org.theseus.transport.jettyclient;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection whose TLS handshake is still to be done: only then is it one. Jetty itself would
 * take it for one as soon as it is connected, and try no other address when the handshake fails.
 */
final class Handshake extends AbstractConnection.NonBlocking implements SslHandshakeListener {
  private final Callable<Connection> next;
  private final Consumer<Throwable> onFailure;
  private final AtomicBoolean over = new AtomicBoolean();
  private final Scheduler.Task timeout;
  private volatile boolean done;

  /** What TLS said; null if nothing. The end of the connection may be told before it. */
  private volatile Throwable refusal;

  /**
   * Prepares a handshake.
   *
   * @param endPoint carries what will be secured
   * @param next makes the connection that comes after the handshake
   * @param onFailure is told if there will be none
   */
  Handshake(
      SslConnection.SslEndPoint endPoint,
      Executor executor,
      Scheduler scheduler,
      Duration limit,
      Callable<Connection> next,
      Consumer<Throwable> onFailure) {
    super(endPoint, executor);
    this.next = next;
    this.onFailure = onFailure;
    endPoint.getSslConnection().addHandshakeListener(this);
    timeout =
        scheduler.schedule(
            () -> fail(new SocketTimeoutException("timeout of the TLS handshake")),
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void handshakeSucceeded(Event event) {
    done = true;
  }

  @Override
  public void handshakeFailed(Event event, Throwable failure) {
    refusal = failure;
  }

  @Override
  public void onOpen() {
    super.onOpen();
    try {
      // There is nothing to write but what TLS begins with.
      getEndPoint().flush(BufferUtil.EMPTY_BUFFER);
    } catch (IOException failure) {
      fail(failure);
      return;
    }
    fillInterested();
  }

  @Override
  public void onFillable() {
    try {
      int filled;
      do {
        filled = getEndPoint().fill(BufferUtil.EMPTY_BUFFER);
      } while (filled > 0 && !done);
      if (done) {
        proceed();
      } else if (filled < 0) {
        fail(new EOFException("closed during the TLS handshake"));
      } else {
        fillInterested();
      }
    } catch (Exception failure) {
      fail(failure);
    }
  }

  private void proceed() {
    if (over.compareAndSet(false, true)) {
      timeout.cancel();
      try {
        getEndPoint().upgrade(next.call());
      } catch (Exception failure) {
        close();
        onFailure.accept(failure);
      }
    }
  }

  @Override
  public void onFillInterestedFailed(Throwable cause) {
    fail(cause);
  }

  @Override
  public void onClose(Throwable cause) {
    super.onClose(cause);
    fail(cause == null ? new ClosedChannelException() : cause);
  }

  private void fail(Throwable cause) {
    if (over.compareAndSet(false, true)) {
      timeout.cancel();
      close();
      Throwable told = refusal;
      onFailure.accept(told == null ? cause : told);
    }
  }
}
