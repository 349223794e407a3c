package org.theseus.pdu.core;

import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.Route;

/** Hands out single events. */
@Component(service = Endpoint.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=" + EventEndpoint.PATH})
public final class EventEndpoint extends QueryEndpoint {
  static final String PATH = "/_matrix/federation/v1/event/{eventId}";

  /**
   * Makes the endpoint.
   *
   * @param layer the layer
   */
  @Activate
  public EventEndpoint(@Reference(policyOption = ReferencePolicyOption.GREEDY) PduLayer layer) {
    super(Route.get(PATH), layer.core().queries()::event);
  }
}
