package org.theseus.transport.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.TransientException;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.InboundRequest;

/** Our signing key, from its file to what others are told. */
class OwnKeysTest {
  private static final ServerName US = ServerName.of("us.example:8448");
  private static final long NOW = 1_700_000_000_000L;
  private static final String LINE = "ed25519 a_1 " + KeyServer.base64(KeyServer.seed(5)) + "\n";

  private final MemoryDatabase database = new MemoryDatabase();

  @TempDir private Path home;

  @Test
  void theFirstStartMakesAKeyOnlyWeCanRead() throws IOException {
    Path file = home.resolve("keys/signing.key");

    SigningKeys made = open(file);

    assertThat(Files.readString(file)).matches("ed25519 a_[A-Za-z0-9]{4} [A-Za-z0-9+/]{43}\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> beside = Files.list(file.getParent())) {
      assertThat(beside).containsExactly(file);
    }
    assertThat(open(file).signer().keyId()).isEqualTo(made.signer().keyId());
    assertThat(open(home.resolve("other")).signer().keyId()).isNotEqualTo(made.signer().keyId());
  }

  @Test
  void anExistingKeyIsTakenAsItIs() throws IOException {
    Path file = Files.writeString(home.resolve("key"), LINE);

    SigningKeys keys = open(file);

    byte[] message = {1, 2, 3};
    assertThat(keys.signer().keyId()).isEqualTo(KeyId.of("ed25519:a_1"));
    assertThat(
            KeyServer.ED25519.verify(KeyServer.publicKey(5), message, keys.signer().sign(message)))
        .isTrue();
    assertThat(Files.readString(file)).isEqualTo(LINE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ed25519 a_1",
        "rsa a_1 BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU",
        "ed25519 a:1 BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU",
        "ed25519 a_1 BQUFBQUFBQUF",
        "ed25519 a_1 BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU\ned25519 b BQUFBQ",
      })
  void aFileWithoutOneKeyIsAnErrorThatTellsNoSecret(String text) throws IOException {
    Path file = Files.writeString(home.resolve("key"), text);

    assertThatThrownBy(() -> open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("BQUF");
    assertThat(Files.readString(file)).isEqualTo(text);
  }

  @Test
  void theKeyIsPublishedOnceUnderOurName() throws IOException {
    Path file = Files.writeString(home.resolve("key"), LINE);

    open(file);
    open(file);

    assertThat(database.puts).isEqualTo(1);
    assertThat(database.find(US))
        .singleElement()
        .satisfies(
            key -> {
              assertThat(key.publicKey()).isEqualTo(KeyServer.publicKey(5));
              assertThat(key.expired()).isFalse();
            });
  }

  @Test
  void aKeyThatWasReplacedBecomesAnOldOneAndKeepsItsExpiry() throws IOException {
    KeyId older = KeyId.of("ed25519:older");
    KeyId replaced = KeyId.of("ed25519:replaced");
    database.put(
        US,
        List.of(
            new StoredKey(older, KeyServer.publicKey(1), NOW, true, 0),
            new StoredKey(replaced, KeyServer.publicKey(2), Long.MAX_VALUE, false, 0)));
    long before = System.currentTimeMillis();

    open(Files.writeString(home.resolve("key"), LINE));

    Map<KeyId, StoredKey> keys =
        database.find(US).stream().collect(Collectors.toMap(StoredKey::keyId, key -> key));
    assertThat(keys.get(older).validUntilTs()).isEqualTo(NOW);
    assertThat(keys.get(replaced).expired()).isTrue();
    assertThat(keys.get(replaced).validUntilTs()).isBetween(before, System.currentTimeMillis());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aKeyThatNobodyWouldBelieveIsNotSignedWith(boolean givenUp) throws IOException {
    KeyId id = KeyId.of("ed25519:a_1");
    StoredKey published =
        givenUp
            ? new StoredKey(id, KeyServer.publicKey(5), NOW, true, 0)
            : new StoredKey(id, KeyServer.publicKey(6), Long.MAX_VALUE, false, 0);
    database.put(US, List.of(published));
    Path file = Files.writeString(home.resolve("key"), LINE);

    assertThatThrownBy(() -> open(file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ed25519:a_1");
    assertThat(database.find(US)).containsExactly(published);
  }

  @Test
  void rotationIsPublishedInEveryGenerationAndTheExpiryStays() throws IOException {
    Path file = home.resolve("key");
    SigningKeys keys = open(file);
    List<KeyId> ids = new ArrayList<>(List.of(keys.signer().keyId()));
    List<Long> times = new ArrayList<>(List.of(System.currentTimeMillis()));
    for (int generation = 0; generation < 3; generation++) {
      ids.add(keys.rotate().toCompletableFuture().join());
      times.add(System.currentTimeMillis());
    }

    JsonObject before = published(keys);
    JsonObject after = published(open(file));

    assertThat(keys.signer().keyId()).isEqualTo(ids.get(3));
    assertThat(before.object("verify_keys").orElseThrow().members())
        .containsOnlyKeys(value(ids, 3));
    assertThat(before.object("signatures").flatMap(all -> all.object(US.value())).orElseThrow())
        .satisfies(signed -> assertThat(signed.members()).containsOnlyKeys(value(ids, 3)));
    JsonObject old = before.object("old_verify_keys").orElseThrow();
    assertThat(old.members()).hasSize(3);
    for (int i = 0; i < 3; i++) {
      long expiredTs = old.object(value(ids, i)).orElseThrow().integer("expired_ts").orElseThrow();
      assertThat(expiredTs).isBetween(times.get(i), times.get(i + 1));
    }
    assertThat(after.object("old_verify_keys")).contains(old);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> beside = Files.list(home)) {
      assertThat(beside).containsExactly(file);
    }
  }

  @Test
  void whileOneKeyReplacesTheOtherBothAreCurrentAndTheNewOneSigns() throws Exception {
    Path file = home.resolve("key");
    SigningKeys keys =
        new SigningKeys(
            new SeedFile(file, KeyServer.ED25519),
            Duration.ofHours(3),
            US,
            database,
            Duration.ofMinutes(1));
    keys.open();
    Signer old = keys.signer();

    CompletableFuture<KeyId> rotation = keys.rotate().toCompletableFuture();
    while (database.find(US).stream().noneMatch(key -> ended(key, old.keyId()))) {
      assertThat(rotation).isNotDone();
      Thread.onSpinWait();
    }

    assertThat(keys.signer().keyId()).isNotEqualTo(old.keyId());
    JsonObject current = published(keys).object("verify_keys").orElseThrow();
    assertThat(current.members())
        .containsOnlyKeys(old.keyId().value(), keys.signer().keyId().value());
    assertThatThrownBy(() -> keys.rotate().toCompletableFuture().join())
        .hasCauseInstanceOf(TransientException.class);

    // When it is cut short there, whoever opens the keys next completes it.
    final long end = only(old.keyId()).validUntilTs();
    keys.stop();
    assertThatThrownBy(rotation::join).hasCauseInstanceOf(TransientException.class);
    SigningKeys next = open(file);
    assertThat(next.signer().keyId()).isEqualTo(keys.signer().keyId());
    assertThat(only(old.keyId()).expired()).isTrue();
    assertThat(only(old.keyId()).validUntilTs()).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whereverARotationIsCutShortWhatSignsIsPublished(int steps) throws IOException {
    Path path = home.resolve("key");
    final KeyId old = open(path).signer().keyId();
    SeedFile file = new SeedFile(path, KeyServer.ED25519);
    SeedSigner next = file.draft();
    if (steps > 1) {
      new PublishedOwnKeys(US, database).add(next, NOW);
    }
    if (steps > 2) {
      file.adopt();
    }

    SigningKeys keys = open(path);

    KeyId expected = steps == 1 ? old : next.keyId();
    assertThat(keys.signer().keyId()).isEqualTo(expected);
    assertThat(published(keys).object("verify_keys").orElseThrow().members())
        .containsOnlyKeys(expected.value());
    assertThat(published(keys).object("old_verify_keys").orElseThrow().members().keySet())
        .isEqualTo(steps == 1 ? Set.of() : Set.of(old.value()));
    try (Stream<Path> beside = Files.list(home)) {
      assertThat(beside).containsExactly(path);
    }
  }

  @Test
  void aRotationThatCannotBeStoredChangesNothing() throws IOException {
    Path file = home.resolve("key");
    SigningKeys keys = open(file);
    Signer old = keys.signer();
    String line = Files.readString(file);
    database.closing = true;

    assertThatThrownBy(() -> keys.rotate().toCompletableFuture().join())
        .hasCauseInstanceOf(TransientException.class);

    assertThat(keys.signer()).isSameAs(old);
    assertThat(Files.readString(file)).isEqualTo(line);
    database.closing = false;
    assertThat(open(file).signer().keyId()).isEqualTo(old.keyId());
    assertThat(keys.rotate().toCompletableFuture().join()).isNotEqualTo(old.keyId());
  }

  @Test
  void halfAKeyThatACrashLeftIsForgotten() throws IOException {
    Path file = home.resolve("key");
    final KeyId old = open(file).signer().keyId();
    Files.writeString(home.resolve("key.new"), "ed25519 a_1 BQUF");

    assertThat(open(file).signer().keyId()).isEqualTo(old);
    assertThat(home.resolve("key.new")).doesNotExist();
  }

  private StoredKey only(KeyId id) {
    return database.find(US).stream().filter(key -> key.keyId().equals(id)).findFirst().get();
  }

  private static boolean ended(StoredKey key, KeyId id) {
    return key.keyId().equals(id) && key.validUntilTs() != Long.MAX_VALUE;
  }

  private static String value(List<KeyId> ids, int index) {
    return ids.get(index).value();
  }

  @Test
  void whatWePublishOthersBelieve() throws IOException {
    database.put(
        US,
        List.of(new StoredKey(KeyId.of("ed25519:0"), KeyServer.publicKey(1), NOW - 1, true, 0)));
    SigningKeys keys = open(Files.writeString(home.resolve("key"), LINE));

    JsonObject answer = published(keys);

    assertThat(answer.without("signatures").toString())
        .isEqualTo(
            "{\"server_name\":\"us.example:8448\",\"valid_until_ts\":%d,\"verify_keys\":{\"ed25519:a_1\":{\"key\":\"%s\"}},\"old_verify_keys\":{\"ed25519:0\":{\"key\":\"%s\",\"expired_ts\":%d}}}"
                .formatted(
                    NOW + Duration.ofHours(3).toMillis(),
                    KeyServer.base64(KeyServer.publicKey(5)),
                    KeyServer.base64(KeyServer.publicKey(1)),
                    NOW - 1));
    assertThat(new PublishedKeys(KeyServer.SIGNED_JSON).read(answer, US, NOW).keys()).hasSize(2);
  }

  @Test
  void theStoreIsReadEveryTime() throws IOException {
    SigningKeys keys = open(Files.writeString(home.resolve("key"), LINE));
    published(keys);
    database.put(
        US, List.of(new StoredKey(KeyId.of("ed25519:0"), KeyServer.publicKey(1), NOW, true, 0)));

    assertThat(published(keys).object("old_verify_keys").orElseThrow().has("ed25519:0")).isTrue();

    database.closing = true;
    assertThatThrownBy(() -> published(keys)).hasCauseInstanceOf(TransientException.class);
  }

  private SigningKeys open(Path file) throws IOException {
    SigningKeys keys = made(file);
    keys.open();
    return keys;
  }

  private SigningKeys made(Path file) {
    return new SigningKeys(
        new SeedFile(file, KeyServer.ED25519), Duration.ofHours(3), US, database, Duration.ZERO);
  }

  private JsonObject published(SigningKeys keys) throws IOException {
    ServerKeysEndpoint endpoint =
        new ServerKeysEndpoint(
            new OwnKeyList(US, keys, database, KeyServer.SIGNED_JSON, () -> NOW));
    InboundRequest request =
        new InboundRequest(
            Optional.empty(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            new InetSocketAddress("192.0.2.1", 1));
    Answer answer = endpoint.answer(request).toCompletableFuture().join();
    assertThat(answer.status()).isEqualTo(200);
    try (InputStream body = answer.body().open()) {
      return KeyServer.JSON.readObject(body.readAllBytes());
    }
  }
}
