package org.theseus.launcher.event;

import org.theseus.protocol.api.JsonNull;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.Verdict;

/**
 * What an operation comes to.
 *
 * @param yes whether the answer is not no
 * @param line what to print
 */
record Answer(boolean yes, byte[] line) {
  /** A result. */
  static Answer of(JsonValue value) {
    return new Answer(true, value.toBytes());
  }

  /** A yes, or a no with its reason. */
  static Answer of(Verdict verdict) {
    return verdict("allowed", verdict, JsonObject.EMPTY);
  }

  /** A yes, or a no with its reason, with something more to tell. */
  static Answer verdict(String name, Verdict verdict, JsonObject more) {
    JsonObject.Builder value = JsonObject.builder().put(name, verdict.allowed());
    more.members().forEach(value::put);
    value.put("reason", verdict.allowed() ? JsonNull.NULL : new JsonString(verdict.reason()));
    return new Answer(verdict.allowed(), value.build().toBytes());
  }
}
