package org.theseus.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeConfigurationTest {
  @TempDir Path directory;

  private static Flags flags(String... arguments) throws Failure {
    return Flags.parse(List.of(arguments), Settings.VALUED, Settings.SWITCHES);
  }

  private Home create(String... arguments) throws Exception {
    Home home = new Home(directory.resolve("home"));
    home.makeDirectories();
    HomeConfiguration.create(home, Settings.of(flags(arguments)));
    return home;
  }

  @Test
  void aFreshHomeHoldsWhatTheFlagsSay() throws Exception {
    Path pem = Files.createFile(directory.resolve("trusted.pem"));

    Home home =
        create(
            "--server-name",
            "matrix.example:8449",
            "--listen=[::1]:8449",
            "--trusted-certificates=" + pem,
            "--allow-private-addresses");

    Settings settings = HomeConfiguration.read(home);
    assertThat(settings.serverName()).isEqualTo("matrix.example:8449");
    assertThat(settings.listen()).isEqualTo(new HostPort("::1", 8449));
    assertThat(settings.trustedCertificates()).contains(pem);
    assertThat(settings.allowPrivateAddresses()).isTrue();
  }

  @Test
  void theCertificateStandsForTheServersNameAndAddress() throws Exception {
    Home home = create("--server-name", "matrix.example:8449", "--listen", "[::1]:8449");

    try (InputStream in = Files.newInputStream(home.certificate())) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      assertThat(certificate.getSubjectAlternativeNames())
          .extracting(name -> (Object) name.get(1))
          .containsExactly("matrix.example", "0:0:0:0:0:0:0:1", "localhost", "127.0.0.1");
    }
  }

  @Test
  void everyFileIsReadableByItsOwnerOnlyAndExplainsItself() throws Exception {
    Home home = create();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.etc())))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(home.etc())) {
      List<Path> configurations = files.filter(f -> f.toString().endsWith(".cfg")).toList();
      assertThat(configurations).hasSize(8);
      for (Path file : configurations) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
        assertThat(file).content().startsWith("# ");
      }
    }
  }

  @Test
  void anExistingHomeRefusesFlagsThatSayOtherwise() throws Exception {
    Home home = create("--listen", "127.0.0.1:9000");

    HomeConfiguration.checkSame(home, flags());
    HomeConfiguration.checkSame(home, flags("--listen", "127.0.0.1:9000"));
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> HomeConfiguration.checkSame(home, flags("--listen", "127.0.0.1:9001")))
        .withMessageContaining("flags only write the configuration of a fresh home")
        .satisfies(failure -> assertThat(failure.status()).isEqualTo(2));
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> HomeConfiguration.checkSame(home, flags("--allow-private-addresses")));
  }

  @Test
  void unusableInputIsToldApart() {
    for (String[] bad :
        new String[][] {
          {"--listen", "127.0.0.1"},
          {"--listen", "127.0.0.1:99999"},
          {"--server-name", "no spaces"},
          {"--trusted-certificates", "/nowhere/at/all.pem"}
        }) {
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(() -> Settings.of(flags(bad)))
          .satisfies(failure -> assertThat(failure.status()).isEqualTo(2));
    }
  }

  @Test
  void aHomeHasOneServer() throws Exception {
    Home home = create();

    try (var lock = home.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(home::lock)
          .withMessageStartingWith("a server is already running in ")
          .satisfies(failure -> assertThat(failure.status()).isEqualTo(1));
    }
  }
}
