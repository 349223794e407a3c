package org.theseus.pdu.core;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.Status;

/** Tells how the rooms are doing. */
@Component
public final class RoomsStatus implements Status {
  private final PduCore core;

  /**
   * Makes the service.
   *
   * @param layer the layer
   */
  @Activate
  public RoomsStatus(@Reference(policyOption = ReferencePolicyOption.GREEDY) PduLayer layer) {
    this.core = layer.core();
  }

  @Override
  public String name() {
    return "rooms";
  }

  @Override
  public JsonObject report() {
    return JsonObject.builder().put("brought_back", core.graph().relapses().count()).build();
  }
}
