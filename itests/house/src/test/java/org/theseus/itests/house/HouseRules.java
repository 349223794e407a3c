package org.theseus.itests.house;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of the house for a single jar. Whoever finds a better house changes them here. */
final class HouseRules {
  private static final String PROTOCOL = "org.theseus.protocol.api";
  private static final String PERSISTENCE = "org.theseus.persistence.api";
  private static final String TRANSPORT = "org.theseus.transport.api";
  private static final String TRANSACTION = "org.theseus.transaction.api";
  private static final String PDU = "org.theseus.pdu.api";
  private static final String MESSAGING = "org.theseus.messaging.api";
  private static final String JETTY = "org.eclipse.jetty";
  private static final String GOGO_COMMANDS = "org.apache.felix.service.command";
  private static final String GOGO = "org.apache.felix.gogo.runtime";

  /** Free to every implementation outside the protocol layer. */
  private static final Set<String> FREE = Set.of("javax", "org.osgi", "org.slf4j");

  /** Module to the packages it may import, with those beneath them: imports point down. */
  private static final Map<String, Set<String>> IMPORTS =
      Map.ofEntries(
          entry("protocol.api", Set.of()),
          entry("protocol.rules", Set.of(PROTOCOL)),
          entry("protocol.jackson", Set.of(PROTOCOL, "com.fasterxml.jackson")),
          entry("protocol.bouncycastle", Set.of(PROTOCOL, "org.bouncycastle")),
          // an api mentions the JDK and our own words only
          entry("persistence.api", Set.of(PROTOCOL, "javax")),
          entry("transport.api", Set.of(PROTOCOL, "javax")),
          entry("transaction.api", Set.of(PROTOCOL, "javax")),
          entry("pdu.api", Set.of(PROTOCOL, "javax")),
          entry("messaging.api", Set.of(PROTOCOL, "javax")),
          entry("persistence.sqlite", free(PROTOCOL, PERSISTENCE, "org.sqlite")),
          // nothing but the framework: no swap has it in its closure
          entry("transport.sockets", Set.of("org.osgi.framework")),
          entry("transport.jetty-server", free(PROTOCOL, TRANSPORT, JETTY)),
          entry("transport.jetty-client", free(PROTOCOL, TRANSPORT, JETTY)),
          entry("transport.core", free(PROTOCOL, TRANSPORT, "org.xbill.DNS")),
          entry("transport.keys", free(PROTOCOL, TRANSPORT, PERSISTENCE)),
          entry("transaction.core", free(PROTOCOL, TRANSACTION, TRANSPORT, PERSISTENCE)),
          entry("pdu.core", free(PROTOCOL, PDU, TRANSACTION, TRANSPORT, PERSISTENCE)),
          entry(
              "messaging.core",
              free(PROTOCOL, MESSAGING, PDU, TRANSACTION, TRANSPORT, PERSISTENCE)),
          entry("ops.shell", ops()),
          entry("ops.swap", ops()));

  private HouseRules() {}

  private static Set<String> free(String... more) {
    Set<String> packages = new HashSet<>(FREE);
    packages.addAll(List.of(more));
    return packages;
  }

  private static Set<String> ops() {
    // any api, and the console's own library
    return free(PROTOCOL, MESSAGING, PDU, TRANSACTION, TRANSPORT, PERSISTENCE, GOGO_COMMANDS, GOGO);
  }

  /** Says what is wrong with a jar, a line each. */
  static List<String> violations(BundleJar jar) {
    List<String> found = new ArrayList<>();
    String name = jar.symbolicName();
    String module = name.replaceFirst("^org\\.theseus\\.", "");
    Set<String> allowed = IMPORTS.get(module);
    if (allowed == null) {
      return List.of(name + ": no such module in the house; name it in HouseRules");
    }
    String root = name.replace("-", "");
    boolean api = name.endsWith(".api");

    for (String imported : jar.header("Import-Package").keySet()) {
      if (!within(imported, allowed) && !within(imported, Set.of(root))) {
        found.add(name + " imports " + imported);
      }
    }
    for (String header : List.of("DynamicImport-Package", "Require-Bundle", "Fragment-Host")) {
      if (jar.headers().getValue(header) != null) {
        found.add(name + " has a " + header);
      }
    }
    for (String exported : jar.header("Export-Package").keySet()) {
      if (!api || !within(exported, Set.of(root))) {
        found.add(name + " exports " + exported);
      }
    }
    for (String held : jar.packages()) {
      if (!within(held, copies(module, api)) && !within(held, Set.of(root))) {
        found.add(name + " holds " + held);
      }
    }
    for (Component component : jar.components()) {
      if (!component.name().equals(component.implementation())) {
        found.add(component.implementation() + " is named " + component.name());
      }
      if (!component.pids().isEmpty() && !component.pids().equals(List.of(component.name()))) {
        found.add(component.name() + " is configured as " + component.pids());
      }
    }
    long endpoints = jar.components().stream().filter(HouseRules::isEndpoint).count();
    long routes =
        jar.header("Provide-Capability").keySet().stream().filter(HouseRules::isRoute).count();
    if (endpoints > routes) {
      found.add("%s has %d endpoints and names %d routes".formatted(name, endpoints, routes));
    }
    return found;
  }

  private static boolean isEndpoint(Component component) {
    return component.provides().contains("org.theseus.transport.api.Endpoint");
  }

  /** A namespace that is there more than once has a tilde for each time more. */
  private static boolean isRoute(String namespace) {
    return namespace.matches("org\\.theseus\\.endpoint~*");
  }

  /** The plain jars a bundle may carry privately. */
  private static Set<String> copies(String module, boolean api) {
    if (api || module.startsWith("protocol.") || module.equals("transport.sockets")) {
      return Set.of();
    }
    return module.startsWith("persistence.")
        ? Set.of("org.theseus.support", "org.theseus.persistence.sql")
        : Set.of("org.theseus.support");
  }

  private static boolean within(String name, Set<String> prefixes) {
    return prefixes.stream()
        .anyMatch(prefix -> name.equals(prefix) || name.startsWith(prefix + "."));
  }
}
