package org.theseus.launcher;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The files in a home's {@code etc/}: what they are called, what a fresh home holds, and how to
 * read back what flags have set. The only place in the launcher that knows a component's name.
 */
public final class HomeConfiguration {
  static final String SERVER = "org.theseus.transport.core.ServerIdentity.cfg";
  static final String LISTENER = "org.theseus.transport.jettyserver.JettyListener-main.cfg";
  static final String CLIENT = "org.theseus.transport.jettyclient.JettyTransport.cfg";
  static final String WELL_KNOWN = "org.theseus.transport.core.discovery.WellKnownEndpoint.cfg";
  static final String KEYS = "org.theseus.transport.keys.SigningKeys.cfg";
  static final String DATABASE = "org.theseus.persistence.sqlite.SqliteDatabase.cfg";
  static final String SHELL = "org.theseus.ops.shell.ShellSocket.cfg";
  static final String SWAPPER = "org.theseus.ops.swap.Swapper.cfg";

  private HomeConfiguration() {}

  /** Writes the configuration of a fresh home; either all of it is there afterwards or nothing. */
  public static void create(Home home, Settings settings)
      throws IOException, InterruptedException, GeneralSecurityException, Failure {
    Path etc = home.directory().resolve("etc.new");
    delete(etc);
    Files.createDirectory(
        etc, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path tls = Files.createDirectory(etc.resolve("tls"));
    Files.createDirectory(etc.resolve("keys"));
    String password = randomPassword();
    Files.writeString(
        tls.resolve("certificate.pem"),
        SelfSignedCertificate.create(tls.resolve("keystore.p12"), password, hosts(settings)));

    write(
        etc,
        SERVER,
        """
        # Who this server is.
        # The name other servers and user ids carry. It cannot be changed once there are rooms.
        serverName=%s
        """
            .formatted(settings.serverName()));
    write(
        etc,
        LISTENER,
        """
        # Where this server listens for other servers. One file like this per address:
        # a copy named ...JettyListener-second.cfg opens a second one.
        address=%s
        port=%d
        # The TLS certificate and its key, a PKCS12 file. The one made at the first run is
        # self-signed and for trials only: put one from a public authority here, or name PEM
        # files instead by certificate= and privateKey=. New files are taken up at once.
        keyStore=${theseus.home}/etc/tls/keystore.p12
        keyStorePassword=%s
        """
            .formatted(settings.listen().host(), settings.listen().port(), password));
    write(
        etc,
        WELL_KNOWN,
        """
        # What this server answers at /.well-known/matrix/server: the name, maybe with a port, where
        # others reach it, as in matrix.example.org:443. Empty for nothing. They ask for it on
        # port 443 of the host in the server's name.
        wellKnownServer=
        """);
    write(
        etc,
        CLIENT,
        """
        # How this server reaches others.
        # A PEM file of certificates to trust beside the system's; empty for none.
        trustedCertificates=%s
        # Whether others may be at loopback, private and link-local addresses. Leave this at
        # false on the open internet, or strangers can make this server call your own network.
        allowPrivateAddresses=%s
        """
            .formatted(
                settings.trustedCertificates().map(Path::toString).orElse(""),
                settings.allowPrivateAddresses()));
    write(
        etc,
        KEYS,
        """
        # The key this server signs with. The file is made if it is missing; keep a copy of it.
        seedFile=${theseus.home}/etc/keys/signing.key
        # How long others may rely on a published key before they ask again.
        validityHours=24
        """);
    write(
        etc,
        DATABASE,
        """
        # The database, one SQLite file (and two beside it while it is open).
        file=${theseus.home}/data/theseus.db
        """);
    write(
        etc,
        SHELL,
        """
        # The socket of `theseus shell` is made in this home's run/.
        home=${theseus.home}
        """);
    write(
        etc,
        SWAPPER,
        """
        # Swapped bundles are kept in this home's bundles/ and listed in its bundles.list.
        home=${theseus.home}
        """);
    Files.move(etc, home.etc());
  }

  /** Reads what the flags have set, or what an editor has made of it since. */
  static Settings read(Home home) throws IOException, Failure {
    Properties listener = load(home, LISTENER);
    Properties client = load(home, CLIENT);
    String address = listener.getProperty("address", "");
    String shown = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    return new Settings(
        load(home, SERVER).getProperty("serverName", ""),
        HostPort.parse("listen", shown + ":" + listener.getProperty("port", "")),
        Optional.of(client.getProperty("trustedCertificates", ""))
            .filter(file -> !file.isBlank())
            .map(Path::of),
        Boolean.parseBoolean(client.getProperty("allowPrivateAddresses")));
  }

  /** Refuses flags that say otherwise than the home's files. */
  static void checkSame(Home home, Flags flags) throws IOException, Failure {
    Settings wanted = Settings.of(flags);
    Settings is = read(home);
    boolean same =
        (!flags.has("server-name") || wanted.serverName().equals(is.serverName()))
            && (!flags.has("listen") || wanted.listen().equals(is.listen()))
            && (!flags.has("trusted-certificates")
                || wanted.trustedCertificates().equals(is.trustedCertificates()))
            && (!flags.has("allow-private-addresses") || is.allowPrivateAddresses());
    if (!same) {
      throw Failure.usage(
          "flags only write the configuration of a fresh home, and that of %s says otherwise; edit %s"
              .formatted(home.directory(), home.etc()));
    }
  }

  private static Properties load(Home home, String file) throws IOException {
    Properties properties = new Properties();
    Path path = home.etc().resolve(file);
    if (Files.exists(path)) {
      try (Reader reader = Files.newBufferedReader(path)) {
        properties.load(reader);
      }
    }
    return properties;
  }

  private static void write(Path etc, String file, String text) throws IOException {
    // everything in etc/ is for its owner only: the listener's file holds a password
    Path path = etc.resolve(file);
    Files.createFile(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(path, text);
  }

  private static List<HostPort> hosts(Settings settings) throws IOException, Failure {
    List<HostPort> hosts = new ArrayList<>();
    hosts.add(HostPort.parse("server-name", settings.serverName()));
    HostPort listen = settings.listen();
    if (!listen.isAddress() || !InetAddress.getByName(listen.host()).isAnyLocalAddress()) {
      hosts.add(listen);
    }
    hosts.add(new HostPort("localhost", -1));
    hosts.add(new HostPort("127.0.0.1", -1));
    return hosts;
  }

  private static String randomPassword() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> paths = Files.walk(directory)) {
        for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
