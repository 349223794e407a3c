package org.theseus.pdu.core;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.pdu.api.Quarantine;
import org.theseus.pdu.core.receipt.StoredQuarantine;

/** Offers the quarantine. */
@Component(service = Quarantine.class)
public final class QuarantineService extends StoredQuarantine {
  /**
   * Makes the service.
   *
   * @param layer the layer
   */
  @Activate
  public QuarantineService(@Reference(policyOption = ReferencePolicyOption.GREEDY) PduLayer layer) {
    super(layer.core().graph(), layer.core().journal());
  }
}
