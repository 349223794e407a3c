package org.theseus.protocol.api;

/**
 * JSON's {@code null}, a value like others: a member that is null is there.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
public enum JsonNull implements JsonValue {
  /** The only one. */
  NULL
}
