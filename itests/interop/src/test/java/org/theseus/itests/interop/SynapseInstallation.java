package org.theseus.itests.interop;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.theseus.itests.peer.Child;

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

  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(5);

  private final Path directory;

  private SynapseInstallation(Path directory) {
    this.directory = directory;
  }

  /** Finds the installation or makes it. */
  static SynapseInstallation in(Path directory) throws Exception {
    SynapseInstallation installation = new SynapseInstallation(directory);
    byte[] pins = resource("requirements.txt");
    if (!installation.holds(pins)) {
      installation.make(pins);
    }
    return installation;
  }

  private boolean holds(byte[] pins) throws IOException, InterruptedException {
    return Files.exists(installed())
        && Arrays.equals(pins, Files.readAllBytes(installed()))
        && Files.isExecutable(python())
        && run(log(), python("-c", "import synapse")) == 0;
  }

  private void make(byte[] pins) throws Exception {
    Files.createDirectories(directory);
    Files.deleteIfExists(installed());
    Path requirements = Files.write(directory.resolve("requirements.txt"), pins);
    String python = findPython().orElseThrow(() -> new Unavailable("there is no python3 here"));
    attempt(
        "python3 makes no virtual environment",
        process(python, "-m", "venv", "--clear", venv().toString()));
    attempt(
        "matrix-synapse cannot be installed",
        python(
            "-m",
            "pip",
            "install",
            "--only-binary",
            ":all:",
            "--disable-pip-version-check",
            "-r",
            requirements.toString()));
    attempt("matrix-synapse does not run", python("-c", "import synapse"));
    Files.write(installed(), pins);
  }

  private void attempt(String failure, ProcessBuilder command) throws Exception {
    if (run(log(), command) != 0) {
      String said = Files.readString(log()).strip();
      String last = said.substring(said.lastIndexOf('\n') + 1);
      throw new Unavailable("%s: %s (see %s)".formatted(failure, last, log()));
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

  private Path python() {
    return venv().resolve("bin").resolve("python");
  }

  private Path log() {
    return directory.resolve("install.log");
  }

  private Path installed() {
    return directory.resolve("installed.txt");
  }

  /** A process to be, of its Python with these words. */
  ProcessBuilder python(String... words) {
    return process(python().toString(), words);
  }

  /** Nothing but what is installed here shall be found by it. */
  private static ProcessBuilder process(String program, String... words) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(words));
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().keySet().removeAll(Set.of("PYTHONPATH", "PYTHONHOME"));
    return process;
  }

  /** Runs a script of ours with its Python. */
  void runScript(String resource, String argument) throws Exception {
    Path script = Files.write(directory.resolve(resource), resource(resource));
    Path log = directory.resolve(resource + ".log");
    if (run(log, python(script.toString(), argument)) != 0) {
      throw new AssertionError(resource + " failed: " + Files.readString(log));
    }
  }

  private static int run(Path log, ProcessBuilder command)
      throws IOException, InterruptedException {
    Child process =
        Child.start(
            String.join(" ", command.command()),
            command
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
    return process.result(INSTALL_LIMIT);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SynapseInstallation.class.getResourceAsStream("/" + name)) {
      return in.readAllBytes();
    }
  }
}
