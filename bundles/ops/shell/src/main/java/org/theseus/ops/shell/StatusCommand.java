package org.theseus.ops.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.Status;

/** Tells how the parts of the server are doing; the layer's README tells how commands end. */
@Component(
    service = StatusCommand.class,
    property = {"osgi.command.scope=theseus", "osgi.command.function=status"})
public final class StatusCommand {
  private static final Usage STATUS =
      Usage.of(
          0,
          1,
          """
          status [NAME] [--json]

          Prints the counters and gauges of each part of the server that has some, or of the one
          named: its name, what is counted, the value.
          """);

  private final List<Status> parts = new CopyOnWriteArrayList<>();

  /** What a part reported. */
  private record Report(String name, JsonObject values) {
    static Report of(Status part) {
      try {
        return new Report(part.name(), part.report());
      } catch (RuntimeException failed) {
        return new Report(part.name(), JsonObject.EMPTY.with("problem", failed.toString()));
      }
    }

    JsonObject json() {
      return JsonObject.EMPTY.with("name", name).with("report", values);
    }

    List<String> lines() {
      List<String> lines = new ArrayList<>();
      collect(name + " ", values, lines);
      return lines;
    }

    private static void collect(String before, JsonObject values, List<String> lines) {
      for (Map.Entry<String, JsonValue> value : values.members().entrySet()) {
        if (value.getValue() instanceof JsonObject nested) {
          collect(before + value.getKey() + ".", nested, lines);
        } else {
          lines.add(before + value.getKey() + " " + text(value.getValue()));
        }
      }
    }

    private static String text(JsonValue value) {
      return value instanceof JsonString string
          ? string.value()
          : new String(value.toBytes(), UTF_8);
    }
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bind(Status part) {
    parts.add(part);
  }

  void unbind(Status part) {
    parts.remove(part);
  }

  /** Prints what the parts report. */
  public void status(String... words) throws InterruptedException {
    Command.run(
        STATUS,
        words,
        given -> {
          List<Report> reports = given.count() == 0 ? reports() : reports(given.word(0));
          if (given.isJson()) {
            Printed.list(given, reports, Report::json, Report::name);
          } else {
            reports.forEach(report -> report.lines().forEach(Output::line));
          }
        });
  }

  private List<Report> reports() {
    return parts.stream().sorted(Comparator.comparing(Status::name)).map(Report::of).toList();
  }

  private List<Report> reports(String name) {
    List<Report> found = reports().stream().filter(one -> one.name().equals(name)).toList();
    if (found.isEmpty()) {
      throw new NoSuchElementException("nothing called " + name + " reports its status now");
    }
    return found;
  }
}
