package org.theseus.transaction.core;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonReader;
import org.theseus.protocol.api.Status;
import org.theseus.transaction.api.EduHandler;
import org.theseus.transaction.api.PduReceiver;
import org.theseus.transaction.core.intake.InboundTransaction;
import org.theseus.transaction.core.intake.Reception;
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
@Component(service = {Endpoint.class, Status.class})
@Designate(ocd = SendEndpoint.Config.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=PUT", "path=" + SendEndpoint.PATH})
public final class SendEndpoint implements Endpoint, Status {
  static final String PATH = "/_matrix/federation/v1/send/{txnId}";
  private static final long MAX_BODY = 16L << 20;

  private final Reception reception;

  /** How long is remembered what was taken in. */
  @ObjectClassDefinition(name = "Theseus transactions from other servers")
  public @interface Config {
    /** For how many days a repeated transaction gets the answer it got before. */
    @AttributeDefinition(
        description =
            "For how many days a transaction that comes again gets the answer it got before, and a"
                + " message to a device is known as one",
        min = "1")
    int retentionDays() default 30;
  }

  /** Puts the intake together. */
  @Activate
  public SendEndpoint(
      BundleContext context,
      Config config,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) PduReceiver receiver,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) JsonReader json) {
    reception =
        new Reception(
            database,
            receiver,
            json,
            new NamedEduTypes(context),
            Duration.ofDays(Math.max(1, config.retentionDays())));
    reception.start();
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void addHandler(EduHandler handler) {
    reception.handlers().add(handler);
  }

  void removeHandler(EduHandler handler) {
    reception.handlers().remove(handler);
  }

  /** Lets handlers at work end; durable EDUs they did not come to stay in the journal. */
  @Deactivate
  void stop() {
    reception.stop();
  }

  @Override
  public Route route() {
    return new Route("PUT", PATH, true, MAX_BODY);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    return reception
        .intake()
        .take(InboundTransaction.of(request.signer(), request.variable("txnId"), request.object()))
        .thenApply(Answer::ok);
  }

  @Override
  public String name() {
    return "intake";
  }

  @Override
  public JsonObject report() {
    return reception.tally().report();
  }
}
