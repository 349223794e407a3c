package org.theseus.ops.shell;

import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;

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
}
