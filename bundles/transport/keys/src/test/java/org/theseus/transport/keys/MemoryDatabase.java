package org.theseus.transport.keys;

import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.KeyList;
import org.theseus.persistence.api.KeyStore;
import org.theseus.persistence.api.StoredKey;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;

/** A store of keys, and of nothing else. */
final class MemoryDatabase implements Database, KeyStore {
  volatile boolean closing;
  int puts;
  int finds;
  int forgetCalls;

  private final Map<ServerName, Map<KeyId, StoredKey>> keys = new ConcurrentHashMap<>();
  private final Set<ServerName> kept = ConcurrentHashMap.newKeySet();
  private final Map<ServerName, KeyList> lists = new ConcurrentHashMap<>();
  private final UnitOfWork unit =
      (UnitOfWork)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {UnitOfWork.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("keys")) {
                  return this;
                }
                throw new UnsupportedOperationException(method.getName());
              });

  @Override
  public synchronized <T> CompletionStage<T> submit(Work<T> work) {
    return closing
        ? CompletableFuture.failedFuture(new TransientException("the store is closing"))
        : CompletableFuture.completedFuture(work.apply(unit));
  }

  @Override
  public List<StoredKey> find(ServerName server) {
    finds++;
    return List.copyOf(keys.getOrDefault(server, Map.of()).values());
  }

  @Override
  public void put(ServerName server, List<StoredKey> changed) {
    puts++;
    Map<KeyId, StoredKey> its = keys.computeIfAbsent(server, unused -> new LinkedHashMap<>());
    changed.forEach(key -> its.put(key.keyId(), key));
  }

  @Override
  public Optional<KeyList> list(ServerName server) {
    return Optional.ofNullable(lists.get(server));
  }

  @Override
  public void putList(ServerName server, KeyList list) {
    lists.put(server, list);
  }

  @Override
  public List<ServerName> servers(Optional<ServerName> after, int limit) {
    return keys.keySet().stream()
        .sorted()
        .filter(name -> after.isEmpty() || name.compareTo(after.get()) > 0)
        .limit(limit)
        .toList();
  }

  @Override
  public void keep(ServerName server) {
    kept.add(server);
  }

  private Stream<ServerName> strangers() {
    return keys.keySet().stream()
        .filter(server -> !kept.contains(server))
        .sorted(Comparator.comparing(this::notedTs));
  }

  private long notedTs(ServerName server) {
    return keys.get(server).values().stream().mapToLong(StoredKey::fetchedTs).max().orElse(0);
  }

  @Override
  public OptionalLong strangersBeyond(int newest) {
    List<ServerName> all = strangers().toList();
    return all.size() > newest
        ? OptionalLong.of(notedTs(all.get(all.size() - 1 - newest)))
        : OptionalLong.empty();
  }

  @Override
  public List<ServerName> forgetStrangers(long untilTs, int limit) {
    forgetCalls++;
    List<ServerName> gone =
        strangers().filter(server -> notedTs(server) <= untilTs).limit(limit).toList();
    gone.forEach(keys::remove);
    gone.forEach(lists::remove);
    return gone;
  }
}
