package org.theseus.pdu.core;

import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.Route;

/** Hands out the state before an event. */
@Component(service = Endpoint.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=" + StateEndpoint.PATH})
public final class StateEndpoint extends QueryEndpoint {
  static final String PATH = "/_matrix/federation/v1/state/{roomId}";

  /**
   * Makes the endpoint.
   *
   * @param layer the layer
   */
  @Activate
  public StateEndpoint(@Reference(policyOption = ReferencePolicyOption.GREEDY) PduLayer layer) {
    super(Route.get(PATH), layer.core().queries()::state);
  }
}
