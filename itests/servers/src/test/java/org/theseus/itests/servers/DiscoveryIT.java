package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Command;
import org.theseus.itests.peer.Server;

/** Servers whose names tell no port: DNS says where they are. */
@Timeout(300)
class DiscoveryIT {
  private static final String CONFIGURATION = "org.theseus.transport.core.discovery.Discovery.cfg";

  @TempDir Path directory;

  private DnsServer dns;
  private String firstPort;
  private Server first;
  private Server second;

  @BeforeEach
  void start() throws Exception {
    Path trusted = Files.createFile(directory.resolve("trusted.pem"));
    firstPort = Integer.toString(Server.freePort());
    String secondPort = Integer.toString(Server.freePort());
    first =
        Server.create(directory.resolve("first"), trusted, "first.test", "127.0.0.1:" + firstPort);
    second =
        Server.create(
            directory.resolve("second"), trusted, "second.test", "127.0.0.1:" + secondPort);
    dns =
        new DnsServer(
            "_matrix-fed._tcp.first.test SRV 10 1 %s host.test.".formatted(firstPort),
            "_matrix._tcp.first.test SRV 1 1 1 host.test.",
            "_matrix._tcp.second.test SRV 10 1 %s host.test.".formatted(secondPort),
            "host.test A 127.0.0.1");
    for (Server server : new Server[] {first, second}) {
      Files.writeString(
          server.home().directory().resolve("etc").resolve(CONFIGURATION),
          "dnsServers=" + dns.address() + "\n");
      server.start();
    }
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    dns.close();
  }

  @Test
  void givenSrvRecordsThenServersFindEachOtherAndTellHow() throws Exception {
    String alice = first.user("alice");
    String room = first.result("create", alice, "--public", "--alias", "found");
    second.result("join", second.user("bob"), "#found:first.test");

    String there = second.result("send", second.user("bob"), room, "found you");
    String back = first.result("send", alice, room, "and I you");
    for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        !(first.timelineIds(room).contains(there) && second.timelineIds(room).contains(back)); ) {
      assertThat(System.nanoTime()).as("messages arrive both ways").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(100);
    }

    assertThat(second.result("resolve", "first.test").lines())
        .hasSize(6)
        .satisfies(
            lines -> {
              assertThat(lines.get(0)).matches("3\\*? GET https://first\\.test/.* no address, .*");
              assertThat(lines.get(1))
                  .matches("4\\*? SRV of _matrix-fed\\._tcp\\.first\\.test: 10 1 \\d+ host\\.test");
              assertThat(lines.get(2)).matches("4\\*? A and AAAA of host\\.test: 127\\.0\\.0\\.1");
            })
        .endsWith("addresses 127.0.0.1:" + firstPort, "host first.test", "certificate first.test");
    Command.Result nobody = second.shell("resolve", "nobody.test");
    assertThat(nobody.status()).isEqualTo(1);
    assertThat(nobody.out()).endsWith("6* A and AAAA of nobody.test: none");
  }
}
