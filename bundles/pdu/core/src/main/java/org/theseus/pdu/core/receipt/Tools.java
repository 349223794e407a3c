package org.theseus.pdu.core.receipt;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.theseus.pdu.core.graph.Graph;
import org.theseus.pdu.core.missing.Missing;
import org.theseus.protocol.api.BeingReplacedException;
import org.theseus.protocol.api.JsonReader;

/**
 * What PDUs are processed with.
 *
 * @param graph the rooms
 * @param json reads what the store holds
 * @param verifier checks signatures
 * @param missing fetches what events refer to
 * @param executor where signatures are checked
 */
public record Tools(
    Graph graph, JsonReader json, Verifier verifier, Missing missing, Executor executor) {

  /**
   * Begins work elsewhere that looks into the store or computes before it has a stage to return.
   *
   * @param work the work
   * @param <T> what it answers
   * @return completes as the work's stage does, exceptionally with the very exception; with {@link
   *     BeingReplacedException} if the layer is closing
   */
  public <T> CompletionStage<T> begin(Supplier<CompletionStage<T>> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      executor.execute(
          () -> {
            try {
              work.get().whenComplete((value, failed) -> end(result, value, failed));
            } catch (RuntimeException | Error failed) {
              result.completeExceptionally(failed);
            }
          });
    } catch (RejectedExecutionException closing) {
      result.completeExceptionally(new BeingReplacedException("the rooms are being replaced"));
    }
    return result;
  }

  private static <T> void end(CompletableFuture<T> result, T value, Throwable failed) {
    if (failed == null) {
      result.complete(value);
    } else if (failed instanceof CompletionException && failed.getCause() != null) {
      result.completeExceptionally(failed.getCause());
    } else {
      result.completeExceptionally(failed);
    }
  }
}
