package org.theseus.itests.house;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The exported API of a bundle as text, one declaration a line: what others compile against. */
final class ApiListing {
  private ApiListing() {}

  /** Lists a bundle's exported packages; {@code all} holds what its types refer to. */
  static String of(BundleJar bundle, Collection<BundleJar> all)
      throws IOException, ReflectiveOperationException {
    List<String> lines = new ArrayList<>();
    bundle
        .header("Export-Package")
        .forEach(
            (name, attributes) -> lines.add("package " + name + " " + attributes.getVersion()));
    List<URL> urls = new ArrayList<>();
    for (BundleJar jar : all) {
      urls.add(jar.path().toUri().toURL());
    }
    try (JarFile jar = new JarFile(bundle.path().toFile());
        URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new))) {
      for (String entry : jar.stream().map(JarEntry::getName).sorted().toList()) {
        if (entry.endsWith(".class") && !entry.endsWith("-info.class")) {
          String name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
          Class<?> type = Class.forName(name, false, loader);
          if (visible(type)) {
            lines.add("");
            lines.add(header(type));
            lines.addAll(members(type));
          }
        }
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static boolean visible(Class<?> type) {
    return visible(type.getModifiers())
        && (type.getEnclosingClass() == null || visible(type.getEnclosingClass()));
  }

  private static boolean visible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String header(Class<?> type) {
    Stream<String> permitted =
        type.isSealed()
            ? Arrays.stream(type.getPermittedSubclasses()).map(Class::getSimpleName)
            : Stream.empty();
    Stream<String> above =
        Stream.concat(
                Stream.ofNullable(type.getGenericSuperclass()),
                Arrays.stream(type.getGenericInterfaces()))
            .map(Object::toString);
    String line = type.toGenericString();
    String extended = above.collect(Collectors.joining(", "));
    String sealed = permitted.collect(Collectors.joining(", "));
    return line
        + (extended.isEmpty() ? "" : " : " + extended)
        + (sealed.isEmpty() ? "" : " permits " + sealed);
  }

  private static List<String> members(Class<?> type) {
    List<String> lines = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (visible(field.getModifiers()) && !field.isSynthetic()) {
        lines.add("  " + field.toGenericString());
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (visible(constructor.getModifiers()) && !constructor.isSynthetic()) {
        lines.add("  " + constructor.toGenericString());
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (visible(method.getModifiers()) && !method.isSynthetic()) {
        lines.add("  " + method.toGenericString());
      }
    }
    lines.sort(null);
    return lines;
  }
}
