package org.theseus.transport.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.persistence.api.KeyStore;
import org.theseus.persistence.api.StoredKey;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.Signer;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;

/**
 * Our signing key, from its file. Its public half is put into the store beside those of other
 * servers; a key of ours that was there and is no longer in the file becomes an old one, expired
 * when we found out.
 */
@Component(configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SigningKeys.Config.class)
public final class SigningKeys implements OwnKeys {
  private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

  private final Path seedFile;
  private final Duration validity;
  private final ServerName self;
  private final Database database;
  private final Ed25519 ed25519;
  private volatile SeedSigner signer;

  /** Where the key is, and for how long others may rely on it. */
  @ObjectClassDefinition(name = "Theseus: signing keys")
  @interface Config {
    @AttributeDefinition(description = "The file that holds the signing key; made if missing.")
    String seedFile();

    @AttributeDefinition(
        description = "For how many hours from each answer others may rely on the published keys.",
        min = "1")
    int validityHours() default 24;
  }

  /**
   * Takes what it needs; reads nothing yet.
   *
   * @param config where the key is
   * @param self our name
   * @param database publishes the key
   * @param ed25519 signs
   */
  @Activate
  public SigningKeys(
      Config config,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) LocalServer self,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Database database,
      @Reference(policyOption = ReferencePolicyOption.GREEDY) Ed25519 ed25519) {
    this(
        Path.of(config.seedFile()),
        Duration.ofHours(config.validityHours()),
        self.name(),
        database,
        ed25519);
  }

  SigningKeys(
      Path seedFile, Duration validity, ServerName self, Database database, Ed25519 ed25519) {
    this.seedFile = seedFile;
    this.validity = validity;
    this.self = self;
    this.database = database;
    this.ed25519 = ed25519;
  }

  /**
   * Reads the key and waits until the store knows it: nothing may be signed that nobody can verify.
   */
  @Activate
  void open() throws IOException {
    SeedSigner opened = new SeedFile(seedFile, ed25519).open();
    long now = System.currentTimeMillis();
    database.<Void>run(
        unit -> {
          publish(opened, unit.keys(), now);
          return null;
        });
    signer = opened;
    LOG.info("{} signs with {}", self, opened.keyId());
  }

  @Override
  public Signer signer() {
    return signer;
  }

  @Override
  public Duration validity() {
    return validity;
  }

  private void publish(SeedSigner opened, KeyStore store, long now) {
    byte[] publicKey = opened.publicKey();
    List<StoredKey> changed = new ArrayList<>();
    boolean known = false;
    for (StoredKey key : store.find(self)) {
      if (key.keyId().equals(opened.keyId())) {
        known = !key.expired() && Arrays.equals(key.publicKey(), publicKey);
      } else if (!key.expired()) {
        changed.add(new StoredKey(key.keyId(), key.publicKey(), now, true, key.fetchedTs()));
      }
    }
    if (!known) {
      changed.add(new StoredKey(opened.keyId(), publicKey, Long.MAX_VALUE, false, now));
    }
    if (!changed.isEmpty()) {
      store.put(self, changed);
    }
  }
}
