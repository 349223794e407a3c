package org.theseus.launcher.event;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.theseus.launcher.Failure;
import org.theseus.launcher.Flags;
import org.theseus.protocol.api.JsonArray;
import org.theseus.protocol.api.JsonException;
import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.JsonString;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.RoomVersion;

/** Reads what the user gives and says what is wrong with it. */
final class Input {
  static final String STDIN = "stdin";

  private static final long MAX_BYTES = 256L << 20;
  private static final int KEY_LENGTH = 32;

  private Input() {}

  /** Returns the value of a flag that must be there. */
  static String required(Flags flags, String flag) throws Failure {
    String value = flags.values().get(flag);
    if (value == null) {
      throw Failure.usage("--" + flag + " is missing");
    }
    return value;
  }

  /** Reads one JSON value. */
  static JsonValue json(InputStream in, String source) throws Failure {
    try {
      return Grammar.JSON.read(in, MAX_BYTES);
    } catch (JsonException e) {
      throw Failure.usage(source + ": " + e.error().error());
    } catch (IOException e) {
      throw Failure.usage(source + " cannot be read: " + e.getMessage());
    }
  }

  /** Reads the JSON of the file that a flag names. */
  static JsonValue file(Flags flags, String flag) throws Failure {
    String name = required(flags, flag);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(name)))) {
      return json(in, name);
    } catch (NoSuchFileException | InvalidPathException e) {
      throw Failure.usage("--" + flag + ": there is no file " + name);
    } catch (IOException e) {
      throw Failure.usage("--" + flag + ": " + name + " cannot be read: " + e.getMessage());
    }
  }

  static JsonObject object(JsonValue value, String what) throws Failure {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw Failure.usage(what + " is no JSON object");
  }

  static JsonArray array(JsonValue value, String what) throws Failure {
    if (value instanceof JsonArray array) {
      return array;
    }
    throw Failure.usage(what + " is no JSON array");
  }

  static String string(JsonValue value, String what) throws Failure {
    if (value instanceof JsonString string) {
      return string.value();
    }
    throw Failure.usage(what + " is no string");
  }

  /** Reads an event as far as hashing, redacting and signing look at it. */
  static JsonObject event(InputStream in, RoomVersion version) throws Failure {
    JsonObject event = object(json(in, STDIN), "the event");
    if (event.string("type").isEmpty() || event.object("content").isEmpty()) {
      throw Failure.usage("the event has no type or no content");
    }
    if (version.traits().canonicalJson() && !isCanonical(event)) {
      throw Failure.usage(
          "a number in the event is not canonical JSON, as room version " + version.id() + " asks");
    }
    return event;
  }

  static boolean isCanonical(JsonValue value) {
    try {
      return Arrays.equals(Grammar.SIGNED_JSON.canonical(value), value.toSortedBytes());
    } catch (JsonException fractionOrOutOfRange) {
      return false;
    }
  }

  /** Decodes the Base64 of a seed or a public key, padded or not. */
  static byte[] key(String base64, String what) throws Failure {
    try {
      byte[] key = Base64.getDecoder().decode(base64);
      if (key.length == KEY_LENGTH) {
        return key;
      }
      throw Failure.usage(what + " has " + key.length + " bytes instead of " + KEY_LENGTH);
    } catch (IllegalArgumentException malformed) {
      throw Failure.usage(what + " is no Base64");
    }
  }
}
