package org.theseus.itests.interop;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Gives tests a Synapse and one of ours, the same two to all of them, and keeps the table of
 * results. Where there can be no Synapse it skips the tests and says why in one line; with {@code
 * -Dtheseus.interop.required=true} they fail.
 */
final class Interop implements ExecutionCondition, ParameterResolver, TestWatcher {
  private static final Namespace NAMESPACE = Namespace.create(Interop.class);
  private static final boolean REQUIRED = Boolean.getBoolean("theseus.interop.required");
  private static final Path WORK = Path.of(System.getProperty("theseus.interop")).toAbsolutePath();

  /** What there is of Synapse here, or why there is none. */
  private record Found(Optional<SynapseInstallation> installation, String reason) {}

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Found found = found(context);
    return found.installation().isPresent()
        ? ConditionEvaluationResult.enabled("Synapse is there")
        : ConditionEvaluationResult.disabled(found.reason());
  }

  private static Found found(ExtensionContext context) {
    return store(context).getOrComputeIfAbsent(Found.class, key -> look(context), Found.class);
  }

  private static Found look(ExtensionContext context) {
    try {
      return new Found(Optional.of(SynapseInstallation.in(WORK.resolve("synapse"))), "");
    } catch (SynapseInstallation.Unavailable none) {
      if (REQUIRED) {
        throw new AssertionError("there is no Synapse: " + none.getMessage(), none);
      }
      System.out.println("[WARN] interop tests are skipped: " + none.getMessage());
      results(context).add("every scenario", "skipped: " + none.getMessage());
      return new Found(Optional.empty(), none.getMessage());
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static ExtensionContext.Store store(ExtensionContext context) {
    return context.getRoot().getStore(NAMESPACE);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return Set.of(Pair.class, Ground.class).contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Pair.class ? pair(context) : ground(context);
  }

  private static Pair pair(ExtensionContext context) {
    return store(context).getOrComputeIfAbsent(Pair.class, key -> startedPair(context), Pair.class);
  }

  private static Pair startedPair(ExtensionContext context) {
    try {
      return Pair.started(ground(context).part("shared"));
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static Ground ground(ExtensionContext context) {
    return store(context)
        .getOrComputeIfAbsent(Ground.class, key -> freshGround(context), Ground.class);
  }

  private static Ground freshGround(ExtensionContext context) {
    try {
      SynapseInstallation synapse = found(context).installation().orElseThrow();
      Path directory = WORK.resolve("run-" + System.currentTimeMillis());
      Authority authority = Authority.create(directory.resolve("authority"), synapse);
      return new Ground(synapse, authority, directory);
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    results(context).add(context.getDisplayName(), "ok");
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    results(context).add(context.getDisplayName(), "FAILED");
  }

  private static Results results(ExtensionContext context) {
    return store(context).getOrComputeIfAbsent(Results.class, key -> new Results(), Results.class);
  }
}
