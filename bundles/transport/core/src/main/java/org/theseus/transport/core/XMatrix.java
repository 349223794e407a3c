package org.theseus.transport.core;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.KeyId;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;
import org.theseus.protocol.api.ServerName;

/**
 * One X-Matrix header: a server's signature over a request.
 *
 * @param origin who signed
 * @param destination whom it was meant for, if told
 * @param key with which key
 * @param signature the signature, in base64, not judged
 * @see <a href="https://spec.matrix.org/v1.19/server-server-api/#request-authentication">Request
 *     authentication</a>
 */
record XMatrix(ServerName origin, Optional<String> destination, KeyId key, String signature) {
  static final String HEADER = "Authorization";
  private static final String SCHEME = "X-Matrix";

  XMatrix {
    Objects.requireNonNull(origin);
    Objects.requireNonNull(destination);
    Objects.requireNonNull(key);
    Objects.requireNonNull(signature);
  }

  /**
   * Reads a header. Everybody calls the signature {@code sig}, as the specification's example does;
   * its list of parameters says {@code signature}, so that is understood too.
   *
   * @param header the value of an Authorization header
   * @return its content, or empty if it is of another scheme
   * @throws MatrixException {@code M_UNAUTHORIZED} if it is malformed
   */
  static Optional<XMatrix> parse(String header) {
    int end = SCHEME.length();
    if (!header.regionMatches(true, 0, SCHEME, 0, end)
        || (header.length() > end && !isSpace(header.charAt(end)))) {
      return Optional.empty();
    }
    Map<String, String> parameters = new Parser(header, end).parameters();
    return Optional.of(
        new XMatrix(
            ServerName.parse(required(parameters, "origin"))
                .orElseThrow(() -> malformed("origin is no server name")),
            Optional.ofNullable(parameters.get("destination")),
            KeyId.of(required(parameters, "key")),
            required(parameters, parameters.containsKey("sig") ? "sig" : "signature")));
  }

  /** Writes the header as older servers want it: one space, quotes everywhere, no white space. */
  String format() {
    return SCHEME
        + " origin=\""
        + origin
        + "\",destination=\""
        + destination.orElseThrow()
        + "\",key=\""
        + key
        + "\",sig=\""
        + signature
        + "\"";
  }

  /** Builds the object that is signed in place of the request, still without signatures. */
  static JsonObject signedObject(
      String method,
      String target,
      ServerName origin,
      ServerName destination,
      Optional<? extends JsonValue> content) {
    JsonObject request =
        JsonObject.builder()
            .put("method", method)
            .put("uri", target)
            .put("origin", origin.value())
            .put("destination", destination.value())
            .build();
    return content.isPresent() ? request.with("content", content.get()) : request;
  }

  static MatrixException malformed(String what) {
    return new MatrixException(401, MatrixError.UNAUTHORIZED, "X-Matrix: " + what);
  }

  private static String required(Map<String, String> parameters, String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw malformed(name + " is missing");
    }
    return value;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /** Reads {@code name=value} pairs between commas, as RFC 9110 section 11.4 has them. */
  private static final class Parser {
    private final String text;
    private final Map<String, String> parameters = new HashMap<>();
    private int at;

    Parser(String text, int start) {
      this.text = text;
      this.at = start;
    }

    Map<String, String> parameters() {
      skip(true);
      while (at < text.length()) {
        parameter();
        skip(false);
        if (at < text.length() && text.charAt(at) != ',') {
          throw malformed("a comma is missing");
        }
        skip(true);
      }
      return parameters;
    }

    private void parameter() {
      String name = run("=").toLowerCase(Locale.ROOT);
      skip(false);
      if (name.isEmpty() || at == text.length() || text.charAt(at) != '=') {
        throw malformed("a parameter has no name or no value");
      }
      at++;
      skip(false);
      String value = at < text.length() && text.charAt(at) == '"' ? quoted() : run("");
      if (parameters.put(name, value) != null) {
        throw malformed("a parameter is there twice");
      }
    }

    /**
     * Characters that need no quotes: wider than a token, as older servers send colons and more.
     */
    private String run(String without) {
      int start = at;
      while (at < text.length()
          && text.charAt(at) > ' '
          && text.charAt(at) < 0x7f
          && ("\",\\" + without).indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(start, at);
    }

    private String quoted() {
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == '"') {
          at++;
          return value.toString();
        }
        if (c == '\\' && ++at < text.length()) {
          c = text.charAt(at);
        }
        value.append(c);
      }
      throw malformed("a quote is not closed");
    }

    private void skip(boolean commas) {
      while (at < text.length()
          && (isSpace(text.charAt(at)) || (commas && text.charAt(at) == ','))) {
        at++;
      }
    }
  }
}
