package ai.cresset.backend.cuda;

import ai.cresset.error.DeviceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The files of {@code src/main/cuda}. What a file includes stands in its text when it is handed
 * out: one text is then all that a compiler or a cache has to know.
 */
final class KernelSource {
  private static final String INCLUDE = "#include \"";

  private KernelSource() {}

  /** A file with those it includes, each once. */
  static String of(String file) {
    return of(file, resource(file));
  }

  /** A text with the files it includes before it, each once. Messages name its own lines. */
  static String of(String name, String source) {
    StringBuilder included = new StringBuilder();
    StringBuilder own = new StringBuilder();
    append(source, new HashSet<>(), included, own);
    return included.append("#line 1 \"").append(name).append("\"\n").append(own).toString();
  }

  private static void append(
      String source, Set<String> files, StringBuilder included, StringBuilder own) {
    for (String line : source.split("\n", -1)) {
      if (line.startsWith(INCLUDE)) {
        String file = line.substring(INCLUDE.length(), line.length() - 1);
        if (files.add(file)) {
          StringBuilder text = new StringBuilder();
          append(resource(file), files, included, text);
          included.append("#line 1 \"").append(file).append("\"\n").append(text);
        }
      }
      boolean kept = !line.startsWith(INCLUDE) && !line.startsWith("#pragma once");
      own.append(kept ? line : "").append('\n');
    }
  }

  private static String resource(String file) {
    try (InputStream stream = KernelSource.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IllegalArgumentException("no kernel source " + file + " on the class path");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw DeviceException.failed("reading " + file, e);
    }
  }
}
