package org.theseus.messaging.core;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.theseus.persistence.api.AliasStore;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.RoomAlias;
import org.theseus.protocol.api.RoomId;

/** A store that holds aliases only. */
final class FakeAliases implements Database, AliasStore {
  private final Map<RoomAlias, RoomId> aliases = new HashMap<>();

  @Override
  public <T> CompletionStage<T> submit(Work<T> work) {
    UnitOfWork unit =
        (UnitOfWork)
            Proxy.newProxyInstance(
                UnitOfWork.class.getClassLoader(),
                new Class<?>[] {UnitOfWork.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("aliases")) {
                    return this;
                  }
                  throw new UnsupportedOperationException(method.getName());
                });
    return CompletableFuture.completedFuture(work.apply(unit));
  }

  @Override
  public boolean add(RoomAlias alias, RoomId roomId) {
    return aliases.putIfAbsent(alias, roomId) == null;
  }

  @Override
  public Optional<RoomId> find(RoomAlias alias) {
    return Optional.ofNullable(aliases.get(alias));
  }

  @Override
  public List<RoomAlias> of(RoomId roomId) {
    return aliases.keySet().stream().filter(alias -> aliases.get(alias).equals(roomId)).toList();
  }

  @Override
  public void remove(RoomAlias alias) {
    aliases.remove(alias);
  }
}
