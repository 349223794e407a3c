package org.theseus.protocol.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Strict JSON in: duplicate names, lone surrogates, invalid UTF-8, a byte-order mark, trailing text
 * and nesting over {@value #MAX_DEPTH} are errors. Numbers are not judged beyond JSON's own
 * grammar; the room versions do that. Safe for many threads; reads iteratively.
 *
 * @see <a href="https://spec.matrix.org/v1.19/appendices/#canonical-json">Canonical JSON</a>
 */
@ProviderType
public interface JsonReader {
  /** The deepest nesting that is read. */
  int MAX_DEPTH = 1_000;

  /**
   * Reads one value and the end of the stream.
   *
   * @param in UTF-8 JSON; the caller closes it
   * @param maxBytes the most bytes to read
   * @return the value
   * @throws JsonException if the text is not JSON as described, or longer than {@code maxBytes}
   * @throws IOException if the stream fails
   */
  JsonValue read(InputStream in, long maxBytes) throws IOException;

  /**
   * Reads one value and the end of the stream as {@link #read(InputStream, long)} does, but for two
   * faults that concern only the part they are in: an object with a name twice and a string with
   * half a surrogate pair become a {@link JsonMalformed} (half a pair in a name fails here too).
   * This is how bodies are read that hold the events of many, so that a bad one does not spoil the
   * others.
   *
   * @param in UTF-8 JSON; the caller closes it
   * @param maxBytes the most bytes to read
   * @return the value, which may not be {@linkplain JsonValue#isWellFormed well-formed}
   * @throws JsonException if the text is not JSON, or longer than {@code maxBytes}
   * @throws IOException if the stream fails
   */
  JsonValue readLenient(InputStream in, long maxBytes) throws IOException;

  /**
   * Reads one value.
   *
   * @param json UTF-8 JSON
   * @return the value
   * @throws JsonException if the text is not JSON as described
   */
  default JsonValue read(byte[] json) {
    try {
      return read(new ByteArrayInputStream(json), json.length);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * Reads one object.
   *
   * @param json UTF-8 JSON
   * @return the object
   * @throws JsonException if the text is not JSON as described, or no object
   */
  default JsonObject readObject(byte[] json) {
    if (read(json) instanceof JsonObject object) {
      return object;
    }
    throw new JsonException(MatrixError.BAD_JSON, "not a JSON object");
  }
}
