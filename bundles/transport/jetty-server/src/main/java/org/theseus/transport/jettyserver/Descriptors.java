package org.theseus.transport.jettyserver;

import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import javax.management.JMException;
import javax.management.ObjectName;

/** File descriptors: each connection takes one, and without any nobody can be let in. */
final class Descriptors {
  /** For jars, logs, the database and what we ask of others. */
  private static final long FOR_OTHERS = 1_000;

  private Descriptors() {}

  /** Tells how many the process may have, where the system says so. */
  static OptionalLong limit() {
    try {
      Object limit =
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                  "MaxFileDescriptorCount");
      return limit instanceof Long most && most > 0 ? OptionalLong.of(most) : OptionalLong.empty();
    } catch (JMException notHere) {
      return OptionalLong.empty();
    }
  }

  /** Tells how many connections there may be of those that are wanted. */
  static int connections(int wanted, OptionalLong limit) {
    if (limit.isEmpty()) {
      return wanted;
    }
    long most = limit.getAsLong();
    return (int) Math.min(wanted, most - Math.min(FOR_OTHERS, most / 2));
  }
}
