package org.theseus.pdu.core.receipt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.InvalidEventException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignatureVerdict;
import org.theseus.protocol.api.VerifyKey;
import org.theseus.protocol.api.VerifyKeys;
import org.theseus.transport.api.KeyRing;

/** Receipt checks 1 to 3: form, signatures, content hash. Safe for many threads. */
public final class Verifier {
  private final KeyRing keys;

  /**
   * Makes a verifier.
   *
   * @param keys finds the keys
   */
  public Verifier(KeyRing keys) {
    this.keys = keys;
  }

  /**
   * Reads an event (check 1), as far as it may be believed: what nobody signed is left out.
   *
   * @param version the room's version
   * @param pdu the event as received
   * @return the event
   * @throws InvalidEventException if it is to be dropped
   */
  public static Event parse(RoomVersion version, JsonObject pdu) {
    return version.parse(pdu.has("unsigned") ? pdu.without("unsigned") : pdu);
  }

  /**
   * Checks the content hash (check 3).
   *
   * @param version the room's version
   * @param event the event
   * @return the event, redacted if its hash is wrong
   */
  public static Event hashed(RoomVersion version, Event event) {
    return version.contentHashMatches(event) ? event : version.parse(version.redact(event.json()));
  }

  /**
   * Verifies the signatures of one event (check 2).
   *
   * @param version the room's version
   * @param event the event
   * @param asker for whose sake keys are asked for
   * @param within how long keys may take
   * @param executor where to verify
   * @return the verdict
   */
  public CompletionStage<SignatureVerdict> verify(
      RoomVersion version, Event event, ServerName asker, Duration within, Executor executor) {
    return verify(version, List.of(event), asker.value(), within, executor)
        .thenApply(verdicts -> verdicts.get(event.id()));
  }

  /**
   * Verifies the signatures of many events; each server's keys are asked for once, all in parallel.
   *
   * @param version the room's version
   * @param events the events
   * @param asker for whose sake keys are asked for
   * @param within how long keys may take
   * @param executor where to verify
   * @return the verdicts
   */
  public CompletableFuture<Map<EventId, SignatureVerdict>> verify(
      RoomVersion version,
      Collection<Event> events,
      String asker,
      Duration within,
      Executor executor) {
    return CompletableFuture.supplyAsync(() -> wanted(version, events), executor)
        .thenCompose(wanted -> fetch(wanted, asker, within))
        .thenApplyAsync(
            found -> verifyAll(version, List.copyOf(events), found, executor), executor);
  }

  private static KeyRing.Wanted both(KeyRing.Wanted one, KeyRing.Wanted other) {
    Set<KeyId> keys = new HashSet<>(one.keys());
    keys.addAll(other.keys());
    return new KeyRing.Wanted(keys, Math.max(one.validAtTs(), other.validAtTs()));
  }

  private static Map<ServerName, KeyRing.Wanted> wanted(
      RoomVersion version, Collection<Event> events) {
    Map<ServerName, KeyRing.Wanted> wanted = new HashMap<>();
    for (Event event : events) {
      version
          .signatures(event)
          .forEach(
              (server, ids) ->
                  wanted.merge(
                      server, new KeyRing.Wanted(ids, event.originServerTs()), Verifier::both));
    }
    return wanted;
  }

  private CompletableFuture<Map<ServerName, Map<KeyId, VerifyKey>>> fetch(
      Map<ServerName, KeyRing.Wanted> wanted, String asker, Duration within) {
    Map<ServerName, Map<KeyId, VerifyKey>> found = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> fetches = new ArrayList<>();
    keys.find(asker, wanted, within)
        .forEach(
            (server, its) ->
                fetches.add(
                    its.toCompletableFuture()
                        .thenApply(KeyRing.Found::keys)
                        .exceptionally(none -> Map.of())
                        .thenAccept(some -> found.put(server, some))));
    return CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new))
        .thenApply(done -> found);
  }

  private static Map<EventId, SignatureVerdict> verifyAll(
      RoomVersion version,
      List<Event> events,
      Map<ServerName, Map<KeyId, VerifyKey>> found,
      Executor executor) {
    VerifyKeys keys =
        (server, key) -> Optional.ofNullable(found.getOrDefault(server, Map.of()).get(key));
    List<SignatureVerdict> verdicts = version.verifyAll(events, keys, executor);
    return IntStream.range(0, events.size())
        .boxed()
        .collect(Collectors.toMap(i -> events.get(i).id(), verdicts::get, (one, same) -> one));
  }
}
