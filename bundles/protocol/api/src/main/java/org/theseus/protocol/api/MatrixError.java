package org.theseus.protocol.api;

import java.util.Objects;

/**
 * An error as the protocol tells it.
 *
 * @param status the HTTP status
 * @param errcode the error code
 * @param error a sentence for people, never a stack trace
 * @param extra further members of the body, such as {@code room_version}
 * @see <a href="https://spec.matrix.org/v1.19/client-server-api/#standard-error-response">Standard
 *     error response</a>
 */
public record MatrixError(int status, String errcode, String error, JsonObject extra) {
  /** Well-formed, but not JSON. */
  public static final String NOT_JSON = "M_NOT_JSON";

  /** JSON, but not of the right shape. */
  public static final String BAD_JSON = "M_BAD_JSON";

  /** A body or event is too large. */
  public static final String TOO_LARGE = "M_TOO_LARGE";

  /** The request is not allowed. */
  public static final String FORBIDDEN = "M_FORBIDDEN";

  /** The request is not, or wrongly, signed. */
  public static final String UNAUTHORIZED = "M_UNAUTHORIZED";

  /** There is no such thing. */
  public static final String NOT_FOUND = "M_NOT_FOUND";

  /** There is no such endpoint or method. */
  public static final String UNRECOGNIZED = "M_UNRECOGNIZED";

  /** A parameter is wrong. */
  public static final String INVALID_PARAM = "M_INVALID_PARAM";

  /** A parameter is missing. */
  public static final String MISSING_PARAM = "M_MISSING_PARAM";

  /** The asker does not know the room's version. */
  public static final String INCOMPATIBLE_ROOM_VERSION = "M_INCOMPATIBLE_ROOM_VERSION";

  /** We do not know this room version. */
  public static final String UNSUPPORTED_ROOM_VERSION = "M_UNSUPPORTED_ROOM_VERSION";

  /** A resident server cannot tell whether a restricted join is allowed. */
  public static final String UNABLE_TO_AUTHORISE_JOIN = "M_UNABLE_TO_AUTHORISE_JOIN";

  /** A resident server cannot sign for a restricted join. */
  public static final String UNABLE_TO_GRANT_JOIN = "M_UNABLE_TO_GRANT_JOIN";

  /** Another request of the same kind has to end first, or too many were made. */
  public static final String LIMIT_EXCEEDED = "M_LIMIT_EXCEEDED";

  /** Anything else. */
  public static final String UNKNOWN = "M_UNKNOWN";

  /** Checks that all parts are there. */
  public MatrixError {
    Objects.requireNonNull(errcode);
    Objects.requireNonNull(error);
    Objects.requireNonNull(extra);
  }

  /**
   * Makes an error without further members.
   *
   * @param status the HTTP status
   * @param errcode the error code
   * @param error a sentence for people
   */
  public MatrixError(int status, String errcode, String error) {
    this(status, errcode, error, JsonObject.EMPTY);
  }

  /**
   * Writes the body.
   *
   * @return the JSON object of an error answer
   */
  public JsonObject toJson() {
    JsonObject.Builder body = JsonObject.builder().put("errcode", errcode).put("error", error);
    extra.members().forEach(body::put);
    return body.build();
  }
}
