package org.theseus.itests.house;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who needs whom: an edge leads from a component to each one that offers a service it cannot do
 * without. Components in a circle wait for each other for ever, and nothing is logged.
 */
final class ComponentGraph {
  private final Map<String, List<String>> edges = new LinkedHashMap<>();

  ComponentGraph(Collection<Component> components) {
    for (Component component : components) {
      edges.put(
          component.name(),
          components.stream()
              .filter(other -> other.provides().stream().anyMatch(component.needs()::contains))
              .map(Component::name)
              .toList());
    }
  }

  /** Returns the circles, each as the path around it. */
  List<String> circles() {
    List<String> found = new ArrayList<>();
    Set<String> done = new HashSet<>();
    for (String start : edges.keySet()) {
      walk(start, new ArrayList<>(), done, found);
    }
    return found;
  }

  private void walk(String name, List<String> path, Set<String> done, List<String> found) {
    int seen = path.indexOf(name);
    if (seen >= 0) {
      found.add(String.join(" -> ", path.subList(seen, path.size())) + " -> " + name);
      return;
    }
    if (done.contains(name)) {
      return;
    }
    path.add(name);
    for (String next : edges.get(name)) {
      walk(next, path, done, found);
    }
    path.remove(path.size() - 1);
    done.add(name);
  }
}
