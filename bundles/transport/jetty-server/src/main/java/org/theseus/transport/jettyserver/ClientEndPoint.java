package org.theseus.transport.jettyserver;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A client's connection, below TLS. It knows whether a request is in progress, and can tell when
 * the client goes while nobody reads: Jetty notices that only on reading, but a request that waits
 * for its handler is not read. Then this class reads a little ahead and keeps what it got for the
 * next reader. Its state is guarded by {@link #lock}.
 */
final class ClientEndPoint extends SocketChannelEndPoint {
  private static final int READ_AHEAD = 16 * 1024;

  private final Object lock = new Object();
  private final long accepted = System.nanoTime();
  private final Executor executor;
  private final InetAddress peer;
  private final Pace pace = new Pace();
  private volatile Phase phase = new Phase(Phase.Waiting.BEGUN, accepted);
  private volatile Handshakes.Handshake handshake;
  private int requests;
  private int active;
  private Watch watch;
  private ByteBuffer ahead = BufferUtil.EMPTY_BUFFER;

  ClientEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      Executor executor) {
    super(channel, selector, key, scheduler);
    this.executor = executor;
    peer = channel.socket().getInetAddress();
  }

  /** Tells who is at the other end, be it a proxy. */
  InetAddress peer() {
    return peer;
  }

  /** Notes that each step of a handshake waits for its turn. */
  void shakesHands(Handshakes.Handshake begun) {
    handshake = begun;
  }

  private Callback inTurn(Callback reader) {
    Handshakes.Handshake now = handshake;
    return now == null ? reader : now.step(reader);
  }

  /** What runs that a reader is told late. */
  Executor executor() {
    return executor;
  }

  /** Finds the connection below a connection's TLS. */
  static ClientEndPoint below(EndPoint endPoint) {
    EndPoint found = endPoint;
    while (found instanceof EndPoint.Wrapper wrapper) {
      found = wrapper.unwrap();
    }
    return (ClientEndPoint) found;
  }

  /**
   * Notes that a request's head has arrived.
   *
   * @param began when its first byte did
   * @return when its time began: the connection's acceptance if it is its first request
   */
  long requestBegins(long began) {
    synchronized (lock) {
      phase = Phase.now(Phase.Waiting.NOT);
      active++;
      requests++;
      return requests == 1 ? accepted : began;
    }
  }

  /** Notes that the connection is ready for its first request, which may come much later. */
  void handshakeEnds() {
    synchronized (lock) {
      if (phase.waiting() == Phase.Waiting.BEGUN) {
        phase = Phase.now(Phase.Waiting.IDLE);
      }
    }
    Handshakes.Handshake ended = handshake;
    handshake = null;
    if (ended != null) {
      ended.end();
    }
  }

  /** Notes that the connection is gone: it waits for no turn any more. */
  void closed() {
    Handshakes.Handshake given = handshake;
    if (given != null) {
      given.close();
    }
  }

  /** Notes that a request has been answered. */
  void requestEnds() {
    synchronized (lock) {
      active--;
      if (active == 0) {
        phase = Phase.now(Phase.Waiting.IDLE);
      }
    }
  }

  /** Tells whether it had been accepted by a time. */
  boolean wasThere(long nanoTime) {
    return accepted - nanoTime <= 0;
  }

  /** Tells whether a request is in progress. */
  boolean isBusy() {
    return phase.waiting() == Phase.Waiting.NOT;
  }

  /** Tells whether nothing has come since the last answer. */
  boolean isIdle() {
    return phase.waiting() == Phase.Waiting.IDLE;
  }

  /** Tells how long it has been doing what it does. */
  long waitedNanos(long now) {
    return now - phase.since();
  }

  /** Tells whether the client does not take what it is sent; for one thread to ask. */
  boolean stalls(Duration limit) {
    return pace.stalls(getWriteFlusher().isPending(), limit);
  }

  /** Tells whether a connection waits for its next request longer than it may. */
  boolean outstays(Duration idle, Duration head) {
    return phase.outstays(idle, head);
  }

  /**
   * Watches for the client to go, until somebody reads.
   *
   * @param gone runs when it goes
   */
  void watch(Runnable gone) {
    synchronized (lock) {
      if (watch == null && !isFillInterested()) {
        watch = new Watch(gone);
        watch.register();
      }
    }
  }

  @Override
  public void fillInterested(Callback callback) {
    synchronized (lock) {
      endWatch();
      super.fillInterested(inTurn(callback));
      tellOfAhead();
    }
  }

  @Override
  public boolean tryFillInterested(Callback callback) {
    synchronized (lock) {
      endWatch();
      boolean registered = super.tryFillInterested(inTurn(callback));
      tellOfAhead();
      return registered;
    }
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    synchronized (lock) {
      if (ahead.hasRemaining()) {
        return BufferUtil.append(buffer, ahead);
      }
      int filled = super.fill(buffer);
      if (filled > 0 && phase.waiting() == Phase.Waiting.IDLE) {
        phase = Phase.now(Phase.Waiting.BEGUN);
      }
      return filled;
    }
  }

  @Override
  public boolean flush(ByteBuffer... buffers) throws IOException {
    long before = BufferUtil.remaining(buffers);
    boolean all = super.flush(buffers);
    pace.wrote(before - BufferUtil.remaining(buffers));
    return all;
  }

  private void endWatch() {
    if (watch != null) {
      watch = null;
      getFillInterest().onFail(new Superseded());
    }
  }

  /** What was read ahead raises no event of the selector any more. */
  private void tellOfAhead() {
    if (ahead.hasRemaining()) {
      executor.execute(getFillInterest()::fillable);
    }
  }

  private void register(Watch begun) {
    if (!super.tryFillInterested(begun)) {
      watch = null;
    }
  }

  private int readAhead() throws IOException {
    if (!ahead.hasRemaining()) {
      ahead = BufferUtil.allocate(READ_AHEAD);
    }
    int filled;
    do {
      filled = super.fill(ahead);
    } while (filled > 0 && BufferUtil.space(ahead) > 0);
    return filled;
  }

  /** A reader took the place of a watch. */
  private static final class Superseded extends IOException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  private final class Watch implements Callback {
    private final Runnable gone;

    Watch(Runnable gone) {
      this.gone = gone;
    }

    void register() {
      ClientEndPoint.this.register(this);
    }

    @Override
    public void succeeded() {
      synchronized (lock) {
        if (watch != this) {
          return;
        }
        int filled = readOrEnd();
        if (filled == 0) {
          register();
          return;
        }
        watch = null;
        if (filled > 0) {
          return;
        }
      }
      gone.run();
    }

    private int readOrEnd() {
      try {
        return readAhead();
      } catch (IOException lost) {
        return -1;
      }
    }

    @Override
    public void failed(Throwable failure) {
      synchronized (lock) {
        if (watch == this) {
          watch = null;
        }
      }
      if (failure instanceof ClosedChannelException) {
        gone.run();
      }
    }
  }
}
