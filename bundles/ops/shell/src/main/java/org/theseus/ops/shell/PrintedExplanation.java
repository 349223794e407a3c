package org.theseus.ops.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.theseus.pdu.api.Explanation;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.Resolution.Choice;
import org.theseus.protocol.api.Resolution.Trial;
import org.theseus.protocol.api.StateKey;

/** Why state is in force, as people and as machines read it. */
final class PrintedExplanation {
  private final StateKey slot;
  private final Explanation explanation;
  private final Function<EventId, Optional<Event>> events;

  PrintedExplanation(
      StateKey slot, Explanation explanation, Function<EventId, Optional<Event>> events) {
    this.slot = slot;
    this.explanation = explanation;
    this.events = events;
  }

  JsonObject json() {
    Choice choice = explanation.choice();
    JsonObject.Builder json =
        JsonObject.builder().put("type", slot.type()).put("state_key", slot.key());
    choice.event().ifPresent(event -> json.put("event_id", event.value()));
    json.put("rule", choice.rule().toString());
    explanation.before().ifPresent(event -> json.put("before", event.value()));
    json.put("complete", explanation.complete());
    json.put("tried", new JsonArray(choice.trials().stream().<JsonValue>map(this::trial).toList()));
    return json.build();
  }

  private JsonObject trial(Trial trial) {
    JsonObject.Builder json = JsonObject.builder().put("event_id", trial.event().value());
    events.apply(trial.event()).ifPresent(event -> json.put("sender", event.sender().value()));
    json.put("turn", trial.rule().order()).put("allowed", trial.verdict().allowed());
    if (!trial.verdict().reason().isEmpty()) {
      json.put("reason", trial.verdict().reason());
    }
    return json.build();
  }

  List<String> lines() {
    Choice choice = explanation.choice();
    List<String> lines = new ArrayList<>();
    lines.add(choice.event().map(this::event).orElse("no event is in force"));
    if (choice.trials().isEmpty()) {
      lines.add(
          explanation.complete()
              ? "nothing contended with it"
              : "nothing contended with it as far back as was looked");
      return lines;
    }
    lines.add(
        "branches differed "
            + explanation
                .before()
                .map(event -> "before " + event)
                .orElse("at the forward extremities")
            + ", chosen was "
            + choice.rule());
    choice.trials().forEach(trial -> lines.add("  " + line(trial)));
    return lines;
  }

  private String line(Trial trial) {
    String verdict =
        trial.verdict().allowed() ? "allowed" : "not allowed: " + trial.verdict().reason();
    return event(trial.event()) + " - tried by " + trial.rule().order() + ", " + verdict;
  }

  private String event(EventId id) {
    return id
        + events.apply(id).map(event -> " " + event.sender() + " " + event.content()).orElse("");
  }
}
