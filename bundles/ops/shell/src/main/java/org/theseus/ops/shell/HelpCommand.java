package org.theseus.ops.shell;

import java.util.Collection;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.osgi.service.component.annotations.Component;
import org.theseus.protocol.api.JsonString;

/** Lists the commands there are, whoever offers them. */
@Component(
    service = HelpCommand.class,
    property = {"osgi.command.scope=theseus", "osgi.command.function=help"})
public final class HelpCommand {
  private static final String SCOPE = "theseus:";
  private static final Usage HELP =
      Usage.of(0, 0, "help [--json]\n\nLists the commands; each explains itself with --help.\n");

  /** Prints the names of the commands. */
  public void help(CommandSession session, String... words) throws InterruptedException {
    Command.run(
        HELP, words, given -> Printed.list(given, names(session), JsonString::new, name -> name));
  }

  private static List<String> names(CommandSession session) {
    return session.get(".commands") instanceof Collection<?> commands
        ? commands.stream()
            .map(Object::toString)
            .filter(command -> command.startsWith(SCOPE))
            .map(command -> command.substring(SCOPE.length()))
            .sorted()
            .toList()
        : List.of();
  }
}
