package org.theseus.pdu.core;

import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.Route;

/** Hands out what lies between events. */
@Component(service = Endpoint.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=POST", "path=" + MissingEventsEndpoint.PATH})
public final class MissingEventsEndpoint extends QueryEndpoint {
  static final String PATH = "/_matrix/federation/v1/get_missing_events/{roomId}";

  /**
   * Makes the endpoint.
   *
   * @param layer the layer
   */
  @Activate
  public MissingEventsEndpoint(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) PduLayer layer) {
    super(Route.post(PATH), layer.core().queries()::missingEvents);
  }
}
