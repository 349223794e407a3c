package org.theseus.transport.core.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.transport.core.discovery.Dns.Found;

@Timeout(60)
class DnsClientTest {
  private final DnsServer server;
  private DnsServer asked;
  private final ExecutorService threads = Executors.newFixedThreadPool(2);

  /** Waits however busy the machine is; where a server is silent somebody else asks. */
  private final DnsClient dns;

  private final DnsClient hasty;

  DnsClientTest() throws Exception {
    server = new DnsServer();
    asked = server;
    dns = client(Duration.ofSeconds(20));
    hasty = client(Duration.ofMillis(800));
  }

  private DnsClient client(Duration patience) {
    return new DnsClient(() -> List.of(asked.address()), patience, threads);
  }

  @AfterEach
  void end() {
    server.close();
    threads.shutdown();
  }

  private static <T> Found<T> join(CompletionStage<Found<T>> stage) {
    return stage.toCompletableFuture().orTimeout(50, TimeUnit.SECONDS).join();
  }

  private List<String> addresses(String host) {
    return join(dns.addresses(host)).records().stream().map(InetAddress::getHostAddress).toList();
  }

  @Test
  void addressesOfBothFamiliesTakeTurns() {
    server
        .add("a.example 60 A 192.0.2.1")
        .add("a.example 60 A 192.0.2.2")
        .add("a.example 60 A 192.0.2.3")
        .add("a.example 60 AAAA 2001:db8::1");

    assertThat(addresses("a.example"))
        .hasSize(4)
        .element(1)
        .asString()
        .as("the second is of the other family")
        .contains("2001:db8");
  }

  @Test
  void ofVeryManyRecordsFewAreTaken() {
    for (int i = 1; i <= 30; i++) {
      server.add("a.example 60 A 192.0.2." + i);
      server.add("_x._tcp.a.example 60 SRV 0 0 " + i + " b.example.");
    }

    assertThat(addresses("a.example")).hasSize(16);
    assertThat(join(dns.services("_x._tcp.a.example")).records()).hasSize(16);
  }

  @Test
  void chainsOfAliasesAreFollowedAndCirclesLeft() {
    server
        .add("a.example 60 CNAME b.example.")
        .add("b.example 60 CNAME c.example.")
        .add("c.example 60 A 192.0.2.1")
        .add("x.example 60 CNAME y.example.")
        .add("y.example 60 CNAME x.example.");

    assertThat(addresses("a.example")).containsExactly("192.0.2.1");
    assertThat(join(dns.addresses("x.example")).isFailed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 30", "29, 30", "31, 31", "3600, 3600", "86400, 3600"})
  void timesToLiveAreHeededWithinBounds(long ttl, long lasts) {
    server.add("a.example " + ttl + " A 192.0.2.1").add("a.example 90000 A 192.0.2.2");

    assertThat(join(dns.addresses("a.example")).lasts()).hasSeconds(lasts);
  }

  @Test
  void whatIsNotThereIsAskedAgainSoonAndWhatFailedSooner() {
    server.broken("broken.example").silent("silent.example");

    Found<InetAddress> none = join(dns.addresses("none.example"));
    assertThat(none).isEqualTo(new Found<>(List.of(), "", Duration.ofMinutes(1)));
    assertThat(join(dns.services("_x._tcp.none.example")).text(Dns.Service::text))
        .isEqualTo("none");
    for (String name : new String[] {"broken.example", "silent.example"}) {
      Found<InetAddress> failed = join(hasty.addresses(name));
      assertThat(failed.isFailed()).isTrue();
      assertThat(failed.lasts()).hasSeconds(10);
    }
  }

  @Test
  void aFamilyThatFailsDoesNotHideTheOther() throws Exception {
    server.add("a.example 60 A 192.0.2.1").silent("a.example AAAA");
    server.add("b.example 60 AAAA 2001:db8::1").broken("b.example A");

    assertThat(join(hasty.addresses("a.example")).records()).hasSize(1);
    assertThat(join(dns.addresses("b.example")))
        .isEqualTo(
            new Found<>(List.of(InetAddress.getByName("2001:db8::1")), "", Duration.ofMinutes(1)));
  }

  @Test
  void servicesAreToldAsTheyStand() {
    server.add("_x._tcp.a.example 60 SRV 1 2 3 b.example.").add("_y._tcp.a.example 60 SRV 0 0 0 .");

    assertThat(join(dns.services("_x._tcp.a.example")).records())
        .containsExactly(new Dns.Service(1, 2, 3, "b.example"));
    assertThat(join(dns.services("_y._tcp.a.example")).text(Dns.Service::text))
        .isEqualTo("0 0 0 .");
  }

  @Test
  void silenceOnManyNamesHoldsUpNobodyElse() {
    server.add("good.example 60 A 192.0.2.1");
    List<CompletableFuture<Found<InetAddress>>> waiting =
        IntStream.range(0, 300)
            .peek(i -> server.silent("silent" + i + ".example"))
            .mapToObj(i -> dns.addresses("silent" + i + ".example").toCompletableFuture())
            .toList();

    assertThat(addresses("good.example")).containsExactly("192.0.2.1");

    assertThat(waiting).as("the others still wait").noneMatch(CompletableFuture::isDone);
  }

  @Test
  void silenceEndsInTime() {
    server.silent("silent.example");

    assertThat(join(hasty.addresses("silent.example")).problem()).contains("timed out");
  }

  @Test
  void veryManyAtOnceAreServedInTurn() {
    for (int i = 0; i < 1_500; i++) {
      server.add("good" + i + ".example 60 A 192.0.2.1");
    }

    List<CompletableFuture<Found<InetAddress>>> all =
        IntStream.range(0, 1_500)
            .mapToObj(i -> dns.addresses("good" + i + ".example").toCompletableFuture())
            .toList();

    assertThat(all).allMatch(one -> one.join().problem().isEmpty());
  }

  @Test
  void whoAsksWhileItStopsIsTold() {
    server.silent("silent.example").add("a.example 60 A 192.0.2.1");
    CompletableFuture<Found<InetAddress>> before =
        hasty.addresses("silent.example").toCompletableFuture();
    threads.shutdown();

    assertThat(join(dns.addresses("a.example")).isFailed()).isTrue();
    assertThat(join(before).isFailed()).isTrue();
  }

  @Test
  void serversThatChangeAreHeeded() throws Exception {
    server.add("a.example 60 A 192.0.2.1");
    assertThat(addresses("a.example")).containsExactly("192.0.2.1");
    try (DnsServer other = new DnsServer()) {
      asked = other.add("a.example 60 A 192.0.2.2");
      assertThat(addresses("a.example")).containsExactly("192.0.2.2");
    }
  }

  @Test
  void theSystemsServersAreTold() {
    SystemServers system = new SystemServers();

    assertThat(system.get()).isNotEmpty().isEqualTo(system.get());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a..b", "1234567890123456789012345678901234567890123456789012345678901234"})
  void whatIsNoNameIsNotAsked(String name) {
    assertThat(join(dns.addresses(name)).problem()).isEqualTo(name + " is no name");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void serversAreReadFromTheirList() {
    assertThat(Discovery.servers(" 192.0.2.1:5353, [2001:db8::1], ,192.0.2.2"))
        .containsExactly(
            new InetSocketAddress("192.0.2.1", 5353),
            new InetSocketAddress("2001:db8::1", 53),
            new InetSocketAddress("192.0.2.2", 53));
    assertThat(Discovery.servers("")).isEmpty();
    assertThatThrownBy(() -> Discovery.servers("dns.example"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
