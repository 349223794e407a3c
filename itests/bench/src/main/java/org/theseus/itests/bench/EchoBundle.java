package org.theseus.itests.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.theseus.protocol.api.JsonObject;
import org.theseus.transport.api.Answer;
import org.theseus.transport.api.Endpoint;
import org.theseus.transport.api.InboundRequest;
import org.theseus.transport.api.Route;

/** A bundle whose endpoint lets in who signs and has nothing else to do. */
public final class EchoBundle implements BundleActivator, Endpoint {
  static final String PATH = "/_matrix/federation/unstable/org.theseus.bench";

  private static final Answer ANSWER = Answer.ok(JsonObject.EMPTY.with("signed", "yes"));

  /** Writes its jar. */
  static Path write(Path folder) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.putValue("Manifest-Version", "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", "org.theseus.itests.bench.echo");
    main.putValue("Bundle-Version", "1.0.0");
    main.putValue("Bundle-Activator", EchoBundle.class.getName());
    main.putValue(
        "Import-Package", "org.osgi.framework,org.theseus.protocol.api,org.theseus.transport.api");
    main.putValue("Provide-Capability", Route.NAMESPACE + ";method=GET;path=\"" + PATH + '"');
    String name = EchoBundle.class.getName().replace('.', '/') + ".class";
    Path jar = folder.resolve("echo.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        InputStream bytes = EchoBundle.class.getResourceAsStream('/' + name)) {
      out.putNextEntry(new JarEntry(name));
      bytes.transferTo(out);
    }
    return jar;
  }

  @Override
  public void start(BundleContext context) {
    context.registerService(Endpoint.class, this, null);
  }

  @Override
  public void stop(BundleContext context) {
    // the framework unregisters it
  }

  @Override
  public Route route() {
    return Route.get(PATH);
  }

  @Override
  public CompletionStage<Answer> answer(InboundRequest request) {
    return CompletableFuture.completedFuture(ANSWER);
  }
}
