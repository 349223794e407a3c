package org.theseus.launcher.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.theseus.launcher.Failure;
import org.theseus.protocol.api.JsonValue;

/** What {@code theseus event} does with what a user types. */
record Typed(int status, String out, String err) {
  /** The seed of the specification's test vectors, and its public key. */
  static final String SEED = "YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1";

  static final String PUBLIC_KEY = "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI";

  /** Runs one operation, its words separated by single spaces. */
  static Typed event(String stdin, String words) {
    return event(stdin.getBytes(UTF_8), words);
  }

  static Typed event(byte[] stdin, String words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status;
    try {
      status =
          EventCommand.run(
              words.isEmpty() ? List.of() : List.of(words.split(" ", -1)),
              new ByteArrayInputStream(stdin),
              new PrintStream(out, true, UTF_8),
              new PrintStream(err, true, UTF_8));
    } catch (Failure e) {
      err.writeBytes(e.getMessage().getBytes(UTF_8));
      status = e.status();
    }
    return new Typed(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** The JSON that was printed. */
  JsonValue json() {
    return json(out);
  }

  static JsonValue json(String text) {
    return Grammar.JSON.read(text.getBytes(UTF_8));
  }
}
