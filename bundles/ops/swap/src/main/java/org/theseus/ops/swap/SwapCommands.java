package org.theseus.ops.swap;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;

/** The commands about bundles; the layer's README tells how they end. */
@Component(
    service = SwapCommands.class,
    property = {
      "osgi.command.scope=theseus",
      "osgi.command.function=swap",
      "osgi.command.function=layers"
    })
public final class SwapCommands {
  private static final Duration HEAD_START = Duration.ofMillis(500);

  /** The bundles that run a command: to be replaced only when it has ended. */
  private static final List<String> RUNNERS =
      List.of("org.theseus.ops.swap", "org.theseus.ops.shell");

  private static final String SWAP =
      """
      swap FILE ... [--json]

      Replaces running bundles by those in the files, which are kept in the home and started from
      now on. Prints for each its name, old and new version, and how long something was away.
      """;
  private static final String LAYERS =
      """
      layers [--json]

      Lists the bundles: name, version, state, the last swap and its pause.
      """;

  private final Swapper swapper;

  /**
   * Is made by the component runtime.
   *
   * @param swapper does the work
   */
  @Activate
  public SwapCommands(@Reference Swapper swapper) {
    this.swapper = swapper;
  }

  /** Replaces bundles. */
  public void swap(String... words) throws Exception {
    if (isHelp(SWAP, words)) {
      return;
    }
    List<Jar> jars =
        List.of(words).stream()
            .filter(word -> !word.equals("--json"))
            .map(word -> Jar.read(Path.of(word).toAbsolutePath()))
            .toList();
    if (jars.isEmpty()) {
      throw unusable(SWAP);
    }
    if (swapper.stopped(jars).stream().map(Bundle::getSymbolicName).anyMatch(RUNNERS::contains)) {
      swapper.swap(jars, HEAD_START);
      print(
          isJson(words)
              ? "[]"
              : "what runs this command is replaced with it; layers tells when that is done");
      return;
    }
    List<Swapped> done;
    try {
      done = swapper.swap(jars, Duration.ZERO).toCompletableFuture().get();
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Exception cause ? cause : failure;
    }
    if (isJson(words)) {
      print(done.stream().map(Swapped::toJson).toList());
    } else {
      print(done.stream().map(Swapped::toString).collect(Collectors.joining("\n")));
    }
  }

  /** Lists the bundles. */
  public void layers(String... words) throws IOException {
    if (isHelp(LAYERS, words)) {
      return;
    }
    if (List.of(words).stream().anyMatch(word -> !word.equals("--json"))) {
      throw unusable(LAYERS);
    }
    List<Swapper.Layer> layers = swapper.layers();
    if (isJson(words)) {
      print(layers.stream().map(SwapCommands::json).toList());
    } else {
      print(layers.stream().map(SwapCommands::line).collect(Collectors.joining("\n")));
    }
  }

  private static JsonObject json(Swapper.Layer layer) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("bundle", layer.bundle().getSymbolicName())
            .put("version", layer.bundle().getVersion().toString())
            .put("state", state(layer.bundle()));
    layer
        .lastSwap()
        .ifPresent(
            last ->
                json.put("lastSwap", last.time().toString())
                    .put("pauseMillis", last.pauseMillis()));
    return json.build();
  }

  private static String line(Swapper.Layer layer) {
    return "%s %s %s%s"
        .formatted(
            layer.bundle().getSymbolicName(),
            layer.bundle().getVersion(),
            state(layer.bundle()),
            layer
                .lastSwap()
                .map(last -> " swapped %s, pause %d ms".formatted(last.time(), last.pauseMillis()))
                .orElse(""));
  }

  private static String state(Bundle bundle) {
    return switch (bundle.getState()) {
      case Bundle.INSTALLED -> "installed";
      case Bundle.RESOLVED -> "resolved";
      case Bundle.STARTING -> "starting";
      case Bundle.ACTIVE -> "active";
      case Bundle.STOPPING -> "stopping";
      default -> "uninstalled";
    };
  }

  private static boolean isJson(String... words) {
    return List.of(words).contains("--json");
  }

  private static boolean isHelp(String usage, String... words) {
    boolean asked = List.of(words).contains("--help");
    if (asked) {
      print(usage.strip());
    }
    return asked;
  }

  private static IllegalArgumentException unusable(String usage) {
    return new IllegalArgumentException("usage: " + usage.lines().findFirst().orElseThrow());
  }

  private static void print(List<JsonObject> json) {
    print(
        new String(
            new JsonArray(json.stream().<JsonValue>map(one -> one).toList()).toBytes(), UTF_8));
  }

  private static void print(String text) {
    System.out.writeBytes((text + "\n").getBytes(UTF_8));
    System.out.flush();
  }
}
