package ai.cresset.jobs.text;

import ai.cresset.error.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files that a path means: itself, all below a directory, or what a glob matches. Names that
 * begin with {@code .} or {@code _} are passed over, as Spark does.
 *
 * @param files in order of their names
 * @param skippedFiles files of directories that the patterns do not name
 * @param hiddenFiles files and directories passed over for their first letter
 */
record SourceListing(List<SourceFile> files, int skippedFiles, int hiddenFiles) {

  /**
   * Lists what {@code path} means.
   *
   * @throws DataException if there is nothing to read
   */
  static SourceListing of(Configuration configuration, String path, NamePatterns include) {
    try {
      return new Walk(configuration, include).from(path);
    } catch (IOException | UncheckedIOException e) {
      throw DataException.because("data.path: cannot read '" + path + "': " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw DataException.because("data.path: '" + path + "' is not a path: " + e.getMessage(), e);
    }
  }

  private static final class Walk {
    private final Configuration configuration;
    private final NamePatterns include;
    private final List<SourceFile> files = new ArrayList<>();
    private int skipped;
    private int hidden;

    Walk(Configuration configuration, NamePatterns include) {
      this.configuration = configuration;
      this.include = include;
    }

    SourceListing from(String text) throws IOException {
      Path path = new Path(text);
      FileSystem files = path.getFileSystem(configuration);
      Path qualified = files.makeQualified(path);
      if (files.exists(qualified)) {
        FileStatus status = files.getFileStatus(qualified);
        if (status.isDirectory()) {
          directory(files, status.getPath(), status.getPath());
        } else {
          add(status, parent(status.getPath()));
        }
      } else if (isGlob(text)) {
        glob(files, text, qualified);
      } else {
        throw DataException.because(
            "data.path: '" + text + "' does not exist (looked for " + qualified + ")");
      }
      if (this.files.isEmpty()) {
        throw DataException.because(
            "data.path: '"
                + text
                + "' holds no file that matches "
                + include
                + " ("
                + (skipped + hidden)
                + " others are there)");
      }
      this.files.sort(Comparator.comparing(SourceFile::name));
      return new SourceListing(List.copyOf(this.files), skipped, hidden);
    }

    private void glob(FileSystem fileSystem, String text, Path pattern) throws IOException {
      FileStatus[] matches = fileSystem.globStatus(pattern);
      if (matches == null || matches.length == 0) {
        throw DataException.because("data.path: nothing matches '" + text + "' (" + pattern + ")");
      }
      Path root = parent(pattern);
      while (isGlob(root.toString())) {
        root = parent(root);
      }
      for (FileStatus match : matches) {
        if (isHidden(match)) {
          hidden++;
        } else if (match.isDirectory()) {
          directory(fileSystem, match.getPath(), root);
        } else {
          add(match, root);
        }
      }
    }

    private void directory(FileSystem fileSystem, Path directory, Path root) throws IOException {
      for (FileStatus child : fileSystem.listStatus(directory)) {
        if (isHidden(child)) {
          hidden++;
        } else if (child.isDirectory()) {
          directory(fileSystem, child.getPath(), root);
        } else if (SourceFile.isArchive(child.getPath().getName())
            || include.matches(child.getPath().getName())) {
          add(child, root);
        } else {
          skipped++;
        }
      }
    }

    private void add(FileStatus status, Path root) {
      String path = status.getPath().toString();
      String prefix = root.toString().endsWith("/") ? root.toString() : root + "/";
      String name = path.startsWith(prefix) ? path.substring(prefix.length()) : path;
      files.add(new SourceFile(path, name, status.getLen(), status.getModificationTime()));
    }

    private static Path parent(Path path) {
      Path parent = path.getParent();
      return parent == null ? path : parent;
    }

    private static boolean isHidden(FileStatus status) {
      String name = status.getPath().getName();
      return name.startsWith(".") || name.startsWith("_");
    }

    private static boolean isGlob(String path) {
      return path.chars().anyMatch(c -> "*?[]{}".indexOf(c) >= 0);
    }
  }
}
