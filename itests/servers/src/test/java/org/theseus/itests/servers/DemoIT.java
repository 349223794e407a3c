package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Command;
import org.theseus.itests.peer.Grammar;
import org.theseus.protocol.api.JsonObject;

/** The main job, from the outside. */
class DemoIT {
  @TempDir Path directory;

  @Test
  void nothingIsLostDuplicatedOrRefused() throws Exception {
    play();
  }

  @RepeatedTest(10)
  @EnabledIfSystemProperty(named = "theseus.long", matches = "true")
  void tenTimesInARow() throws Exception {
    play();
  }

  private void play() throws Exception {
    Command.Result demo = Command.run(directory, "demo", "--json");

    assertThat(demo.status()).as(demo.err()).isZero();
    assertThat(demo.out().lines()).hasSize(1);
    JsonObject report = Grammar.JSON.readObject(demo.out().getBytes(StandardCharsets.UTF_8));
    assertThat(report.members())
        .containsOnlyKeys("sent", "received", "lost", "duplicated", "refused", "swaps");
    assertThat(report.integer("sent").orElseThrow()).isGreaterThanOrEqualTo(400);
    assertThat(report.integer("received")).isEqualTo(report.integer("sent"));
    assertThat(report.integer("lost")).hasValue(0L);
    assertThat(report.integer("duplicated")).hasValue(0L);
    assertThat(report.integer("refused")).hasValue(0L);
    Map<String, Long> swaps =
        report.array("swaps").orElseThrow().objects().stream()
            .collect(
                Collectors.groupingBy(
                    swap -> swap.string("bundle").orElseThrow(), Collectors.counting()));
    assertThat(swaps)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "org.theseus.transport.jetty-server", 4L,
                "org.theseus.transaction.core", 4L,
                "org.theseus.persistence.sqlite", 4L));
  }
}
