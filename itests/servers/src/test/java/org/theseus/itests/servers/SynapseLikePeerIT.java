package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.theseus.itests.peer.Guest;
import org.theseus.itests.peer.Peer;
import org.theseus.itests.peer.Server;
import org.theseus.itests.peer.synapse.Attempt;
import org.theseus.itests.peer.synapse.Pace;
import org.theseus.itests.peer.synapse.Settings;
import org.theseus.itests.peer.synapse.SynapseLikeSender;

/** A server as a peer with Synapse's patience finds it: swapped, stopped, killed. */
@Timeout(300)
class SynapseLikePeerIT {
  private static final List<String> SWAPPED =
      List.of(
          "org.theseus.transport.jetty-server",
          "org.theseus.transport.jetty-client",
          "org.theseus.transport.core",
          "org.theseus.transport.keys",
          "org.theseus.transaction.core",
          "org.theseus.pdu.core",
          "org.theseus.messaging.core",
          "org.theseus.persistence.sqlite",
          "org.theseus.protocol.rules",
          "org.theseus.protocol.jackson",
          "org.theseus.protocol.bouncycastle");
  private static final Duration LATEST = Duration.ofSeconds(10);

  /** Waits for a server that is away are shortened, the attempts at one that answers are not. */
  private static final Pace QUICKER = Pace.faster(8);

  @TempDir Path directory;

  private Peer peer;
  private Server server;
  private Guest guest;

  @BeforeEach
  void start() throws Exception {
    peer = Peer.start(directory.resolve("peer"));
    Path trusted = Files.createFile(directory.resolve("trusted.pem"));
    Files.writeString(trusted, Files.readString(peer.certificate()), StandardOpenOption.APPEND);
    server = Server.create(directory.resolve("home"), trusted);
    server.start();
    String room = server.result("create", server.user("alice"), "--public");
    guest = Guest.join(peer, server.name(), room, "guest");
  }

  @AfterEach
  void stop() {
    server.close();
    peer.close();
  }

  @Test
  void everyModuleIsSwappedAndThePeerNoticesNothing() throws Exception {
    try (SynapseLikeSender sender = SynapseLikeSender.start(peer, Pace.real());
        Talk talk = new Talk(server, guest, sender).steadily(Duration.ofMillis(40))) {
      talk.awaitMore(50);
      for (String module : SWAPPED) {
        String told = server.swap(module, 1);
        assertThat(told).contains(module);
        talk.awaitMore(50);
      }
      talk.end();

      assertThat(sender.transactions()).extracting(Attempt::end).containsOnly("200");
      assertThat(sender.transactions()).extracting(Attempt::number).containsOnly(1);
      assertThat(sender.backOffs().interval(server.name())).isZero();
      assertThat(talk.latest()).isLessThan(LATEST);
      assertThat(talk.arrived()).isEqualTo(talk.said());
    }
  }

  @Test
  void whatWasSaidWhileTheServerWasStoppedArrivesOnceInOrder() throws Exception {
    try (SynapseLikeSender sender = SynapseLikeSender.start(peer, QUICKER);
        Talk talk = new Talk(server, guest, sender)) {
      talk.say();
      await(() -> sender.isDone(server.name()));
      server.close();
      say(talk, 30);
      await(() -> sender.transactions().size() >= 3);
      server.start();

      await(() -> sender.isDone(server.name()));
      await(() -> talk.arrived().containsAll(talk.said()));
      assertThat(talk.arrived()).isEqualTo(talk.said());
      assertThat(sender.backOffs().interval(server.name())).isZero();
    }
  }

  @Test
  void whatWasSaidWhileTheServerWasKilledArrivesOnceInOrder() throws Exception {
    try (SynapseLikeSender sender = SynapseLikeSender.start(peer, QUICKER);
        Talk talk = new Talk(server, guest, sender)) {
      for (int kill = 0; kill < 2; kill++) {
        say(talk, 15);
        await(() -> talk.arrived().size() > 5);
        say(talk, 15);
        server.kill();
        say(talk, 10);
        server.start();
        await(() -> sender.isDone(server.name()));
      }

      await(() -> talk.arrived().containsAll(talk.said()));
      assertThat(talk.arrived()).isEqualTo(talk.said());
    }
  }

  @Test
  void aPeerThatWasStartedAgainSendsTheNewestAndTheRestIsAskedFor() throws Exception {
    SynapseLikeSender before = SynapseLikeSender.start(peer, QUICKER);
    try (before;
        Talk talk = new Talk(server, guest, before)) {
      talk.say();
      await(() -> before.isDone(server.name()));
      server.close();
      say(talk, 30);
      await(() -> before.transactions().size() >= 2);
      before.close();
      server.start();

      try (SynapseLikeSender after =
          new SynapseLikeSender(
              peer, QUICKER, Settings.DEFAULTS, before.store(), before.backOffs())) {
        await(() -> after.isDone(server.name()));
        await(() -> talk.arrived().containsAll(talk.said()));
        assertThat(talk.arrived()).isEqualTo(talk.said());
        assertThat(after.transactions()).hasSize(1);
      }
    }
  }

  private static void say(Talk talk, int times) {
    for (int i = 0; i < times; i++) {
      talk.say();
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!condition.call()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}
