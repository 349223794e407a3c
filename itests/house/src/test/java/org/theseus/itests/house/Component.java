package org.theseus.itests.house;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A component as bnd has described it.
 *
 * @param name its name, which is its PID unless {@code pids} says otherwise
 * @param implementation its class
 * @param pids its configuration PIDs, if described
 * @param provides the services it offers
 * @param needs the services without which it does not become active
 */
record Component(
    String name,
    String implementation,
    List<String> pids,
    List<String> provides,
    List<String> needs) {
  static Component parse(InputStream xml) throws IOException {
    Element root;
    try {
      root =
          DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml).getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(e);
    }
    String pids = root.getAttribute("configuration-pid");
    return new Component(
        root.getAttribute("name"),
        elements(root, "implementation").findFirst().orElseThrow().getAttribute("class"),
        pids.isEmpty() ? List.of() : List.of(pids.split(" ", -1)),
        elements(root, "provide").map(provide -> provide.getAttribute("interface")).toList(),
        elements(root, "reference")
            .filter(reference -> !reference.getAttribute("cardinality").startsWith("0"))
            .map(reference -> reference.getAttribute("interface"))
            .toList());
  }

  private static Stream<Element> elements(Element root, String name) {
    NodeList list = root.getElementsByTagName(name);
    return IntStream.range(0, list.getLength()).mapToObj(i -> (Element) list.item(i));
  }
}
