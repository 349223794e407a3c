package org.theseus.transport.jettyclient;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.theseus.support.Clients;
import org.theseus.support.Lru;

/**
 * Bounds the connections that are being opened to a host, whatever names led there: anybody may
 * make up names, and point them at a host that never asked for it. A name that has been served
 * there is known, and waits for nobody. For others there are eight places; and once eight have
 * failed at a host that serves nobody, one is tried at a time, ever more seldom. That a host has no
 * certificate for a name is not held against it: it may have one for the next. Guarded by this.
 */
final class Openings {
  private static final int AT_ONCE = 8;
  private static final int REMEMBERED = 4_096;

  /** Of each host: nobody's many names make that others are forgotten. */
  private static final int NAMES = 64;

  private static final Duration WHILE = Duration.ofMinutes(5);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** A connection that is to be opened. */
  interface Opening {
    /** Tells where to. */
    InetSocketAddress address();

    /** Tells for which name. */
    String name();

    /** Tells whether somebody still waits for it. */
    boolean isWanted();

    /** Begins; one of {@link #succeeded}, {@link #failed}, {@link #mismatched} has to follow. */
    void begin();

    /** Gives it up, as nobody waits for it. */
    void drop();
  }

  /** A name that is served at an address. */
  private record Served(InetSocketAddress address, String name) {}

  /** What is known of a host, and what is being opened to it. */
  private static final class Host {
    private final Queue<Opening> waiting = new ArrayDeque<>();
    private final Set<Opening> opening = new HashSet<>();
    private int failures;
    private long failedAt;
    private boolean hasServed;
    private long servedAt;
    private boolean pausing;
  }

  private final LongSupplier nanoTime;
  private final BiConsumer<Duration, Runnable> timer;
  private final Lru<Object, Lru<Served, Boolean>> served = new Lru<>(REMEMBERED);
  private final Lru<Object, Host> remembered = new Lru<>(REMEMBERED);

  /** Those with anything waiting or being opened: they must not be forgotten. */
  private final Map<Object, Host> active = new HashMap<>();

  /**
   * Begins with nothing known.
   *
   * @param nanoTime tells the time
   * @param timer runs a task after a while
   */
  Openings(LongSupplier nanoTime, BiConsumer<Duration, Runnable> timer) {
    this.nanoTime = nanoTime;
    this.timer = timer;
  }

  /** Begins to open a connection, now or in its turn. */
  void open(Opening opening) {
    boolean isKnown;
    synchronized (this) {
      isKnown = names(opening).get(served(opening)).isPresent();
      if (!isKnown) {
        host(opening).waiting.add(opening);
      }
    }
    if (isKnown) {
      opening.begin();
    } else {
      goOn(opening);
    }
  }

  /** Notes that a connection was opened, its peer's certificate included. */
  void succeeded(Opening opening) {
    synchronized (this) {
      Lru<Served, Boolean> names = names(opening);
      names.put(served(opening), true);
      served.put(key(opening), names);
      Host host = host(opening);
      host.opening.remove(opening);
      host.failures = 0;
      host.hasServed = true;
      host.servedAt = nanoTime.getAsLong();
    }
    goOn(opening);
  }

  /** Notes that a connection could not be opened. */
  void failed(Opening opening) {
    synchronized (this) {
      Host host = leave(opening);
      host.failures++;
      host.failedAt = nanoTime.getAsLong();
    }
    goOn(opening);
  }

  /** Notes that the host answered, but with a certificate for other names. */
  void mismatched(Opening opening) {
    synchronized (this) {
      leave(opening);
    }
    goOn(opening);
  }

  private Host leave(Opening opening) {
    names(opening).remove(served(opening));
    Host host = host(opening);
    host.opening.remove(opening);
    return host;
  }

  /** Those that are served at the host of an opening, to be kept only when there are any. */
  private Lru<Served, Boolean> names(Opening opening) {
    return served.get(key(opening)).orElseGet(() -> new Lru<>(NAMES));
  }

  private static Served served(Opening opening) {
    return new Served(opening.address(), opening.name());
  }

  /** On networks of our own, which have to be allowed first, each port stands for itself. */
  private static Object key(Opening opening) {
    InetSocketAddress address = opening.address();
    return Addresses.isPublic(address.getAddress()) ? Clients.share(address.getAddress()) : address;
  }

  private Host host(Opening opening) {
    Object key = key(opening);
    Host host = active.computeIfAbsent(key, k -> remembered.get(k).orElseGet(Host::new));
    remembered.put(key, host);
    return host;
  }

  /** Begins what may begin at the host of an opening, and drops what nobody waits for. */
  private void goOn(Opening any) {
    List<Runnable> due = new ArrayList<>();
    synchronized (this) {
      Host host = host(any);
      for (Iterator<Opening> waiting = host.waiting.iterator(); waiting.hasNext(); ) {
        Opening next = waiting.next();
        if (!next.isWanted()) {
          waiting.remove();
          due.add(next::drop);
        } else if (hasRoom(host)) {
          waiting.remove();
          host.opening.add(next);
          due.add(next::begin);
        }
      }
      if (host.opening.isEmpty() && host.waiting.isEmpty()) {
        active.remove(key(any));
      } else if (host.opening.isEmpty() && !host.pausing) {
        host.pausing = true;
        due.add(() -> timer.accept(pauseLeft(host), () -> endPause(host, any)));
      }
    }
    due.forEach(Runnable::run);
  }

  private void endPause(Host host, Opening any) {
    synchronized (this) {
      host.pausing = false;
    }
    goOn(any);
  }

  private boolean hasRoom(Host host) {
    long now = nanoTime.getAsLong();
    if (now - host.failedAt >= WHILE.toNanos()) {
      host.failures = 0;
    }
    boolean serves = host.hasServed && now - host.servedAt < WHILE.toNanos();
    int opening = host.opening.size();
    if (serves || (opening + host.failures) < AT_ONCE) {
      return opening < AT_ONCE;
    }
    return opening == 0 && pauseLeft(host).isZero();
  }

  private synchronized Duration pauseLeft(Host host) {
    int times = Math.max(0, Math.min(host.failures - AT_ONCE, Long.SIZE / 8));
    Duration pause = FIRST_PAUSE.multipliedBy(1L << times);
    long nanos = (pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE).toNanos();
    return Duration.ofNanos(Math.max(0, host.failedAt + nanos - nanoTime.getAsLong()));
  }
}
