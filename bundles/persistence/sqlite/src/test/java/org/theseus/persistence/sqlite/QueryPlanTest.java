package org.theseus.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.persistence.sql.query.DestinationQueries;
import org.theseus.persistence.sql.query.EduQueries;
import org.theseus.persistence.sql.query.EventQueries;
import org.theseus.persistence.sql.query.IntakeQueries;
import org.theseus.persistence.sql.query.JournalQueries;
import org.theseus.persistence.sql.query.KeyQueries;
import org.theseus.persistence.sql.query.LogQueries;
import org.theseus.persistence.sql.query.PullQueries;
import org.theseus.persistence.sql.query.ReferenceQueries;
import org.theseus.persistence.sql.query.RoomQueries;
import org.theseus.persistence.sql.query.SchemaQueries;
import org.theseus.persistence.sql.query.SmallQueries;
import org.theseus.persistence.sql.query.StateQueries;

/** No query walks a table that grows, and none that answers in an order sorts for it. */
class QueryPlanTest {
  /**
   * These list all there is, of tables that stay small or from one end of an index, or are asked by
   * a person, who looks for one event in the quarantine.
   */
  private static final Set<String> MAY_SCAN =
      Set.of(
          "SchemaQueries.FIND",
          "RoomQueries.ALL",
          "RoomQueries.ALL_JOINS",
          "DestinationQueries.ALL",
          "JournalQueries.ROOMS",
          "PullQueries.BEGIN",
          "PullQueries.PENDING",
          "JournalQueries.QUARANTINED",
          "JournalQueries.QUARANTINED_EVENT",
          "EduQueries.ORIGINS",
          "EduQueries.QUARANTINED",
          "EduQueries.TRIM_QUARANTINE",
          "StateQueries.CHAIN",
          "LogQueries.HEADS",
          "KeyQueries.STRANGERS_BEYOND");

  /** These sort a handful, or a list asked for as a whole. */
  private static final Set<String> MAY_SORT =
      Set.of(
          "StateQueries.CHAIN",
          "DestinationQueries.ALL",
          "EventQueries.REDACTIONS_OF",
          "RoomQueries.ALL");

  @TempDir Path folder;

  @Test
  void everyQueryFindsItsWayByAnIndex() throws Exception {
    SoftAssertions softly = new SoftAssertions();
    Map<String, String> queries = queries();
    assertThat(queries).hasSizeGreaterThan(40);
    try (SqliteFile file = SqliteFile.open(folder.resolve("theseus.db"), Duration.ZERO)) {
      for (Map.Entry<String, String> query : queries.entrySet()) {
        List<String> plan = plan(file.connection(), query.getValue());
        if (!MAY_SCAN.contains(query.getKey())) {
          softly
              .assertThat(plan)
              .as(query.getKey())
              .noneMatch(step -> step.startsWith("SCAN") && !step.contains("CONSTANT ROW"));
        }
        if (!MAY_SORT.contains(query.getKey())) {
          softly
              .assertThat(plan)
              .as(query.getKey())
              .noneMatch(step -> step.contains("TEMP B-TREE"));
        }
      }
    }
    softly.assertAll();
  }

  @Test
  void whatIsDueComesInOrderOfReceiptFromItsIndex() throws Exception {
    try (SqliteFile file = SqliteFile.open(folder.resolve("theseus.db"), Duration.ZERO)) {
      assertThat(plan(file.connection(), JournalQueries.DUE))
          .anyMatch(step -> step.contains("INDEX journal_order"));
      assertThat(plan(file.connection(), EventQueries.TIMELINE))
          .anyMatch(step -> step.contains("INDEX event_timeline"));
      assertThat(plan(file.connection(), LogQueries.POSITIONS))
          .anyMatch(step -> step.contains("COVERING INDEX log_room"));
    }
  }

  private static List<String> plan(Connection connection, String query) throws SQLException {
    List<String> steps = new ArrayList<>();
    try (var statement = connection.prepareStatement("EXPLAIN QUERY PLAN " + query);
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        steps.add(rows.getString("detail"));
      }
    }
    return steps;
  }

  private static Map<String, String> queries() throws IllegalAccessException {
    Map<String, String> queries = new LinkedHashMap<>();
    for (Class<?> holder :
        List.of(
            SchemaQueries.class,
            ReferenceQueries.class,
            EventQueries.class,
            RoomQueries.class,
            StateQueries.class,
            JournalQueries.class,
            EduQueries.class,
            IntakeQueries.class,
            LogQueries.class,
            DestinationQueries.class,
            PullQueries.class,
            KeyQueries.class,
            SmallQueries.class)) {
      for (Field field : holder.getDeclaredFields()) {
        if (Modifier.isPublic(field.getModifiers()) && field.getType() == String.class) {
          String query = (String) field.get(null);
          // Plans of insertions name searches for children of a new parent, which are never made.
          if (!query.startsWith("INSERT")) {
            queries.put(holder.getSimpleName() + "." + field.getName(), query);
          }
        }
      }
    }
    return queries;
  }
}
