package ai.cresset.jobs.text;

import java.io.Serializable;
import java.util.Locale;

/**
 * A file to read.
 *
 * @param location where it is, with scheme
 * @param name its path below what the recipe named: the same wherever the data are moved to
 * @param length in bytes
 * @param modified when it was last changed, in milliseconds of the epoch
 */
record SourceFile(String location, String name, long length, long modified) implements Serializable {
  private static final long serialVersionUID = 1L;

  boolean isArchive() {
    return isArchive(location);
  }

  static boolean isArchive(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jar") || lower.endsWith(".zip");
  }
}
