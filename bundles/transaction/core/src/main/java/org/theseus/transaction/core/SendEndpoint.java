package org.theseus.transaction.core;

import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.JsonReader;
import org.theseus.support.Threads;
import org.theseus.transaction.api.EduHandler;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.core.intake.EduIntake;
import org.theseus.transaction.core.intake.InboundTransaction;
import org.theseus.transaction.core.intake.Intake;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.Route;

/**
 * Answers PUT /send.
 *
 * @see <a
 *     href="https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv1sendtxnid">PUT
 *     /send</a>
 */
@Component
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=PUT", "path=" + SendEndpoint.PATH})
public final class SendEndpoint implements Endpoint {
  static final String PATH = "/_matrix/federation/v1/send/{txnId}";
  private static final Logger LOG = LoggerFactory.getLogger(SendEndpoint.class);
  private static final long MAX_BODY = 16L << 20;
  private static final int HANDLER_THREADS = 2;
  private static final int HANDLERS_WAITING = 1_000;
  private static final int HANDLER_DRAIN_SECONDS = 2;

  private final Set<EduHandler> handlers = new CopyOnWriteArraySet<>();
  private final ThreadPoolExecutor handlerThreads =
      Threads.pool("theseus-transaction-edu", HANDLER_THREADS, HANDLERS_WAITING);
  private final EduIntake edus;
  private final Intake intake;

  /** Puts the intake together. */
  @Activate
  public SendEndpoint(
      BundleContext context,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) PduReceiver receiver,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) JsonReader json) {
    edus =
        new EduIntake(database, json, new NamedEduTypes(context), this::handlerOf, handlerThreads);
    intake = new Intake(database, receiver, edus, Clock.systemUTC());
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addHandler(EduHandler handler) {
    handlers.add(handler);
    if (edus != null) {
      edus.pump();
    }
  }

  void removeHandler(EduHandler handler) {
    handlers.remove(handler);
  }

  /** Lets handlers at work end; durable EDUs they did not come to stay in the journal. */
  @Deactivate
  void stop() {
    handlerThreads.shutdown();
    try {
      if (!handlerThreads.awaitTermination(HANDLER_DRAIN_SECONDS, TimeUnit.SECONDS)) {
        LOG.info("EDU handlers are still at work and are left alone");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<EduHandler> handlerOf(String type) {
    return handlers.stream().filter(handler -> handler.types().contains(type)).findFirst();
  }

  @Override
  public Route route() {
    return new Route("PUT", PATH, true, MAX_BODY);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    return intake
        .take(InboundTransaction.of(request.signer(), request.variable("txnId"), request.object()))
        .thenApply(Answer::ok);
  }
}
