package org.theseus.launcher.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.theseus.protocol.api.EventId;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.Resolution;
import org.theseus.protocol.api.Resolution.Choice;
import org.theseus.protocol.api.Resolution.Trial;
import org.theseus.protocol.api.StateKey;

/** Collects why the state of a replayed room came to be what it is. */
final class Why {
  /** A choice made where branches met. */
  private record Meeting(EventId before, Choice choice) {}

  /** The last choice that made an event the one in force. */
  private final Map<EventId, Meeting> meetings = new HashMap<>();

  /** The last choices that left a slot empty. */
  private final Map<StateKey, Meeting> emptied = new HashMap<>();

  private final Map<EventId, String> rejections = new LinkedHashMap<>();

  /** An event was rejected. */
  void rejected(EventId event, String reason) {
    rejections.put(event, reason);
  }

  /** Branches met in an event. */
  void resolved(EventId before, Resolution resolution) {
    resolution
        .choices()
        .forEach(
            (slot, choice) -> {
              Meeting meeting = new Meeting(before, choice);
              choice
                  .event()
                  .ifPresentOrElse(
                      event -> meetings.put(event, meeting), () -> emptied.put(slot, meeting));
            });
  }

  /**
   * Tells it all: each state key with the rule that chose its event, at the end or where branches
   * last differed about it before, then the rejected events.
   */
  JsonArray json(Resolution end) {
    Map<StateKey, Choice> choices = new TreeMap<>(end.choices());
    end.state().asMap().keySet().forEach(slot -> choices.putIfAbsent(slot, end.choice(slot)));
    emptied.keySet().forEach(slot -> choices.putIfAbsent(slot, end.choice(slot)));
    List<JsonValue> why = new ArrayList<>();
    choices.forEach((slot, choice) -> why.add(slot(slot, choice)));
    rejections.forEach(
        (event, reason) ->
            why.add(
                JsonObject.builder()
                    .put("event_id", event.value())
                    .put("rejected", reason)
                    .build()));
    return new JsonArray(why);
  }

  private JsonObject slot(StateKey slot, Choice atEnd) {
    Optional<Meeting> earlier =
        Optional.ofNullable(
                atEnd.event().isPresent() ? meetings.get(atEnd.event().get()) : emptied.get(slot))
            .filter(meeting -> atEnd.trials().isEmpty());
    Choice choice = earlier.map(Meeting::choice).orElse(atEnd);
    JsonObject.Builder why =
        JsonObject.builder()
            .put("type", slot.type())
            .put("state_key", slot.key())
            .put("event_id", text(choice.event().map(EventId::value)))
            .put("rule", choice.rule().toString());
    earlier.ifPresent(meeting -> why.put("before", meeting.before().value()));
    if (!choice.trials().isEmpty()) {
      why.put("tried", new JsonArray(choice.trials().stream().<JsonValue>map(Why::trial).toList()));
    }
    return why.build();
  }

  private static JsonObject trial(Trial trial) {
    return JsonObject.builder()
        .put("event_id", trial.event().value())
        .put("turn", trial.rule().order())
        .put("allowed", trial.verdict().allowed())
        .put("reason", text(Optional.of(trial.verdict().reason()).filter(text -> !text.isEmpty())))
        .build();
  }

  private static JsonValue text(Optional<String> text) {
    return text.<JsonValue>map(JsonString::new).orElse(JsonNull.NULL);
  }
}
