package org.theseus.transport.core;

import java.util.Objects;
import org.theseus.transport.api.Route;

/** What tells routes apart. */
record RouteKey(String method, PathTemplate path) {
  RouteKey {
    Objects.requireNonNull(method);
    Objects.requireNonNull(path);
  }

  static RouteKey of(String method, String path) {
    return new RouteKey(method, PathTemplate.parse(path));
  }

  static RouteKey of(Route route) {
    return of(route.method(), route.path());
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
