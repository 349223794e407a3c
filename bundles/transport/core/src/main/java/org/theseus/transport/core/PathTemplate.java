package org.theseus.transport.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A path some segments of which are variables. Templates are equal if they match the same paths,
 * whatever their variables are called; of two that match a path the smaller is the more specific.
 */
final class PathTemplate implements Comparable<PathTemplate> {
  /** Stands for a variable in the shape: no literal of a declared path holds it. */
  private static final String VARIABLE = "{}";

  private final List<String> names;
  private final List<String> shape;
  private final int hash;

  private PathTemplate(List<String> names) {
    this.names = names;
    this.shape = names.stream().map(name -> isVariable(name) ? VARIABLE : name).toList();
    // A request is looked up by it several times.
    this.hash = shape.hashCode();
  }

  /**
   * Reads a template.
   *
   * @param path a path, a segment in braces being a variable
   * @return the template
   * @throws IllegalArgumentException if the path does not begin with a slash
   */
  static PathTemplate parse(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("not a path: " + path);
    }
    return new PathTemplate(List.of(path.substring(1).split("/", -1)));
  }

  /** Tells a segment, or the empty string if there is none or it is a variable. */
  String literal(int segment) {
    return segment < shape.size() && !isVariable(segment) ? shape.get(segment) : "";
  }

  /** Tells whether a path, split and decoded, is one of these. A variable is never empty. */
  boolean matches(List<String> segments) {
    if (segments.size() != shape.size()) {
      return false;
    }
    for (int i = 0; i < shape.size(); i++) {
      boolean fits =
          isVariable(i) ? !segments.get(i).isEmpty() : shape.get(i).equals(segments.get(i));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /** Reads the variables of a path that matches. */
  Map<String, String> variables(List<String> segments) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i < shape.size(); i++) {
      if (isVariable(i)) {
        String name = names.get(i);
        variables.put(name.substring(1, name.length() - 1), segments.get(i));
      }
    }
    return variables;
  }

  private boolean isVariable(int segment) {
    return shape.get(segment).equals(VARIABLE);
  }

  private static boolean isVariable(String segment) {
    return segment.startsWith("{") && segment.endsWith("}");
  }

  @Override
  public int compareTo(PathTemplate other) {
    for (int i = 0; i < Math.min(shape.size(), other.shape.size()); i++) {
      if (isVariable(i) != other.isVariable(i)) {
        return isVariable(i) ? 1 : -1;
      }
      int order = shape.get(i).compareTo(other.shape.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(shape.size(), other.shape.size());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PathTemplate template && shape.equals(template.shape);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return "/" + String.join("/", names);
  }
}
