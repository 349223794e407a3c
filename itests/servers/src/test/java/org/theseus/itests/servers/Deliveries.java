package org.theseus.itests.servers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.theseus.itests.peer.Peer;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.RoomVersion;

/**
 * What a peer is sent, as bytes. It does not take every transaction at its first attempt, and at
 * times does not tell that it took one. Guarded by itself.
 */
final class Deliveries implements Peer.Handler {
  private static final String SEND = "/_matrix/federation/v1/send/";
  private static final int OF_ATTEMPTS = 40;

  private final RoomVersion version;
  private final Random random;
  private final boolean moody;
  private final Map<String, byte[]> transactions = new LinkedHashMap<>();
  private final List<String> events = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private String last = "";
  private boolean lastIsTaken = true;
  private int repeats;

  /**
   * Takes what comes from now on.
   *
   * @param moody whether some attempts fail
   */
  static Deliveries to(Peer peer, RoomVersion version, long seed, boolean moody) {
    Deliveries deliveries = new Deliveries(version, seed, moody);
    peer.handle(deliveries);
    return deliveries;
  }

  private Deliveries(RoomVersion version, long seed, boolean moody) {
    this.version = version;
    this.random = new Random(seed);
    this.moody = moody;
  }

  @Override
  public synchronized Optional<Peer.Reply> answer(Peer.Asked asked) {
    if (!asked.target().startsWith(SEND)) {
      return Optional.empty();
    }
    List<String> ids =
        asked.json().array("pdus").orElse(JsonArray.EMPTY).objects().stream()
            .map(pdu -> version.parse(pdu).id().value())
            .toList();
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    String txnId = asked.target().substring(SEND.length());
    note(txnId, asked.body());
    int mood = moody ? random.nextInt(OF_ATTEMPTS) : OF_ATTEMPTS;
    if (mood == 0) {
      return Optional.of(Peer.Reply.HANG_UP);
    }
    if (mood == 1) {
      return Optional.of(new Peer.Reply(502, "{\"errcode\":\"M_UNKNOWN\",\"error\":\"moody\"}"));
    }
    if (!lastIsTaken) {
      lastIsTaken = true;
      events.addAll(ids);
    }
    return mood == 2
        ? Optional.of(Peer.Reply.HANG_UP)
        : Optional.of(new Peer.Reply(200, "{\"pdus\":{}}"));
  }

  private void note(String txnId, byte[] body) {
    byte[] before = transactions.putIfAbsent(txnId, body);
    if (before == null) {
      if (!lastIsTaken) {
        wrong.add(txnId + " overtook " + last);
      }
      last = txnId;
      lastIsTaken = false;
      return;
    }
    repeats++;
    if (!Arrays.equals(before, body)) {
      wrong.add(txnId + " came with other bytes");
    }
    if (!txnId.equals(last)) {
      wrong.add(txnId + " came again after " + last);
    }
  }

  /** The ids of the events taken, in order; one that came in two transactions is there twice. */
  synchronized List<String> events() {
    return List.copyOf(events);
  }

  /** How many transactions there were. */
  synchronized int transactions() {
    return transactions.size();
  }

  /** How many attempts were repetitions. */
  synchronized int repeats() {
    return repeats;
  }

  /** What no sender should do. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }
}
