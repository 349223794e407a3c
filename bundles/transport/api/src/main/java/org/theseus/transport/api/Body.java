package org.theseus.transport.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.osgi.annotation.versioning.ConsumerType;
import org.theseus.protocol.api.JsonValue;

/**
 * The body of a request or an answer of ours: can be read more than once, and tells its length
 * beforehand.
 */
@ConsumerType
public interface Body {
  /** The content type of JSON. */
  String JSON = "application/json";

  /**
   * Tells the value of Content-Type.
   *
   * @return the content type
   */
  String contentType();

  /**
   * Tells the length.
   *
   * @return bytes
   */
  long length();

  /**
   * Opens the body anew.
   *
   * @return a stream of {@link #length} bytes; the caller closes it
   * @throws IOException if it cannot be read now
   */
  InputStream open() throws IOException;

  /**
   * Makes a JSON body.
   *
   * @param value what it holds
   * @return the body
   */
  static Body json(JsonValue value) {
    return json(value.toBytes());
  }

  /**
   * Makes a JSON body of bytes stored before.
   *
   * @param json UTF-8 JSON; shared, must not be changed
   * @return the body
   */
  static Body json(byte[] json) {
    Objects.requireNonNull(json);
    return new Body() {
      @Override
      public String contentType() {
        return JSON;
      }

      @Override
      public long length() {
        return json.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(json);
      }
    };
  }
}
