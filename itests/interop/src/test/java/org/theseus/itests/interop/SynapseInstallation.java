package org.theseus.itests.interop;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Synapse at the versions {@code requirements.txt} pins, in a virtual environment of its own. It is
 * made once in a build's folder and used again until the pins change.
 */
final class SynapseInstallation {
  /** Why there is no Synapse on this machine; the tests that need it are skipped, and say so. */
  static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    Unavailable(String reason) {
      super(reason);
    }
  }

  private static final int INSTALL_MINUTES = 10;

  private final Path directory;

  private SynapseInstallation(Path directory) {
    this.directory = directory;
  }

  /** Finds the installation or makes it. */
  static SynapseInstallation in(Path directory) throws Exception {
    SynapseInstallation installation = new SynapseInstallation(directory);
    byte[] pins = resource("requirements.txt");
    Path installed = directory.resolve("installed.txt");
    if (!Files.exists(installed)
        || !new String(pins, StandardCharsets.UTF_8).equals(Files.readString(installed))) {
      installation.make(pins);
      Files.write(installed, pins);
    }
    return installation;
  }

  private void make(byte[] pins) throws Exception {
    Path log = Files.createDirectories(directory).resolve("install.log");
    Path requirements = Files.write(directory.resolve("requirements.txt"), pins);
    String python = findPython().orElseThrow(() -> new Unavailable("there is no python3 here"));
    if (run(log, List.of(python, "-m", "venv", "--clear", venv().toString())) != 0) {
      throw new Unavailable("python3 makes no virtual environment, see " + log);
    }
    List<String> pip =
        List.of(
            python().toString(),
            "-m",
            "pip",
            "install",
            "--only-binary",
            ":all:",
            "--disable-pip-version-check",
            "-r",
            requirements.toString());
    if (run(log, pip) != 0) {
      throw new Unavailable("matrix-synapse cannot be installed, see " + log);
    }
  }

  private static Optional<String> findPython() {
    return List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)).stream()
        .map(folder -> Path.of(folder, "python3"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private Path venv() {
    return directory.resolve("venv");
  }

  /** Its Python. */
  Path python() {
    return venv().resolve("bin").resolve("python");
  }

  /** Runs a script of ours with its Python. */
  void runScript(String resource, String... arguments) throws Exception {
    Path script = Files.write(directory.resolve(resource), resource(resource));
    List<String> command = new ArrayList<>(List.of(python().toString(), script.toString()));
    command.addAll(List.of(arguments));
    Path log = directory.resolve(resource + ".log");
    if (run(log, command) != 0) {
      throw new AssertionError(resource + " failed: " + Files.readString(log));
    }
  }

  private static int run(Path log, List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      return -1;
    }
    return process.exitValue();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SynapseInstallation.class.getResourceAsStream("/" + name)) {
      return in.readAllBytes();
    }
  }
}
