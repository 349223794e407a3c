package org.theseus.pdu.core;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.pdu.api.RoomReader;
import org.theseus.pdu.core.queries.StoredRooms;

/** Offers rooms to read. */
@Component(service = RoomReader.class)
public final class RoomReaderService extends StoredRooms {
  /**
   * Makes the service.
   *
   * @param layer the layer
   */
  @Activate
  public RoomReaderService(@Reference(policyOption = ReferencePolicyOption.GREEDY) PduLayer layer) {
    super(layer.core().graph());
  }
}
