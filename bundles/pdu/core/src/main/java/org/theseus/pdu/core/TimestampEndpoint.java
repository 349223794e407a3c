package org.theseus.pdu.core;

import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.Route;

/** Tells the event of a room that is closest to a time. */
@Component(service = Endpoint.class)
@Capability(
    namespace = Route.NAMESPACE,
    attribute = {"method=GET", "path=" + TimestampEndpoint.PATH})
public final class TimestampEndpoint extends QueryEndpoint {
  static final String PATH = "/_matrix/federation/v1/timestamp_to_event/{roomId}";

  /**
   * Makes the endpoint.
   *
   * @param layer the layer
   */
  @Activate
  public TimestampEndpoint(@Reference(policyOption = ReferencePolicyOption.GREEDY) PduLayer layer) {
    super(Route.get(PATH), layer.core().queries()::timestampToEvent);
  }
}
