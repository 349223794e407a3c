package org.theseus.transport.api;

import java.util.Map;
import java.util.Objects;
import org.theseus.protocol.api.JsonValue;
import org.theseus.protocol.api.MatrixError;

/**
 * An answer to a request.
 *
 * @param status the HTTP status
 * @param headers further headers; Content-Type and Content-Length come from the body
 * @param body the body
 */
public record Answer(int status, Map<String, String> headers, Body body) {
  /** Checks that all parts are there. */
  public Answer {
    headers = Map.copyOf(headers);
    Objects.requireNonNull(body);
  }

  /**
   * Grants a request.
   *
   * @param value the body
   * @return an answer with status 200
   */
  public static Answer ok(JsonValue value) {
    return new Answer(200, Map.of(), Body.json(value));
  }

  /**
   * Grants a request with an answer stored before.
   *
   * @param json UTF-8 JSON, told byte for byte
   * @return an answer with status 200
   */
  public static Answer ok(byte[] json) {
    return new Answer(200, Map.of(), Body.json(json));
  }

  /**
   * Refuses a request.
   *
   * @param error why
   * @return the answer
   */
  public static Answer error(MatrixError error) {
    return new Answer(error.status(), Map.of(), Body.json(error.toJson()));
  }
}
