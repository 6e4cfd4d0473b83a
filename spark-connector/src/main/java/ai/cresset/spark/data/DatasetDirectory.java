package ai.cresset.spark.data;

import ai.cresset.data.arrow.Manifest;
import ai.cresset.error.DataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that holds a data set, or will. Unfinished attempts stay in directories of their own;
 * what a broken run left in place is moved aside, never used and never deleted.
 */
final class DatasetDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetDirectory.class);
  private static final Pattern OURS =
      Pattern.compile("part-\\d{5,}\\.arrow|\\.?manifest\\.json(\\.tmp)?|_(attempt|incomplete)-.*");
  private static final String ATTEMPT = "_attempt-";

  private final Path directory;
  private final FileSystem system;

  DatasetDirectory(Path directory, FileSystem system) {
    this.directory = directory;
    this.system = system;
  }

  /** The manifest of a complete data set. */
  Optional<Manifest> manifest() throws IOException {
    return read(system, directory);
  }

  static Optional<Manifest> read(FileSystem system, Path directory) throws IOException {
    Path file = new Path(directory, Manifest.FILE_NAME);
    try (FSDataInputStream in = system.open(file)) {
      return Optional.of(Manifest.fromJson(in.readAllBytes(), file));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Checks that the parts that a manifest names are there, with their lengths. */
  void checkParts(Manifest manifest) throws IOException {
    for (Manifest.Part part : manifest.parts()) {
      Path file = new Path(directory, part.name());
      long bytes = system.exists(file) ? system.getFileStatus(file).getLen() : -1;
      if (bytes != part.bytes()) {
        throw DataException.corrupt(
            file,
            "length",
            "the manifest says "
                + part.bytes()
                + " bytes, "
                + (bytes < 0 ? "the file is missing" : "found " + bytes));
      }
    }
  }

  /** Makes sure that nobody else's files are here. */
  void refuseForeignFiles() throws IOException {
    List<String> foreign = new ArrayList<>();
    for (FileStatus status : list()) {
      String name = status.getPath().getName();
      if (!OURS.matcher(name).matches()) {
        foreign.add(name);
      } else if (name.startsWith("_")) {
        LOG.warn("{} is what an unfinished run left; remove it when nobody writes", name);
      }
    }
    if (!foreign.isEmpty()) {
      throw DataException.because(
          directory
              + " is not empty and no data set: it holds "
              + String.join(", ", foreign.subList(0, Math.min(5, foreign.size())))
              + "; name a new directory");
    }
  }

  private FileStatus[] list() throws IOException {
    try {
      return system.listStatus(directory);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** A new directory for the files of one run. */
  Path beginAttempt(String id) throws IOException {
    Path attempt = new Path(directory, ATTEMPT + id);
    system.mkdirs(attempt);
    return system.makeQualified(attempt);
  }

  /** Puts the files of a run in place, in order, and then the manifest. */
  void commit(Path attempt, List<String> files, Manifest manifest) throws IOException {
    clear(attempt.getName().substring(ATTEMPT.length()));
    for (int i = 0; i < files.size(); i++) {
      rename(new Path(attempt, files.get(i)), new Path(directory, manifest.parts().get(i).name()));
    }
    Path temporary = new Path(attempt, Manifest.FILE_NAME);
    try (OutputStream out = system.create(temporary, true)) {
      out.write(manifest.toJson());
    }
    rename(temporary, new Path(directory, Manifest.FILE_NAME));
  }

  /** Deletes a complete data set that may be replaced; moves what a broken run left aside. */
  private void clear(String id) throws IOException {
    boolean replaced = system.exists(new Path(directory, Manifest.FILE_NAME));
    if (replaced) {
      system.delete(new Path(directory, Manifest.FILE_NAME), false);
    }
    Path aside = new Path(directory, "_incomplete-" + id);
    for (FileStatus status : list()) {
      String name = status.getPath().getName();
      if (name.startsWith("_")) {
        continue;
      }
      if (replaced) {
        system.delete(status.getPath(), false);
      } else {
        system.mkdirs(aside);
        rename(status.getPath(), new Path(aside, name));
        LOG.warn("{} has no manifest: moved to {}", status.getPath(), aside);
      }
    }
  }

  private void rename(Path from, Path to) throws IOException {
    if (!system.rename(from, to)) {
      throw new IOException("renaming " + from + " to " + to + " failed");
    }
  }

  /** Removes what the run left of its own. */
  void endAttempt(Path attempt, boolean committed) throws IOException {
    try {
      system.delete(attempt, true);
    } catch (IOException e) {
      if (committed) {
        LOG.warn("{} could not be removed", attempt, e);
      } else {
        throw e;
      }
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
