package org.theseus.ops.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.theseus.ops.shell.ShellClientOfTest.Ended;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.KeyList;
import org.theseus.persistence.api.KeyStore;
import org.theseus.persistence.api.StoredKey;
import org.theseus.persistence.api.UnitOfWork;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.OwnKeys;

/** The commands about signing keys. */
class KeyCommandsTest {
  private static final ServerName US = ServerName.of("us.example");
  private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  private final KeyCommands commands = new KeyCommands(Duration.ofMillis(20));
  private final RotateKeyCommand rotate = new RotateKeyCommand(Duration.ofMillis(20));
  private CommandProcessorImpl gogo;

  /** Our keys, and those of two servers. */
  private static final class Keys implements Database, KeyStore {
    private final Map<ServerName, List<StoredKey>> keys =
        new TreeMap<>(
            Map.of(
                US,
                List.of(key("old", 1_000, true), key("new", Long.MAX_VALUE, false)),
                ServerName.of("a.example"),
                List.of(key("1", 5_000, false)),
                ServerName.of("z.example"),
                List.of(key("2", 6_000, false), key("0", 500, true))));

    private static StoredKey key(String version, long untilTs, boolean expired) {
      return new StoredKey(KeyId.of("ed25519:" + version), new byte[32], untilTs, expired, 1);
    }

    @Override
    public <T> CompletionStage<T> submit(Work<T> work) {
      UnitOfWork unit =
          (UnitOfWork)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {UnitOfWork.class},
                  (proxy, method, arguments) -> this);
      return CompletableFuture.completedFuture(work.apply(unit));
    }

    @Override
    public List<StoredKey> find(ServerName server) {
      return keys.getOrDefault(server, List.of());
    }

    @Override
    public void put(ServerName server, List<StoredKey> changed) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<KeyList> list(ServerName server) {
      return server.equals(US)
          ? Optional.empty()
          : Optional.of(new KeyList(new byte[0], 5_000, 2_000, ServerName.of("notary.example")));
    }

    @Override
    public void putList(ServerName server, KeyList list) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<ServerName> servers(Optional<ServerName> after, int limit) {
      return keys.keySet().stream().limit(limit).toList();
    }

    @Override
    public void keep(ServerName server) {
      throw new UnsupportedOperationException();
    }

    @Override
    public OptionalLong strangersBeyond(int newest) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<ServerName> forgetStrangers(long untilTs, int limit) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void start() {
    gogo = TestGogo.processor();
    gogo.addCommand("theseus", commands, "keys");
    gogo.addCommand("theseus", rotate, "rotate-key");
    commands.bindSelf(() -> US);
    commands.bindStore(new Keys());
  }

  @AfterEach
  void stop() {
    gogo.stop();
  }

  private Ended run(String... words) throws IOException {
    return TestGogo.run(gogo, words);
  }

  @Test
  void givenKeysThenOursComeFirst() throws IOException {
    String told = " fetched 1970-01-01T00:00:02Z from notary.example\n";

    assertThat(run("keys"))
        .isEqualTo(
            new Ended(
                "us.example ed25519:new current\n"
                    + "us.example ed25519:old given up 1970-01-01T00:00:01Z\n"
                    + "a.example ed25519:1 current until 1970-01-01T00:00:05Z"
                    + told
                    + "z.example ed25519:2 current until 1970-01-01T00:00:06Z"
                    + told
                    + "z.example ed25519:0 given up 1970-01-01T00:00:00.500Z"
                    + told,
                "",
                0));
    assertThat(run("keys", "--limit", "1").out()).contains("a.example").doesNotContain("z.example");
    assertThat(run("keys", "--limit", "0").out()).contains("us.example").doesNotContain("a.exam");
    assertThat(run("keys", "--limit", "x").exit()).isEqualTo(2);
  }

  @Test
  void givenAServerThenItsKeysAlone() throws IOException {
    assertThat(run("keys", "a.example", "--json").out())
        .isEqualTo(
            """
            {"server":"a.example","keys":[{"key_id":"ed25519:1","key":"%s",\
            "valid_until_ts":5000}],"fetched_ts":2000,"source":"notary.example"}
            """
                .formatted(KEY));
    assertThat(run("keys", "unknown.example")).isEqualTo(new Ended("", "", 0));
    assertThat(run("keys", "no name").exit()).isEqualTo(2);
  }

  @Test
  void givenJsonThenOneValue() throws IOException {
    assertThat(run("keys", "--limit", "1", "--json").out())
        .isEqualTo(
            """
            {"ours":{"server":"us.example","keys":[{"key_id":"ed25519:new","key":"%s"},\
            {"key_id":"ed25519:old","key":"%s","expired_ts":1000}]},\
            "others":[{"server":"a.example","keys":[{"key_id":"ed25519:1","key":"%s",\
            "valid_until_ts":5000}],"fetched_ts":2000,"source":"notary.example"}]}
            """
                .formatted(KEY, KEY, KEY));
  }

  @Test
  void givenTheOrderThenTheKeyIsReplaced() throws IOException {
    rotate.bind(rotatingTo(CompletableFuture.completedFuture(KeyId.of("ed25519:next"))));

    assertThat(run("rotate-key")).isEqualTo(new Ended("ed25519:next\n", "", 0));
    assertThat(run("rotate-key", "--json").out()).isEqualTo("{\"key_id\":\"ed25519:next\"}\n");
    assertThat(run("rotate-key", "now").exit()).isEqualTo(2);
    assertThat(run("rotate-key", "--help").out()).startsWith("rotate-key [--json]");
  }

  @Test
  void givenTheKeyCannotBeReplacedThenTheReason() throws IOException {
    assertThat(run("rotate-key"))
        .isEqualTo(
            new Ended("", "the signing key is being replaced and is not back yet; try again\n", 1));
    rotate.bind(rotatingTo(CompletableFuture.failedFuture(new TransientException("no room"))));

    assertThat(run("rotate-key")).isEqualTo(new Ended("", "no room\n", 1));
  }

  private static OwnKeys rotatingTo(CompletionStage<KeyId> outcome) {
    return new OwnKeys() {
      @Override
      public Signer signer() {
        throw new UnsupportedOperationException();
      }

      @Override
      public CompletionStage<KeyId> rotate() {
        return outcome;
      }
    };
  }
}
