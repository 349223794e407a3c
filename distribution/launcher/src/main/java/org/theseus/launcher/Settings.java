package org.theseus.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What the flags of {@code run} can set.
 *
 * @param serverName the name other servers know this one by
 * @param listen where to listen
 * @param trustedCertificates a PEM file trusted beside the system's certificates
 * @param allowPrivateAddresses whether peers may live at loopback and private addresses
 */
public record Settings(
    String serverName,
    HostPort listen,
    Optional<Path> trustedCertificates,
    boolean allowPrivateAddresses) {
  /** The flags with a value. */
  public static final Set<String> VALUED = Set.of("server-name", "listen", "trusted-certificates");

  /** The flags without. */
  public static final Set<String> SWITCHES = Set.of("allow-private-addresses");

  /** Reads the flags, with their defaults. */
  public static Settings of(Flags flags) throws Failure {
    String name = flags.value("server-name").orElse("localhost:8448");
    HostPort.parse("server-name", name);
    HostPort listen = HostPort.parse("listen", flags.value("listen").orElse("0.0.0.0:8448"));
    if (listen.port() < 1) {
      throw Failure.usage("--listen: a port from 1 to 65535 is missing: " + listen);
    }
    Optional<Path> trusted =
        flags.value("trusted-certificates").map(file -> Path.of(file).toAbsolutePath().normalize());
    if (trusted.isPresent() && !Files.isReadable(trusted.get())) {
      throw Failure.usage("--trusted-certificates: cannot read " + trusted.get());
    }
    return new Settings(name, listen, trusted, flags.has("allow-private-addresses"));
  }
}
