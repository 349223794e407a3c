package org.theseus.launcher.event;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;

/** {@code theseus event}: the rules on JSON, without a server and without a container. */
public final class EventCommand {
  private static final String HELP =
      """
      theseus event OPERATION [FLAGS]

      Applies the rules of a room version to JSON from stdin. No server, no home, no network.

        canonical    any JSON -> canonical JSON
        id           event -> its event id
        hash         event -> its content hash
        redact       event -> what redaction leaves of it
        sign         event -> the event, hashed and signed
        verify       event -> whether its signatures are true
        auth         event -> whether a state allows it
        resolve      states -> the state they resolve to
        replay       events -> the state at their end

      theseus event OPERATION --help tells more. V is a room version of the specification, 1 to
      12. Results are one line of JSON.
      An event_id given in an event wins over a computed one, and is never taken apart: made-up
      graphs can be tried. What is missing of depth, origin_server_ts, hashes and signatures is
      supplied or done without.

      Exit status: 0; 1 if the answer is no; 2 if the input cannot be used.
      """;

  private EventCommand() {}

  /** Carries out one operation and returns the exit status. */
  public static int run(List<String> arguments, InputStream in, PrintStream out, PrintStream err)
      throws Failure {
    if (arguments.isEmpty()) {
      err.print(HELP);
      return 2;
    }
    String name = arguments.get(0);
    if (Flags.isHelp(name) || name.equals("help")) {
      out.print(HELP);
      return 0;
    }
    Operation operation = operation(name);
    Flags flags =
        Flags.parse(
            arguments.subList(1, arguments.size()), operation.valued(), operation.switches());
    if (flags.has("help")) {
      out.print(operation.help());
      return 0;
    }
    if (!flags.words().isEmpty()) {
      throw Failure.usage("what is " + flags.words().get(0) + "? The JSON comes from stdin");
    }
    Answer answer = answer(operation, flags, in);
    out.write(answer.line(), 0, answer.line().length);
    out.write('\n');
    out.flush();
    return answer.yes() ? 0 : 1;
  }

  private static Answer answer(Operation operation, Flags flags, InputStream in) throws Failure {
    try {
      return operation.answer(flags, in);
    } catch (OutOfMemoryError e) {
      throw Failure.work("the input needs more memory than there is; JAVA_OPTS=-Xmx4g gives more");
    }
  }

  private static Operation operation(String name) throws Failure {
    return switch (name) {
      case "canonical" -> new Canonical();
      case "id" -> new Id();
      case "hash" -> new Hash();
      case "redact" -> new Redact();
      case "sign" -> new Sign();
      case "verify" -> new Verify();
      case "auth" -> new Auth();
      case "resolve" -> new Resolve();
      case "replay" -> new Replay();
      default -> throw Failure.usage("no such operation: " + name + "; see theseus event --help");
    };
  }
}
