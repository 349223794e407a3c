package org.theseus.persistence.sql.schema;

import java.util.List;

/** The steps that make our schema, in order. */
public final class Schema {
  /** Where a database keeps its two numbers; made before the first step, and never changed. */
  public static final String VERSION_TABLE =
      """
      CREATE TABLE IF NOT EXISTS schema_version (
        only_row ${number} PRIMARY KEY CHECK (only_row = 1),
        version ${number} NOT NULL,
        readable_from ${number} NOT NULL
      )
      """;

  /** All steps. */
  public static final List<Step> STEPS =
      List.of(
          new Step(1, 1, FirstStep.definitions()),
          new Step(2, 1, KeyListStep.definitions()),
          new Step(3, 1, PullStep.definitions()),
          new Step(4, 1, OutboxStep.definitions()),
          new Step(5, 1, TimeStep.definitions()),
          new Step(6, 1, KeyHolderStep.definitions()),
          new Step(7, 1, IntakeStep.definitions()));

  private Schema() {}
}
