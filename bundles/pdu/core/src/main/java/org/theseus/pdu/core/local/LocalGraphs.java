package org.theseus.pdu.core.local;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.theseus.pdu.api.Draft;
import org.theseus.pdu.api.NewRoom;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.api.Template;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.missing.History;
import org.theseus.pdu.core.missing.Outliers;
import org.theseus.pdu.core.receipt.Tools;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.RoomId;
import org.theseus.protocol.api.RoomVersion;
import org.theseus.protocol.api.ServerName;

/** Changes rooms on behalf of our users and, as a resident, of those who join and leave. */
public class LocalGraphs implements RoomGraphs {
  private final Graph graph;
  private final Tools tools;
  private final Creation creation;
  private final Sending sending;
  private final Admissions admissions;
  private final Joins joins;
  private final History history;

  /**
   * What rooms are changed with.
   *
   * @param tools what PDUs are checked with
   * @param outliers takes in states and auth chains
   * @param history fetches history
   * @param released is told of rooms whose held PDUs may be processed
   */
  public record Parts(Tools tools, Outliers outliers, History history, Consumer<RoomId> released) {}

  /**
   * Puts the parts together.
   *
   * @param parts the parts
   */
  public LocalGraphs(Parts parts) {
    this.tools = parts.tools();
    this.graph = tools.graph();
    this.creation = new Creation(graph);
    this.sending = new Sending(graph);
    this.admissions = new Admissions(graph, tools.verifier(), sending, tools.executor());
    this.joins = new Joins(graph, tools.json(), parts.outliers(), parts.released());
    this.history = parts.history();
  }

  @Override
  public final CompletionStage<RoomId> create(NewRoom room) {
    return tools.begin(() -> creation.create(room));
  }

  @Override
  public final CompletionStage<Event> send(RoomId room, Draft draft) {
    return sending.send(room, draft);
  }

  @Override
  public final CompletionStage<Event> prepare(RoomId room, Draft draft) {
    return sending.prepare(room, draft);
  }

  @Override
  public final CompletionStage<Event> commit(Event event) {
    return sending.commit(event);
  }

  @Override
  public final CompletionStage<Template> template(RoomId room, Draft draft) {
    return sending.template(room, draft);
  }

  @Override
  public final CompletionStage<Admission> admit(ServerName origin, RoomId room, JsonObject pdu) {
    return tools.begin(() -> admissions.admit(origin, room, pdu));
  }

  @Override
  public final CompletionStage<Void> beginJoin(Event join, List<ServerName> via, String version) {
    return joins.begin(join, via, version);
  }

  @Override
  public final CompletionStage<Void> adopt(
      Event join, ServerName resident, List<JsonObject> state, List<JsonObject> authChain) {
    return tools.begin(() -> joins.adopt(join, state, authChain));
  }

  @Override
  public final CompletionStage<Void> abandonJoin(Event join) {
    return joins.abandon(join);
  }

  @Override
  public final List<UnfinishedJoin> unfinishedJoins() {
    return joins.unfinished();
  }

  @Override
  public final CompletionStage<Void> storeOutOfBand(Event event, String version) {
    return joins.storeOutOfBand(event, version);
  }

  @Override
  public final CompletionStage<Integer> backfill(RoomId room, int limit) {
    return tools.begin(() -> history.backfill(room, limit));
  }

  @Override
  public final CompletionStage<Event> verify(String version, JsonObject pdu) {
    return tools.begin(() -> admissions.verify(graph.versions().asked(version), pdu));
  }

  @Override
  public final Optional<RoomVersion> version(String version) {
    return graph.versions().find(version);
  }

  @Override
  public final List<String> versions() {
    return graph.versions().ids();
  }
}
