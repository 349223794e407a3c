package org.theseus.launcher;

import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has SIGTERM and Ctrl-C end the program with status 0, as what a server is stopped with. The JVM's
 * own handlers end it with 128 and the signal's number, as if it had been killed.
 *
 * <p>The JDK's only way to say so is {@code sun.misc.Signal}; where it is missing the status stays
 * the JVM's. (Halting in a shutdown hook would leave the files behind that are deleted at the end.)
 */
final class StopSignals {
  private static final Logger log = LoggerFactory.getLogger(StopSignals.class);

  private StopSignals() {}

  /** Takes the signals over. Shutdown hooks run as ever. */
  static void handle() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object exit =
          Proxy.newProxyInstance(
              StopSignals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                System.exit(0);
                return null;
              });
      for (String name : List.of("TERM", "INT")) {
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), exit);
      }
    } catch (ReflectiveOperationException notHere) {
      log.debug("Signals end this JVM in its own way", notHere);
    }
  }
}
