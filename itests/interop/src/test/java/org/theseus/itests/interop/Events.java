package org.theseus.itests.interop;

import org.theseus.protocol.api.JsonObject;

/** What tests read from events, as both servers tell them. */
final class Events {
  private Events() {}

  static String id(JsonObject event) {
    return event.string("event_id").orElseThrow();
  }

  static String type(JsonObject event) {
    return event.string("type").orElseThrow();
  }

  static boolean isState(JsonObject event, String type, String stateKey) {
    return type(event).equals(type)
        && event.string("state_key").filter(stateKey::equals).isPresent();
  }

  static String stateLine(JsonObject event) {
    return type(event) + "|" + event.string("state_key").orElseThrow() + "|" + id(event);
  }

  /** The text of a message; empty if it has none, or none any more. */
  static String body(JsonObject event) {
    return event.object("content").flatMap(content -> content.string("body")).orElse("");
  }
}
