package org.theseus.itests.servers;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Jar;
import java.io.File;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Component;
import org.theseus.itests.peer.Command;
import org.theseus.launcher.demo.NextVersion;

/** A class in EXTENDING, made into a bundle with nothing of ours but the jars of the APIs. */
final class Sample {
  private final String packageName;
  private final Path directory;
  private final List<File> classPath;

  private Sample(String packageName, Path directory, List<File> classPath) {
    this.packageName = packageName;
    this.directory = directory;
    this.classPath = classPath;
  }

  /** Compiles a class of the text. */
  static Sample of(String name, Path directory) throws Exception {
    String packageName = name.substring(0, name.lastIndexOf('.'));
    String simpleName = name.substring(packageName.length() + 1);
    Path source = directory.resolve(simpleName + ".java");
    Files.writeString(source, text(packageName));
    Path classes = Files.createDirectory(directory.resolve("classes"));
    List<File> classPath =
        List.of(
            NextVersion.jarOf(Command.distribution(), "org.theseus.protocol.api").toFile(),
            NextVersion.jarOf(Command.distribution(), "org.theseus.transport.api").toFile(),
            NextVersion.jarOf(Command.distribution(), "org.theseus.transaction.api").toFile(),
            jarOf(BundleContext.class),
            jarOf(Component.class),
            jarOf(Capability.class));

    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      files.setLocation(StandardLocation.CLASS_PATH, classPath);
      files.setLocation(StandardLocation.CLASS_OUTPUT, List.of(classes.toFile()));
      List<String> options = List.of("--release", "17", "-proc:none");
      boolean compiled =
          compiler
              .getTask(complaints, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      assertThat(compiled).as(complaints.toString()).isTrue();
    }
    return new Sample(packageName, directory, classPath);
  }

  private static String text(String packageName) throws Exception {
    String extending = Files.readString(Path.of(System.getProperty("theseus.extending")));
    Matcher code =
        Pattern.compile(
                "```java\\n(package " + Pattern.quote(packageName) + ";.*?)```", Pattern.DOTALL)
            .matcher(extending);
    assertThat(code.find()).isTrue();
    return code.group(1);
  }

  private static File jarOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toFile();
  }

  Path bundle(String version) throws Exception {
    return bundle(version, "*", "*");
  }

  /** A version that brings the classes and none of their components. */
  Path bundleWithoutComponents(String version) throws Exception {
    return bundle(version, "!*", "*");
  }

  /** A version that brings the classes, and neither components nor what the manifest names. */
  Path bundleWithoutAnything(String version) throws Exception {
    return bundle(version, "!*", "!*");
  }

  private Path bundle(String version, String components, String named) throws Exception {
    Path target = directory.resolve(packageName + "-" + version + ".jar");
    try (Builder builder = new Builder()) {
      builder.addClasspath(directory.resolve("classes").toFile());
      for (File jar : classPath) {
        builder.addClasspath(jar);
      }
      builder.setBundleSymbolicName(packageName);
      builder.setBundleVersion(version);
      builder.setPrivatePackage(packageName);
      builder.setProperty("-dsannotations", components);
      builder.setProperty("-bundleannotations", named);
      Jar jar = builder.build();
      assertThat(builder.getErrors()).isEmpty();
      jar.write(target.toFile());
    }
    return target;
  }
}
