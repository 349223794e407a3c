package org.theseus.launcher;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port as users write them: {@code 127.0.0.1:8448}, {@code [::1]:8448}, {@code
 * example.org}.
 *
 * @param host a name or an IP literal, without brackets
 * @param port the port, or -1 if none was given
 */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})\\]|([A-Za-z0-9.-]{1,230}))(?::([0-9]{1,5}))?");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  /** Reads one; {@code flag} names the flag in the message of a failure. */
  public static HostPort parse(String flag, String text) throws Failure {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw Failure.usage("--" + flag + ": not of the form HOST:PORT: " + text);
    }
    int port = form.group(3) == null ? -1 : Integer.parseInt(form.group(3));
    if (port > 65535) {
      throw Failure.usage("--" + flag + ": no such port: " + port);
    }
    return new HostPort(form.group(1) != null ? form.group(1) : form.group(2), port);
  }

  /** Tells whether the host is an IP literal. */
  public boolean isAddress() {
    return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
  }

  @Override
  public String toString() {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port < 0 ? shown : shown + ":" + port;
  }
}
