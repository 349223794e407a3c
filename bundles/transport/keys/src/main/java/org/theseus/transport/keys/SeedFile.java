package org.theseus.transport.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.KeyId;

/**
 * The file that holds our signing key, in one line: {@code ed25519 a_Xy12 } and the seed in
 * unpadded base64; and the file beside it that holds the next key while one replaces the other.
 * Nothing read from them is logged or told in an error.
 */
final class SeedFile {
  private static final Logger LOG = LoggerFactory.getLogger(SeedFile.class);
  private static final int SEED_LENGTH = 32;
  private static final int VERSION_LENGTH = 4;
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final Pattern LINE =
      Pattern.compile("ed25519 ([A-Za-z0-9_]+) ([A-Za-z0-9+/]{43})=?");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path file;
  private final Path draft;
  private final Ed25519 ed25519;

  SeedFile(Path file, Ed25519 ed25519) {
    this.file = file.toAbsolutePath();
    this.draft = this.file.resolveSibling(this.file.getFileName() + ".new");
    this.ed25519 = ed25519;
  }

  /**
   * Reads the key, or makes one if there is no file.
   *
   * @return the key
   * @throws IOException if the file cannot be read or made, or holds no key
   */
  SeedSigner open() throws IOException {
    if (!Files.exists(file)) {
      draft();
      adopt();
      LOG.info("made a new signing key in {}", file);
    }
    if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      LOG.warn("others than its owner may read or write the signing key {}", file);
    }
    return read(file)
        .orElseThrow(
            () -> new IOException("not one line of the form 'ed25519 VERSION SEED': " + file));
  }

  /**
   * Makes a new key and keeps it beside the one in use, so that a crash does not lose it.
   *
   * @return the new key
   * @throws IOException if it cannot be kept
   */
  SeedSigner draft() throws IOException {
    Files.createDirectories(file.getParent());
    discard();
    Files.createFile(draft, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(newLine().getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    forceFolder();
    return drafted().orElseThrow();
  }

  /**
   * Reads the key kept beside the one in use.
   *
   * @return the key, or empty if there is none, or not a whole one
   * @throws IOException if it cannot be read
   */
  Optional<SeedSigner> drafted() throws IOException {
    return Files.exists(draft) ? read(draft) : Optional.empty();
  }

  /**
   * Puts the key kept beside the one in use in its place, all at once.
   *
   * @throws IOException if that cannot be done
   */
  void adopt() throws IOException {
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    forceFolder();
  }

  /**
   * Forgets the key kept beside the one in use.
   *
   * @throws IOException if that cannot be done
   */
  void discard() throws IOException {
    Files.deleteIfExists(draft);
  }

  /** Makes what the folder holds survive a crash of the machine. */
  private void forceFolder() throws IOException {
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private Optional<SeedSigner> read(Path path) throws IOException {
    Matcher line = LINE.matcher(Files.readString(path, StandardCharsets.UTF_8).strip());
    return line.matches()
        ? Optional.of(
            new SeedSigner(
                KeyId.of(KeyId.ED25519 + ":" + line.group(1)),
                Base64.getDecoder().decode(line.group(2)),
                ed25519))
        : Optional.empty();
  }

  private static String newLine() {
    SecureRandom random = new SecureRandom();
    byte[] seed = new byte[SEED_LENGTH];
    random.nextBytes(seed);
    StringBuilder version = new StringBuilder("a_");
    for (int i = 0; i < VERSION_LENGTH; i++) {
      version.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return KeyId.ED25519
        + " "
        + version
        + " "
        + Base64.getEncoder().withoutPadding().encodeToString(seed)
        + "\n";
  }
}
