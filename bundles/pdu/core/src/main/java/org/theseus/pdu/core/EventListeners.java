package org.theseus.pdu.core;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.theseus.pdu.api.EventListener;

/** The whiteboard of listeners; nobody refers to it, so that a listener may refer to the layer. */
@Component(service = EventListeners.class, immediate = true)
public final class EventListeners {
  private final PduCore core;

  /**
   * Makes the whiteboard.
   *
   * @param layer the layer
   */
  @Activate
  public EventListeners(@Reference(policyOption = ReferencePolicyOption.GREEDY) PduLayer layer) {
    this.core = layer.core();
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      unbind = "remove")
  void add(EventListener listener) {
    core.add(listener);
  }

  void remove(EventListener listener) {
    core.remove(listener);
  }
}
