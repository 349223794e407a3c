package org.theseus.transport.jettyserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.ComponentConstants;
import org.theseus.support.Threads;
import org.theseus.transport.api.Listener;

@Timeout(120)
class JettyListenerTest {
  private final ScheduledExecutorService timer = Threads.scheduler("test-timer");
  private final List<ServiceReference<?>> others = new CopyOnWriteArrayList<>();
  private final List<Listener> registered = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  private static <T> T fake(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private ServiceReference<?> reference() {
    return fake(ServiceReference.class, (self, method, given) -> self == given[0]);
  }

  private Object register(Object service) {
    if (service instanceof Listener listener) {
      registered.add(listener);
    }
    ServiceReference<?> own = reference();
    return fake(
        ServiceRegistration.class,
        (self, method, given) -> method.getName().equals("getReference") ? own : null);
  }

  private final BundleContext context =
      fake(
          BundleContext.class,
          (self, method, given) ->
              switch (method.getName()) {
                case "registerService" -> register(given[1]);
                case "getServiceReferences" -> List.copyOf(others);
                default -> null;
              });

  private static ServerSocketChannel open(SocketAddress address) {
    try {
      return ServerSocketChannel.open()
          .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void listenerThatIsNotToldThatTheOtherHasGoneLooksAgain() throws Exception {
    Map<String, Object> told = Map.of("address", "127.0.0.1", "tls", false);
    ListenerConfig config =
        fake(
            ListenerConfig.class,
            (self, method, given) ->
                Optional.ofNullable(told.get(method.getName())).orElse(method.getDefaultValue()));
    others.add(reference());
    JettyListener listener = new JettyListener(context, config);
    listener.bindSockets(JettyListenerTest::open);
    listener.start();
    assertThat(registered.get(0).isAccepting()).isFalse();

    others.clear();

    assertThat(
            Until.holds(() -> registered.get(0).isAccepting(), Duration.ofSeconds(60), timer)
                .toCompletableFuture()
                .join())
        .isTrue();
    listener.stop(ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
  }
}
