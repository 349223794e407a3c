package org.theseus.protocol.api;

/** JSON's {@code null}, a value like others: a member that is null is there. */
public enum JsonNull implements JsonValue {
  /** The only one. */
  NULL
}
