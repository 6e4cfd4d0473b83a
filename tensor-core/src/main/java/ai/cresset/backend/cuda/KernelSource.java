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
    StringBuilder text = new StringBuilder();
    append(file, new HashSet<>(), text);
    return text.toString();
  }

  private static void append(String file, Set<String> included, StringBuilder text) {
    if (!included.add(file)) {
      return;
    }
    for (String line : resource(file).split("\n", -1)) {
      if (line.startsWith(INCLUDE)) {
        append(line.substring(INCLUDE.length(), line.length() - 1), included, text);
      } else if (!line.startsWith("#pragma once")) {
        text.append(line).append('\n');
      }
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
