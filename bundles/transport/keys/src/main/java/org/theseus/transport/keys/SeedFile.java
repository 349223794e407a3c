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
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.theseus.protocol.api.Ed25519;
import org.theseus.protocol.api.KeyId;

/**
 * The file that holds our signing key, in one line: {@code ed25519 a_Xy12 } and the seed in
 * unpadded base64. Nothing read from it is logged or told in an error.
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
  private final Ed25519 ed25519;

  SeedFile(Path file, Ed25519 ed25519) {
    this.file = file.toAbsolutePath();
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
      create();
    }
    if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      LOG.warn("others than its owner may read or write the signing key {}", file);
    }
    Matcher line = LINE.matcher(Files.readString(file, StandardCharsets.UTF_8).strip());
    if (!line.matches()) {
      throw new IOException("not one line of the form 'ed25519 VERSION SEED': " + file);
    }
    return new SeedSigner(
        KeyId.of(KeyId.ED25519 + ":" + line.group(1)),
        Base64.getDecoder().decode(line.group(2)),
        ed25519);
  }

  /** Makes the file all at once: after a crash there is a whole key or none. */
  private void create() throws IOException {
    Files.createDirectories(file.getParent());
    Path draft =
        Files.createTempFile(
            file.getParent(),
            file.getFileName().toString(),
            ".new",
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try {
      try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(newLine().getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
    LOG.info("made a new signing key in {}", file);
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
