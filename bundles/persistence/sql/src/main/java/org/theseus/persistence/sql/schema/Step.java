package org.theseus.persistence.sql.schema;

import java.util.List;

/**
 * A numbered change of the schema; never edited once it was released.
 *
 * @param version the schema's version after it
 * @param readableFrom the oldest version of our code that can read and write the schema after it
 * @param definitions the statements, with the placeholders of {@link Dialect}
 */
public record Step(int version, int readableFrom, List<String> definitions) {
  /** Checks that the numbers can be true. */
  public Step {
    if (version < 1 || readableFrom < 1 || readableFrom > version) {
      throw new IllegalArgumentException("step " + version + " readable from " + readableFrom);
    }
    definitions = List.copyOf(definitions);
  }
}
