package org.theseus.ops.shell;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.gogo.runtime.SyntaxError;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries commands out in a Gogo session and tells their exit status, as the layer's README has it.
 * Used by one thread at a time; may be closed by another.
 */
final class Interpreter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Interpreter.class);
  private static final Pattern COMMAND = Pattern.compile("([A-Za-z][\\w-]*:)?[A-Za-z][\\w-]*");
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int UNUSABLE = 2;

  private final CommandSession session;
  private final OutputStream out;
  private final OutputStream err;

  Interpreter(CommandProcessor processor, OutputStream out, OutputStream err) {
    this.out = out;
    this.err = err;
    InputStream nothing = new ByteArrayInputStream(new byte[0]);
    this.session = processor.createSession(nothing, out, err);
    session.put("SCOPE", "theseus:*");
    session.put(CommandSession.OPTION_NO_GLOB, true);
  }

  /** Carries out a command whose words are taken as they are: as values, never parsed. */
  int words(List<String> words) throws IOException {
    if (words.isEmpty() || !COMMAND.matcher(words.get(0)).matches()) {
      return fail(UNUSABLE, "no command; help lists them");
    }
    StringBuilder line = new StringBuilder(words.get(0));
    for (int i = 1; i < words.size(); i++) {
      session.put("word" + i, words.get(i));
      line.append(" $word").append(i);
    }
    return line(line.toString());
  }

  /** Carries out a Gogo line and prints its value, if it has one. */
  int line(String line) throws IOException {
    try {
      Object value = session.execute(line);
      if (value != null) {
        print(out, session.format(value, Converter.INSPECT) + "\n");
      }
      return DONE;
    } catch (CommandNotFoundException unknown) {
      return fail(UNUSABLE, unknown.getMessage() + "; help lists the commands");
    } catch (IllegalArgumentException | SyntaxError | EOFException unusable) {
      return fail(UNUSABLE, message(unusable));
    } catch (InterruptedException stop) {
      return fail(FAILED, "the command was ended");
    } catch (Exception failed) {
      LOG.debug("A command failed", failed);
      return fail(FAILED, message(failed));
    }
  }

  /** Tells why a request cannot be carried out. */
  int fail(int status, String why) throws IOException {
    print(err, Output.harmless(why) + "\n");
    return status;
  }

  private static String message(Exception failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  private static void print(OutputStream stream, String text) throws IOException {
    stream.write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    session.close();
  }
}
