package org.theseus.messaging.core;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.theseus.messaging.api.RoomListener;
import org.theseus.pdu.api.EventListener;
import org.theseus.pdu.api.TimelineEvent;

/**
 * Registers an {@link EventListener} for each {@link RoomListener}, so that whoever keeps the graph
 * keeps its position too.
 */
@Component(
    service = {},
    immediate = true)
public final class ListenerBridge {
  private final Map<RoomListener, ServiceRegistration<EventListener>> bridged =
      new ConcurrentHashMap<>();
  private final BundleContext context;

  /** Takes the context that listeners are registered with. */
  @Activate
  public ListenerBridge(BundleContext context) {
    this.context = context;
  }

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  void bind(RoomListener listener) {
    bridged.put(listener, context.registerService(EventListener.class, new Bridge(listener), null));
  }

  void unbind(RoomListener listener) {
    ServiceRegistration<EventListener> registration = bridged.remove(listener);
    if (registration != null) {
      registration.unregister();
    }
  }

  /** Lets go of those that are still there. */
  @Deactivate
  public void close() {
    bridged.keySet().forEach(this::unbind);
  }

  /** A listener of ours, as the graph sees it. */
  record Bridge(RoomListener listener) implements EventListener {
    @Override
    public String name() {
      return "messaging:" + listener.name();
    }

    @Override
    public void onEvent(TimelineEvent event) {
      listener.onEvent(RoomEvents.of(event));
    }
  }
}
