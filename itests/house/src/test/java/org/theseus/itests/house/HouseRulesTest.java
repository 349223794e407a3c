package org.theseus.itests.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checker finds what it is there to find: each jar here is made up and wrong in one way. */
class HouseRulesTest {
  @TempDir Path folder;

  /** Makes a jar of empty files; a component's file holds its description. */
  private BundleJar jar(String name, Map<String, String> headers, Map<String, String> files)
      throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-SymbolicName", name);
    headers.forEach(main::putValue);
    Path path = folder.resolve(name + ".jar");
    try (OutputStream out = Files.newOutputStream(path);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        jar.putNextEntry(new JarEntry(file.getKey()));
        jar.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return BundleJar.read(path);
  }

  private List<String> violations(String name, String header, String value) throws IOException {
    return HouseRules.violations(jar(name, Map.of(header, value), Map.of()));
  }

  private BundleJar withComponent(String bundle, String xml) throws IOException {
    return jar(
        bundle, Map.of("Service-Component", "OSGI-INF/c.xml"), Map.of("OSGI-INF/c.xml", xml));
  }

  private static String component(String name, String provides, String reference) {
    return """
    <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%1$s">
      <implementation class="%1$s"/>
      <service><provide interface="%2$s"/></service>
      <reference %3$s/>
    </scr:component>
    """
        .formatted(name, provides, reference);
  }

  @Test
  void aGoodJarPasses() throws IOException {
    BundleJar good =
        jar(
            "org.theseus.transport.jetty-server",
            Map.of(
                "Import-Package",
                "org.theseus.transport.api;version=\"[1.0,1.1)\",org.eclipse.jetty.server,org.slf4j"),
            Map.of(
                "org/theseus/transport/jettyserver/A.class", "",
                "org/theseus/support/Gate.class", ""));

    assertThat(HouseRules.violations(good)).isEmpty();
  }

  @Test
  void importsPointDown() throws IOException {
    assertThat(violations("org.theseus.transport.core", "Import-Package", "org.theseus.pdu.api"))
        .containsExactly("org.theseus.transport.core imports org.theseus.pdu.api");
    assertThat(violations("org.theseus.pdu.core", "Import-Package", "org.eclipse.jetty.util"))
        .containsExactly("org.theseus.pdu.core imports org.eclipse.jetty.util");
    assertThat(violations("org.theseus.protocol.rules", "Import-Package", "org.slf4j"))
        .containsExactly("org.theseus.protocol.rules imports org.slf4j");
    assertThat(
            violations(
                "org.theseus.transport.sockets", "Import-Package", "org.osgi.service.component"))
        .containsExactly("org.theseus.transport.sockets imports org.osgi.service.component");
  }

  @Test
  void noOtherWayInIsOpen() throws IOException {
    assertThat(violations("org.theseus.pdu.core", "DynamicImport-Package", "*"))
        .containsExactly("org.theseus.pdu.core has a DynamicImport-Package");
    assertThat(violations("org.theseus.pdu.core", "Require-Bundle", "org.sqlite"))
        .containsExactly("org.theseus.pdu.core has a Require-Bundle");
  }

  @Test
  void onlyAnApiExportsAndOnlyItsOwn() throws IOException {
    assertThat(violations("org.theseus.pdu.core", "Export-Package", "org.theseus.pdu.core"))
        .containsExactly("org.theseus.pdu.core exports org.theseus.pdu.core");
    assertThat(violations("org.theseus.pdu.api", "Export-Package", "org.theseus.support"))
        .containsExactly("org.theseus.pdu.api exports org.theseus.support");
    assertThat(violations("org.theseus.pdu.api", "Export-Package", "org.theseus.pdu.api"))
        .isEmpty();
  }

  @Test
  void aJarHoldsItsOwnPackageAndTheCopiesItMay() throws IOException {
    BundleJar stray =
        jar(
            "org.theseus.pdu.core",
            Map.of(),
            Map.of("org/theseus/persistence/sql/query/Q.class", "", "org/x/Y.class", ""));

    assertThat(HouseRules.violations(stray))
        .containsExactly(
            "org.theseus.pdu.core holds org.theseus.persistence.sql.query",
            "org.theseus.pdu.core holds org.x");
  }

  @Test
  void aModuleNobodyKnowsIsRefused() throws IOException {
    assertThat(violations("org.theseus.pdu.extra", "Import-Package", "org.slf4j"))
        .containsExactly(
            "org.theseus.pdu.extra: no such module in the house; name it in HouseRules");
  }

  @Test
  void aComponentIsNamedAndConfiguredByItsClass() throws IOException {
    BundleJar jar =
        withComponent(
            "org.theseus.pdu.core",
            """
            <component name="graph" configuration-pid="other">
              <implementation class="org.theseus.pdu.core.Graph"/>
            </component>
            """);

    assertThat(HouseRules.violations(jar))
        .containsExactly(
            "org.theseus.pdu.core.Graph is named graph", "graph is configured as [other]");
  }

  @Test
  void aBundleNamesARouteForEachOfItsEndpoints() throws IOException {
    assertThat(HouseRules.violations(withTwoEndpoints("org.theseus.edu")))
        .containsExactly("org.theseus.pdu.core has 2 endpoints and names 0 routes");
    assertThat(HouseRules.violations(withTwoEndpoints("org.theseus.endpoint;path=\"/a\"")))
        .containsExactly("org.theseus.pdu.core has 2 endpoints and names 1 routes");
    assertThat(
            HouseRules.violations(
                withTwoEndpoints(
                    "org.theseus.endpoint;path=\"/a\",org.theseus.endpoint;path=\"/b\"")))
        .isEmpty();
  }

  private BundleJar withTwoEndpoints(String capabilities) throws IOException {
    String endpoint = "org.theseus.transport.api.Endpoint";
    return jar(
        "org.theseus.pdu.core",
        Map.of(
            "Service-Component",
            "OSGI-INF/a.xml,OSGI-INF/b.xml",
            "Provide-Capability",
            capabilities),
        Map.of(
            "OSGI-INF/a.xml", component("A", endpoint, "interface=\"x\""),
            "OSGI-INF/b.xml", component("B", endpoint, "interface=\"x\"")));
  }

  @Test
  void componentsThatWaitForEachOtherAreFound() throws IOException {
    List<Component> circle =
        List.of(
            withComponent("a", component("A", "a", "interface=\"b\"")).components().get(0),
            withComponent("b", component("B", "b", "interface=\"c\" cardinality=\"1..n\""))
                .components()
                .get(0),
            withComponent("c", component("C", "c", "interface=\"a\" policy=\"dynamic\""))
                .components()
                .get(0));

    assertThat(new ComponentGraph(circle).circles()).containsExactly("A -> B -> C -> A");
  }

  @Test
  void aServiceOneCanDoWithoutClosesNoCircle() throws IOException {
    List<Component> open =
        List.of(
            withComponent("a", component("A", "a", "interface=\"b\"")).components().get(0),
            withComponent("b", component("B", "b", "interface=\"a\" cardinality=\"0..n\""))
                .components()
                .get(0));

    assertThat(new ComponentGraph(open).circles()).isEmpty();
  }
}
