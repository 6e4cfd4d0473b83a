package ai.cresset.golden;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the classes of a package that are of a kind, so that no list of them can be incomplete. */
final class PackageScan {
  private PackageScan() {}

  /** Simple names of the top-level classes beside {@code kind} that extend or implement it. */
  static Set<String> subclasses(Class<?> kind) throws IOException, URISyntaxException {
    Path root = Path.of(kind.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path folder = root.resolve(kind.getPackageName().replace('.', '/'));
    Set<String> names;
    try (Stream<Path> files = Files.list(folder)) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".class") && !file.contains("$") && !file.contains("-"))
              .map(file -> file.substring(0, file.length() - ".class".length()))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    names.removeIf(name -> !isKind(kind, kind.getPackageName() + "." + name));
    return names;
  }

  private static boolean isKind(Class<?> kind, String name) {
    try {
      Class<?> found = Class.forName(name);
      return kind.isAssignableFrom(found) && !Modifier.isAbstract(found.getModifiers());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
