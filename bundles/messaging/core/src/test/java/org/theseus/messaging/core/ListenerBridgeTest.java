package org.theseus.messaging.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.theseus.messaging.api.RoomEvent;
import org.theseus.messaging.api.RoomListener;
import org.theseus.pdu.api.EventListener;
import org.theseus.pdu.api.TimelineEvent;
import org.theseus.protocol.api.EventId;

/** Listeners of ours, told by the graph. */
class ListenerBridgeTest {
  private final World world = new World().resident();
  private final List<EventListener> registered = new ArrayList<>();
  private final ListenerBridge bridge = new ListenerBridge(context());

  private BundleContext context() {
    return proxy(
        BundleContext.class,
        arguments -> {
          EventListener listener = (EventListener) arguments[1];
          registered.add(listener);
          return proxy(
              ServiceRegistration.class,
              none -> {
                registered.remove(listener);
                return null;
              });
        });
  }

  private static <T> T proxy(Class<T> type, Function<Object[], Object> call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call.apply(arguments)));
  }

  private static RoomListener listener(List<RoomEvent> told) {
    return new RoomListener() {
      @Override
      public String name() {
        return "org.example.Bot";
      }

      @Override
      public void onEvent(RoomEvent event) {
        told.add(event);
      }
    };
  }

  @Test
  void givenAListenerThenTheGraphTellsItUnderANameThatStays() {
    List<RoomEvent> told = new ArrayList<>();
    bridge.bind(listener(told));

    registered
        .get(0)
        .onEvent(new TimelineEvent(world.create, 1, Optional.of(EventId.of("$redaction"))));

    assertThat(registered.get(0).name()).isEqualTo("messaging:org.example.Bot");
    assertThat(told).hasSize(1);
    assertThat(told.get(0).eventId()).isEqualTo(world.create.id());
    assertThat(told.get(0).redactedBy()).contains(EventId.of("$redaction"));
  }

  @Test
  void givenAListenerGoesThenTheGraphTellsItNoMore() {
    RoomListener first = listener(List.of());
    RoomListener second = listener(List.of());
    bridge.bind(first);
    bridge.bind(second);

    bridge.unbind(first);
    assertThat(registered).hasSize(1);
    bridge.close();
    assertThat(registered).isEmpty();
  }
}
