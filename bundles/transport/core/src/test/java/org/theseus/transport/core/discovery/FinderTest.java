package org.theseus.transport.core.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Resolution;
import org.theseus.transport.api.ResolvedServer;

/** The specification's steps, each up to a request that arrives. */
@Timeout(60)
class FinderTest {
  private static final String FED = "_matrix-fed._tcp.";
  private static final String OLD = "_matrix._tcp.";

  @TempDir static Path folder;
  private static final Map<String, SSLContext> CERTIFICATES = new HashMap<>();
  private static Path trusted;

  private World world;

  /**
   * A way to a server.
   *
   * @param name the server's
   * @param zone what DNS knows, lines with semicolons between
   * @param wellKnown what https://example.org/.well-known/matrix/server delegates to; empty if
   *     there is none
   * @param place where the request must arrive
   * @param port and at which port
   * @param host with which Host header
   * @param certificate for whom the server there has a certificate
   * @param steps those that were noted
   */
  record Way(
      String name,
      String zone,
      String wellKnown,
      String place,
      int port,
      String host,
      String certificate,
      String steps) {}

  private static final String HERE = "example.org 60 A 192.0.2.1;";
  private static final String THERE = "delegated.example 60 A 192.0.2.2;";
  private static final String TARGET = "target.example 60 A 192.0.2.3;";

  static Stream<Way> ways() {
    return Stream.of(
        // 1: an IP literal, with and without port
        way("192.0.2.7", "", "", "192.0.2.7", 8448, "192.0.2.7", "ip:192.0.2.7", "1"),
        way("192.0.2.7:81", "", "", "192.0.2.7", 81, "192.0.2.7:81", "ip:192.0.2.7", "1"),
        way("[2001:db8::7]", "", "", "2001:db8::7", 8448, "[2001:db8::7]", "ip:2001:db8::7", "1"),
        way("[2001:DB8::7]:9", "", "", "2001:db8::7", 9, "[2001:DB8::7]:9", "ip:2001:db8::7", "1"),
        // 2: a port, by A, AAAA or CNAME; neither well-known nor SRV record is asked for
        way(
            "example.org:81",
            HERE,
            "delegated.example",
            "192.0.2.1",
            81,
            "example.org:81",
            "",
            "2"),
        way(
            "example.org:81",
            "example.org 60 AAAA 2001:db8::1;",
            "",
            "2001:db8::1",
            81,
            "example.org:81",
            "",
            "2"),
        way(
            "example.org:81",
            "example.org 60 CNAME other.example.;other.example 60 A 192.0.2.9",
            "",
            "192.0.2.9",
            81,
            "example.org:81",
            "",
            "2"),
        // 3.1: delegated to an IP literal
        way(
            "example.org",
            HERE,
            "192.0.2.7",
            "192.0.2.7",
            8448,
            "192.0.2.7",
            "ip:192.0.2.7",
            "3 3.1"),
        way(
            "example.org",
            HERE,
            "[2001:db8::7]:82",
            "2001:db8::7",
            82,
            "[2001:db8::7]:82",
            "ip:2001:db8::7",
            "3 3.1"),
        // 3.2: delegated to a name with a port, SRV records or not
        way(
            "example.org",
            HERE + THERE + TARGET + FED + "delegated.example 60 SRV 1 1 83 target.example.",
            "delegated.example:82",
            "192.0.2.2",
            82,
            "delegated.example:82",
            "dns:delegated.example",
            "3 3.2"),
        // 3.3: delegated to a name with an SRV record
        way(
            "example.org",
            HERE + THERE + TARGET + FED + "delegated.example 60 SRV 1 1 83 target.example.",
            "delegated.example",
            "192.0.2.3",
            83,
            "delegated.example",
            "dns:delegated.example",
            "3 3.3 3.3"),
        // 3.4: or with one of the old kind
        way(
            "example.org",
            HERE + THERE + TARGET + OLD + "delegated.example 60 SRV 1 1 84 target.example.",
            "delegated.example",
            "192.0.2.3",
            84,
            "delegated.example",
            "dns:delegated.example",
            "3 3.3 3.4 3.4"),
        // 3.5: or with none
        way(
            "example.org",
            HERE + THERE,
            "delegated.example",
            "192.0.2.2",
            8448,
            "delegated.example",
            "dns:delegated.example",
            "3 3.3 3.4 3.5"),
        // 4: no well-known, an SRV record, which goes before one of the old kind
        way(
            "example.org",
            HERE
                + TARGET
                + FED
                + "example.org 60 SRV 1 1 83 target.example.;"
                + OLD
                + "example.org 60 SRV 1 1 84 target.example.",
            "",
            "192.0.2.3",
            83,
            "example.org",
            "",
            "3 4 4"),
        // 4: one whose target is an alias, which its owner must not do; we follow it all the same
        way(
            "example.org",
            HERE
                + TARGET
                + FED
                + "example.org 60 SRV 1 1 83 alias.example.;alias.example 60 CNAME target.example.",
            "",
            "192.0.2.3",
            83,
            "example.org",
            "",
            "3 4 4"),
        // 5: an SRV record of the old kind
        way(
            "example.org",
            HERE + TARGET + OLD + "example.org 60 SRV 1 1 84 target.example.",
            "",
            "192.0.2.3",
            84,
            "example.org",
            "",
            "3 4 5 5"),
        // 6: nothing but addresses
        way("example.org", HERE, "", "192.0.2.1", 8448, "example.org", "", "3 4 5 6"),
        // names are as they are written to who is asked, and end with a dot or not to DNS
        way("EXAMPLE.org:81", HERE, "", "192.0.2.1", 81, "EXAMPLE.org:81", "", "2"),
        way("example.org.:81", HERE, "", "192.0.2.1", 81, "example.org.:81", "", "2"),
        // a delegation is not followed any further
        way(
            "example.org",
            HERE + "target.example 60 A 192.0.2.1;",
            "target.example",
            "192.0.2.1",
            8448,
            "target.example",
            "dns:target.example",
            "3 3.3 3.4 3.5"));
  }

  private static Way way(
      String name,
      String zone,
      String wellKnown,
      String place,
      int port,
      String host,
      String certificate,
      String steps) {
    return new Way(
        name,
        zone,
        wellKnown,
        place,
        port,
        host,
        certificate.isEmpty() ? "dns:example.org" : certificate,
        steps);
  }

  @BeforeAll
  static void makeCertificates() throws Exception {
    Certificates certificates = new Certificates(folder);
    for (String name :
        new String[] {
          "dns:example.org",
          "dns:delegated.example",
          "dns:target.example",
          "ip:192.0.2.7",
          "ip:2001:db8::7"
        }) {
      CERTIFICATES.put(name, certificates.make(name));
    }
    trusted = certificates.pem();
  }

  @BeforeEach
  void begin() throws Exception {
    world = new World(trusted);
  }

  @AfterEach
  void end() throws Exception {
    world.close();
  }

  private void zone(String lines) {
    Stream.of(lines.split(";", -1))
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(world.dns::add);
  }

  private void wellKnown(String body) throws Exception {
    world.wellKnown("192.0.2.1", CERTIFICATES.get("dns:example.org"), "", body);
  }

  private TlsServer home(String address, int port, String certificate) throws Exception {
    return world.serve(
        address, port, CERTIFICATES.get(certificate), path -> TlsServer.answer("200 OK", "", ""));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void everyWayLeadsToTheServer(Way way) throws Exception {
    zone(way.zone);
    if (!way.wellKnown.isEmpty()) {
      wellKnown("{\"m.server\":\"%s\"}".formatted(way.wellKnown));
    }
    TlsServer server = home(way.place, way.port, way.certificate);

    Resolution found = world.find(way.name);
    assertThat(found.steps().stream().map(Resolution.Step::number))
        .containsExactly(way.steps.split(" "));
    ResolvedServer target = found.result().orElseThrow();
    assertThat(target.server()).isEqualTo(ServerName.of(way.name));
    assertThat(target.addresses()).containsExactly(new InetSocketAddress(way.place, way.port));
    assertThat(world.get(target)).isEqualTo(200);
    String name = way.certificate.replaceFirst("^[a-z]+:", "");
    assertThat(server.seen())
        .singleElement()
        .asString()
        .isEqualToIgnoringCase(
            "/x " + way.host + " " + (way.certificate.startsWith("ip:") ? "-" : name));
  }

  @Test
  void theTargetOfAnSrvRecordIsNoNameForItsCertificate() throws Exception {
    zone(HERE + TARGET + FED + "example.org 60 SRV 1 1 83 target.example.");
    home("192.0.2.3", 83, "dns:target.example");

    ResolvedServer target = world.find("example.org").result().orElseThrow();

    assertThatThrownBy(() -> world.get(target))
        .hasCauseInstanceOf(TransientException.class)
        .hasMessageContaining("example.org");
  }

  @Test
  void theTargetsOfAServiceAreTriedInTurnAndThoseWithoutAddressLeftOut() throws Exception {
    zone(
        HERE
            + TARGET
            + "second.example 60 A 192.0.2.4;second.example 60 AAAA 2001:db8::4;"
            + FED
            + "example.org 60 SRV 9 1 83 second.example.;"
            + FED
            + "example.org 60 SRV 8 1 83 gone.example.;"
            + FED
            + "example.org 60 SRV 7 1 83 target.example.");
    TlsServer second = home("2001:db8::4", 83, "dns:example.org");

    ResolvedServer target = world.find("example.org").result().orElseThrow();

    assertThat(target.addresses())
        .containsExactly(
            new InetSocketAddress("192.0.2.3", 83),
            new InetSocketAddress("192.0.2.4", 83),
            new InetSocketAddress("2001:db8::4", 83));
    assertThat(world.get(target)).isEqualTo(200);
    assertThat(second.seen()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "0 0 0 ., it says that it has no server there",
    "1 1 83 gone.example., its target has no address",
    "1 1 0 target.example., there is no such port"
  })
  void aServiceThatLeadsNowhereIsNotGoneAround(String record, String why) {
    zone(HERE + TARGET + FED + "example.org 60 SRV " + record);

    assertThat(world.find("example.org").result()).as(why).isEmpty();
  }

  @Test
  void whereItCannotBeToldWhetherThereIsAServiceNothingIsGuessed() {
    zone(HERE);
    world.dns.broken(FED + "example.org");

    Resolution found = world.find("example.org");

    assertThat(found.result()).isEmpty();
    assertThat(found.steps().get(found.steps().size() - 1).answered()).contains("failed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.example:0",
        "a.example:65536",
        "192.0.2.7:99999",
        "[::1]:0",
        "999.1.1.1",
        "[1:2]",
        "nowhere.example:81",
        "a..b:81",
        "-.example",
      })
  void namesThatLeadNowhere(String name) {
    assertThat(world.find(name).result()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2130706433:81", "127.1:81", "0x7f.1:81", "0177.0.0.1.:81"})
  void namesThatOnlyLookLikeAddressesAreAskedAsNames(String name) {
    assertThat(world.find(name).result()).isEmpty();
    assertThat(world.dns.asked()).isNotEmpty();
  }

  @Test
  void localhostIsThisMachineWhateverDnsSays() {
    world.dns.add("localhost 60 A 192.0.2.1");

    List<InetSocketAddress> found = world.find("localhost:81").result().orElseThrow().addresses();

    assertThat(found).allMatch(address -> address.getAddress().isLoopbackAddress());
    assertThat(world.dns.asked()).isEmpty();
  }
}
