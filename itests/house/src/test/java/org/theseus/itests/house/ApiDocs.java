package org.theseus.itests.house;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.osgi.annotation.versioning.Version;

/** What the documentation of the APIs lacks, by the sources. */
final class ApiDocs {
  /** A record's canonical constructor says nothing of the components that the record has said. */
  private static final Pattern COMPACT_CONSTRUCTOR = Pattern.compile("\\s*public \\w+ \\{");

  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "^public [\\w\\- ]*?(?:class|interface|record|enum) (\\w+)", Pattern.MULTILINE);

  private static final Pattern SECTION =
      Pattern.compile("\"https://spec\\.matrix\\.org/v1\\.19/[^\"]+\"|\\bOurs: ");

  private ApiDocs() {}

  /** What javac's doclint finds: missing comments, parameters, results and errors, dead links. */
  static List<String> gaps(Path bundles, Path classes) throws IOException {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(found, Locale.ROOT, StandardCharsets.UTF_8)) {
      Path annotations = jarOf(Version.class);
      files.setLocationFromPaths(StandardLocation.CLASS_PATH, List.of(annotations));
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
      List<String> options =
          List.of("--release", "17", "-proc:none", "-Xmaxwarns", "9999", "-Xdoclint:all/protected");
      compiler
          .getTask(
              null,
              files,
              found,
              options,
              null,
              files.getJavaFileObjectsFromPaths(sources(bundles, "api/src/main/")))
          .call();
    }
    List<String> gaps = new ArrayList<>();
    for (Diagnostic<? extends JavaFileObject> each : found.getDiagnostics()) {
      if (each.getSource() == null || !isOfCompactConstructor(each)) {
        gaps.add(each.toString());
      }
    }
    return gaps;
  }

  private static Path jarOf(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  private static List<Path> sources(Path bundles, String within) throws IOException {
    try (Stream<Path> files = Files.walk(bundles)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> bundles.relativize(file).toString().contains(within))
          .toList();
    }
  }

  private static boolean isOfCompactConstructor(Diagnostic<? extends JavaFileObject> gap)
      throws IOException {
    List<String> lines = gap.getSource().getCharContent(true).toString().lines().toList();
    return gap.getMessage(Locale.ROOT).startsWith("no @param")
        && COMPACT_CONSTRUCTOR.matcher(lines.get((int) gap.getLineNumber() - 1)).matches();
  }

  /**
   * The public types of a layer whose documentation neither links a section of the specification
   * nor says that they are ours.
   */
  static List<String> withoutSection(Path layer) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources(layer, "src/main/")) {
      String source = Files.readString(file);
      Matcher type = PUBLIC_TYPE.matcher(source);
      if (type.find()
          && !SECTION
              .matcher(source.substring(source.lastIndexOf("/**", type.start()), type.start()))
              .find()) {
        found.add(type.group(1));
      }
    }
    return found;
  }
}
