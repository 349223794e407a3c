package org.theseus.pdu.core;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.pdu.core.receipt.Receiver;
import org.theseus.transaction.api.PduReceiver;

/** Takes PDUs from the layer beneath. */
@Component(service = PduReceiver.class)
public final class PduReceiverService extends Receiver {
  /**
   * Makes the service.
   *
   * @param layer the layer
   */
  @Activate
  public PduReceiverService(
      @Reference(policyOption = ReferencePolicyOption.GREEDY) PduLayer layer) {
    super(layer.core().tools(), layer.core().journal());
  }
}
