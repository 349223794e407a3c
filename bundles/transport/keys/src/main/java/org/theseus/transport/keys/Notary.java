package org.theseus.transport.keys;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.persistence.api.KeyList;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.SignedJson;
import org.theseus.support.Clients;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.KeyRing.Wanted;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;

/**
 * Tells what servers published, with their signatures and ours; of us what we publish now. A server
 * is asked anew if its list lacks what is wanted or is in the second half of its time; if it does
 * not answer, the last list is told, however old. What there is neither room nor time for is left
 * out.
 */
@Component(service = Notary.class)
public final class Notary {
  private static final int MAX_FETCHES = 32;
  private static final long MAX_BYTES = 2 << 20;
  private static final Duration WITHIN = Duration.ofSeconds(5);

  private final KeyLists lists;
  private final OwnKeyList own;
  private final OwnKeys ownKeys;
  private final ServerName self;
  private final SignedJson signedJson;
  private final JsonReader json;
  private final LongSupplier nowTs;

  /**
   * Joins what a notary needs.
   *
   * @param lists hold what others published
   * @param own tells what we do
   * @param ownKeys sign what we tell
   * @param self our name
   * @param signedJson signs JSON
   * @param json reads it
   */
  @Activate
  public Notary(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) KeyLists lists,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) OwnKeyList own,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) OwnKeys ownKeys,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer self,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) SignedJson signedJson,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) JsonReader json) {
    this(lists, own, ownKeys, self.name(), signedJson, json, System::currentTimeMillis);
  }

  Notary(
      KeyLists lists,
      OwnKeyList own,
      OwnKeys ownKeys,
      ServerName self,
      SignedJson signedJson,
      JsonReader json,
      LongSupplier nowTs) {
    this.lists = lists;
    this.own = own;
    this.ownKeys = ownKeys;
    this.self = self;
    this.signedJson = signedJson;
    this.json = json;
    this.nowTs = nowTs;
  }

  /**
   * Answers.
   *
   * @param client the address of who asks
   * @param wanted what is wanted, by server
   */
  CompletionStage<Answer> answer(InetAddress client, Map<ServerName, Wanted> wanted) {
    Map<ServerName, Wanted> others = new LinkedHashMap<>(wanted);
    boolean ours = others.remove(self) != null;
    CompletionStage<List<JsonObject>> told = others(client, others).thenApply(this::signed);
    return (ours ? told.thenCombine(own.published(), Notary::with) : told)
        .thenApply(
            all ->
                Answer.ok(JsonObject.EMPTY.with("server_keys", new JsonArray(List.copyOf(all)))));
  }

  private CompletionStage<Map<ServerName, Entry>> others(
      InetAddress client, Map<ServerName, Wanted> wanted) {
    return read(wanted.keySet())
        .thenCompose(
            found -> {
              List<CompletableFuture<Void>> fetches = new ArrayList<>();
              wanted.forEach(
                  (server, its) -> {
                    Entry entry = found.get(server);
                    boolean old = entry == null || !suffices(entry, its);
                    if (old && fetches.size() < MAX_FETCHES) {
                      fetches.add(fetch(client, server, its));
                    }
                  });
              return fetches.isEmpty()
                  ? CompletableFuture.completedFuture(found)
                  : CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new))
                      .thenCompose(done -> read(wanted.keySet()));
            });
  }

  /** What a server published, read. */
  private record Entry(KeyList list, JsonObject json) {}

  private CompletionStage<Map<ServerName, Entry>> read(Collection<ServerName> servers) {
    return lists
        .lists(servers)
        .thenApply(
            found -> {
              Map<ServerName, Entry> entries = new LinkedHashMap<>();
              found.forEach(
                  (server, list) ->
                      entries.put(server, new Entry(list, json.readObject(list.json()))));
              return entries;
            });
  }

  private CompletableFuture<Void> fetch(InetAddress client, ServerName server, Wanted wanted) {
    return lists
        .refresh("notary for " + Clients.share(client).getHostAddress(), server, wanted, WITHIN)
        .toCompletableFuture()
        .exceptionally(failed -> null);
  }

  /** "Intermediate notary servers should cache a response for half of its lifetime." */
  private boolean suffices(Entry entry, Wanted wanted) {
    KeyList list = entry.list();
    long endTs = Math.min(list.validUntilTs(), list.fetchedTs() + Validity.LONGEST);
    long middleTs = list.fetchedTs() + (endTs - list.fetchedTs()) / 2;
    Set<String> current = ids(entry.json(), "verify_keys");
    Set<String> old = ids(entry.json(), "old_verify_keys");
    return nowTs.getAsLong() <= middleTs
        && list.validUntilTs() >= wanted.validAtTs()
        && wanted.keys().stream()
            .map(KeyId::value)
            .allMatch(id -> current.contains(id) || old.contains(id));
  }

  private static Set<String> ids(JsonObject json, String name) {
    return json.object(name).orElse(JsonObject.EMPTY).members().keySet();
  }

  private List<JsonObject> signed(Map<ServerName, Entry> found) {
    List<JsonObject> told = new ArrayList<>();
    long bytes = 0;
    for (Entry entry : found.values()) {
      bytes += entry.list().json().length;
      if (bytes > MAX_BYTES) {
        break;
      }
      told.add(signedJson.sign(entry.json(), self, ownKeys.signer()));
    }
    return told;
  }

  private static List<JsonObject> with(List<JsonObject> others, JsonObject ours) {
    List<JsonObject> all = new ArrayList<>(others);
    all.add(ours);
    return all;
  }
}
