package ai.cresset.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Jars as a user makes them, of classes that no class path of this build has. */
final class OwnJar {
  static final String PACKAGE = "com.acme";

  private static final Path SOURCES =
      RunScript.HOME.resolve("jobs/src/test/java/ai/cresset/jobs/train/own");

  private OwnJar() {}

  /** A jar of losses and optimizers of the test sources, in the package of a user. */
  static Path write(Path directory, String... names) throws IOException {
    Path classes = Files.createDirectories(directory.resolve("classes"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-nowarn",
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString()));
    for (String name : names) {
      String text = Files.readString(SOURCES.resolve(name + ".java"));
      Path source = directory.resolve(name + ".java");
      Files.writeString(
          source, text.replace("package ai.cresset.jobs.train.own;", "package " + PACKAGE + ";"));
      arguments.add(source.toString());
    }
    assertEquals(
        0,
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK")
            .run(null, null, null, arguments.toArray(String[]::new)));
    return pack(classes, directory.resolve("own.jar"));
  }

  /** A jar of all files of a directory. */
  static Path pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        Files.copy(each, out);
        out.closeEntry();
      }
    }
    return jar;
  }
}
