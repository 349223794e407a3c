package org.theseus.transport.jettyserver;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.theseus.protocol.api.MatrixError;
import org.theseus.transport.api.Body;

/** Tells errors that Jetty finds itself as the protocol does, and nothing of their causes. */
final class JsonErrors implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status =
        request.getAttribute(ErrorHandler.ERROR_STATUS) instanceof Integer told
            ? told
            : response.getStatus();
    byte[] body = error(status).toJson().toBytes();
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Body.JSON);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  /** Puts a bare status into words. */
  static MatrixError error(int status) {
    String errcode =
        switch (status) {
          case HttpStatus.PAYLOAD_TOO_LARGE_413,
              HttpStatus.URI_TOO_LONG_414,
              HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 ->
              MatrixError.TOO_LARGE;
          case HttpStatus.NOT_FOUND_404, HttpStatus.METHOD_NOT_ALLOWED_405 ->
              MatrixError.UNRECOGNIZED;
          default -> MatrixError.UNKNOWN;
        };
    return new MatrixError(status, errcode, HttpStatus.getMessage(status));
  }
}
