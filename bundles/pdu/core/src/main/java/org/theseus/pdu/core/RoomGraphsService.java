package org.theseus.pdu.core;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.pdu.api.RoomGraphs;
import org.theseus.pdu.core.local.LocalGraphs;

/** Offers changes of rooms. */
@Component(service = RoomGraphs.class)
public final class RoomGraphsService extends LocalGraphs {
  /**
   * Makes the service.
   *
   * @param layer the layer
   */
  @Activate
  public RoomGraphsService(@Reference(policyOption = ReferencePolicyOption.GREEDY) PduLayer layer) {
    super(layer.core().parts());
  }
}
