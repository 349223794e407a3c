package org.theseus.messaging.core;

import org.theseus.protocol.api.JsonObject;
import org.theseus.protocol.api.MatrixError;
import org.theseus.protocol.api.MatrixException;

/** The ways of saying no. */
final class Refusals {
  private Refusals() {}

  static MatrixException forbidden(String why) {
    return new MatrixException(403, MatrixError.FORBIDDEN, why);
  }

  static MatrixException notFound(String what) {
    return new MatrixException(404, MatrixError.NOT_FOUND, what);
  }

  static MatrixException invalid(String what) {
    return new MatrixException(400, MatrixError.INVALID_PARAM, what);
  }

  static MatrixException missing(String what) {
    return new MatrixException(400, MatrixError.MISSING_PARAM, what);
  }

  static MatrixException unsupportedVersion(String version) {
    return new MatrixException(
        400, MatrixError.UNSUPPORTED_ROOM_VERSION, "room version " + version + " is not supported");
  }

  static MatrixException incompatibleVersion(String version, String who) {
    return new MatrixException(
        new MatrixError(
            400,
            MatrixError.INCOMPATIBLE_ROOM_VERSION,
            who + " room version " + version,
            JsonObject.builder().put("room_version", version).build()));
  }

  /** A peer granted a request, but not as the specification has it. */
  static MatrixException badAnswer(String what) {
    return new MatrixException(502, MatrixError.BAD_JSON, what);
  }
}
