package org.theseus.transport.core.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * The order in which the targets of a service are tried.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2782.html">RFC 2782</a>
 */
final class ServiceOrder {
  private ServiceOrder() {}

  /**
   * Orders by priority, and within one by lot, with chances by weight.
   *
   * @param random tells a number from 0 up to, not including, its argument
   */
  static List<Dns.Service> of(List<Dns.Service> services, IntUnaryOperator random) {
    TreeMap<Integer, List<Dns.Service>> priorities = new TreeMap<>();
    services.forEach(
        service ->
            priorities.computeIfAbsent(service.priority(), p -> new ArrayList<>()).add(service));
    List<Dns.Service> ordered = new ArrayList<>();
    priorities.values().forEach(equals -> draw(equals, random, ordered));
    return ordered;
  }

  private static void draw(
      List<Dns.Service> equals, IntUnaryOperator random, List<Dns.Service> ordered) {
    // "arrange all SRV RRs (that have not been ordered yet) in any order, except that all those
    // with weight 0 are placed at the beginning of the list"
    equals.sort(Comparator.comparing(service -> service.weight() > 0));
    while (!equals.isEmpty()) {
      int sum = equals.stream().mapToInt(Dns.Service::weight).sum();
      // "a uniform random number between 0 and the sum computed (inclusive)"
      int left = random.applyAsInt(sum + 1);
      int chosen = 0;
      // "select the RR whose running sum value is the first in the selected order which is greater
      // than or equal to the random number selected"
      while (left > equals.get(chosen).weight()) {
        left -= equals.get(chosen++).weight();
      }
      ordered.add(equals.remove(chosen));
    }
  }
}
