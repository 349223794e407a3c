package org.theseus.pdu.core.receipt;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.theseus.protocol.api.Event;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.ServerName;
import org.theseus.protocol.api.StateKey;

/**
 * A room's server access list.
 *
 * @see <a
 *     href="https://spec.matrix.org/v1.19/client-server-api/#server-access-control-lists-acls-for-rooms">Server
 *     access control lists</a>
 */
public final class AccessList {
  private AccessList() {}

  /**
   * Tells whether a server may take part.
   *
   * @param state the state in force
   * @param server the server; its port does not matter
   * @return true if there is no list or it lets it
   */
  public static boolean allows(Function<StateKey, Optional<Event>> state, ServerName server) {
    return state
        .apply(StateKey.SERVER_ACL)
        .map(list -> allows(list.content(), server))
        .orElse(true);
  }

  private static boolean allows(JsonObject list, ServerName server) {
    if (server.isIpLiteral() && !list.bool("allow_ip_literals").orElse(true)) {
      return false;
    }
    return !anyMatches(list, "deny", server.host()) && anyMatches(list, "allow", server.host());
  }

  private static boolean anyMatches(JsonObject list, String name, String host) {
    List<String> globs = list.array(name).map(JsonArray::strings).orElse(List.of());
    return globs.stream()
        .anyMatch(glob -> matches(glob.toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT)));
  }

  /**
   * Matches a glob, anchored at both ends; {@code *} is any text, {@code ?} one character. Takes
   * time in proportion to both lengths, whoever wrote the list.
   */
  static boolean matches(String glob, String text) {
    int g = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (g < glob.length() && glob.charAt(g) == '*') {
        star = g++;
        resume = t;
      } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == text.charAt(t))) {
        g++;
        t++;
      } else if (star >= 0) {
        g = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (g < glob.length() && glob.charAt(g) == '*') {
      g++;
    }
    return g == glob.length();
  }
}
