package org.theseus.ops.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.theseus.ops.shell.ShellClientOfTest.Ended;

/**
 * The real Gogo. Its hold on {@code System.out} is taken once and kept: a thread of a command that
 * a test has left behind would put the streams of a stopped one back.
 */
final class TestGogo {
  private static final ThreadIOImpl THREAD_IO = started();

  private TestGogo() {}

  private static ThreadIOImpl started() {
    ThreadIOImpl threadIo = new ThreadIOImpl();
    threadIo.start();
    return threadIo;
  }

  static CommandProcessorImpl processor() {
    return new CommandProcessorImpl(THREAD_IO);
  }

  /** Runs a command as the shell does. */
  static Ended run(CommandProcessorImpl gogo, String... words) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (Interpreter interpreter = new Interpreter(gogo, out, err)) {
      int exit = interpreter.words(List.of(words));
      return new Ended(out.toString(UTF_8), err.toString(UTF_8), exit);
    }
  }
}
