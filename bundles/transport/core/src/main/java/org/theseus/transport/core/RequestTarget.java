package org.theseus.transport.core;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;

/**
 * A request target taken apart: split first, then decoded, since an event id of room version 3 may
 * hold a slash. Nothing is normalised: what was signed is what is routed.
 *
 * @param segments the path's segments, decoded
 * @param query the parameters, decoded, each with its values in order
 */
record RequestTarget(List<String> segments, Map<String, List<String>> query) {
  RequestTarget {
    segments = List.copyOf(segments);
    query = Map.copyOf(query);
  }

  /**
   * Takes a target apart.
   *
   * @param raw path and query as received
   * @return the parts
   * @throws MatrixException {@code M_INVALID_PARAM} (400) if it is not encoded as it must be
   */
  static RequestTarget parse(String raw) {
    int mark = raw.indexOf('?');
    String path = mark < 0 ? raw : raw.substring(0, mark);
    if (!path.startsWith("/")) {
      throw malformed();
    }
    List<String> segments = new ArrayList<>();
    for (String segment : path.substring(1).split("/", -1)) {
      segments.add(decode(segment, false));
    }
    return new RequestTarget(segments, query(mark < 0 ? "" : raw.substring(mark + 1)));
  }

  private static Map<String, List<String>> query(String raw) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
        query.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
      }
    }
    return query;
  }

  private static String decode(String raw, boolean plusIsSpace) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        throw malformed();
      } else if (c == '%') {
        if (i + 2 >= raw.length()) {
          throw malformed();
        }
        bytes.write(hex(raw.charAt(i + 1)) << 4 | hex(raw.charAt(i + 2)));
        i += 2;
      } else {
        bytes.write(c == '+' && plusIsSpace ? ' ' : c);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      throw malformed();
    }
  }

  private static int hex(char c) {
    int digit = c < 0x80 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      throw malformed();
    }
    return digit;
  }

  private static MatrixException malformed() {
    return new MatrixException(
        400, MatrixError.INVALID_PARAM, "the request target is not encoded as it must be");
  }
}
