package org.theseus.transport.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.persistence.api.Database;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.Signer;
import org.theseus.protocol.api.TransientException;
import org.theseus.support.Threads;
import org.theseus.transport.api.LocalServer;
import org.theseus.transport.api.OwnKeys;

/**
 * Our signing key, from its file. Its public half is put into the store beside those of other
 * servers; a key of ours that was there and is no longer in the file becomes an old one, given up
 * when it ceased to sign, or when we found out.
 */
@Component(configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SigningKeys.Config.class)
public final class SigningKeys implements OwnKeys {
  private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

  /** How long the old key is still published as current: for requests on their way. */
  private static final Duration OVERLAP = Duration.ofSeconds(2);

  private static final Duration GRACE = Duration.ofSeconds(2);

  private final ServerName self;
  private final Duration validity;
  private final Duration overlap;
  private final SeedFile file;
  private final PublishedOwnKeys published;
  private final AtomicBoolean rotating = new AtomicBoolean();
  private final ExecutorService thread = Threads.pool("transport-keys-rotation", 1);
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
        new SeedFile(Path.of(config.seedFile()), ed25519),
        Duration.ofHours(config.validityHours()),
        self.name(),
        database,
        OVERLAP);
  }

  SigningKeys(
      SeedFile file, Duration validity, ServerName self, Database database, Duration overlap) {
    this.file = file;
    this.validity = validity;
    this.self = self;
    this.published = new PublishedOwnKeys(self, database);
    this.overlap = overlap;
  }

  /**
   * Reads the key and waits until the store knows it: nothing may be signed that nobody can verify.
   * If a rotation was cut short after the next key was published, it is completed.
   */
  @Activate
  void open() throws IOException {
    SeedSigner opened = file.open();
    Optional<SeedSigner> next = file.drafted().filter(published::isCurrent);
    if (next.isPresent()) {
      file.adopt();
      opened = next.get();
    } else {
      file.discard();
    }
    long nowTs = System.currentTimeMillis();
    published.add(opened, nowTs);
    published.giveUpOthers(opened, nowTs);
    signer = opened;
    LOG.info("{} signs with {}", self, opened.keyId());
  }

  /** Ends a rotation where it is; the next one to open the file completes it. */
  @Deactivate
  void stop() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("a rotation of the signing key did not end within {}", GRACE);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Signer signer() {
    return signer;
  }

  @Override
  public Duration validity() {
    return validity;
  }

  @Override
  public CompletionStage<KeyId> rotate() {
    if (!rotating.compareAndSet(false, true)) {
      return CompletableFuture.failedFuture(
          new TransientException("the signing key is being replaced already"));
    }
    CompletableFuture<KeyId> done = new CompletableFuture<>();
    try {
      thread.execute(() -> rotate(done));
    } catch (RejectedExecutionException stopped) {
      done.completeExceptionally(stoppedNow());
    }
    return done;
  }

  private void rotate(CompletableFuture<KeyId> done) {
    KeyId id;
    try {
      id = replace().keyId();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      done.completeExceptionally(stoppedNow());
      return;
    } catch (IOException failed) {
      rotating.set(false);
      LOG.warn("the signing key could not be replaced", failed);
      done.completeExceptionally(
          new TransientException("the file of the signing key cannot be written", failed));
      return;
    } catch (RuntimeException failed) {
      rotating.set(false);
      done.completeExceptionally(failed);
      return;
    }
    rotating.set(false);
    done.complete(id);
  }

  /**
   * Each step is durable before the next, and after each of them what is in the file is published.
   */
  private SeedSigner replace() throws IOException, InterruptedException {
    SeedSigner old = signer;
    SeedSigner next = file.draft();
    published.add(next, System.currentTimeMillis());
    file.adopt();
    signer = next;
    // Who signs reads the clock first and asks for the signer then: nothing is signed by the old
    // key that says it was made after this.
    published.ends(old, System.currentTimeMillis());
    TimeUnit.MILLISECONDS.sleep(overlap.toMillis());
    published.giveUpOthers(next, System.currentTimeMillis());
    LOG.info("{} signs with {} instead of {}", self, next.keyId(), old.keyId());
    return next;
  }

  private static TransientException stoppedNow() {
    return new TransientException("the keys are being replaced by another bundle; try again");
  }
}
