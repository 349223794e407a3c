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

  /**
   * Tells what kind of request this is, in a word: {@code send}, {@code state}, {@code key}. There
   * are few.
   */
  String kind() {
    boolean isFederation = path.literal(1).equals("federation");
    String kind = path.literal(!isFederation ? 1 : path.literal(2).equals("unstable") ? 2 : 3);
    return kind.isEmpty() ? "other" : kind;
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
