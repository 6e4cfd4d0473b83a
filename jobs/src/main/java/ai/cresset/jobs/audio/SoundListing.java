package ai.cresset.jobs.audio;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.AudioDataSettings;
import ai.cresset.jobs.recipe.Invalid;
import ai.cresset.jobs.split.LabelledFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The WAV files below a directory, ordered by name: a folder for each class, or folders {@code
 * train} and {@code test} with them. Names that begin with a dot or an underscore are passed over.
 *
 * @param directory with scheme
 * @param classes the names of the classes, in order
 * @param files all sounds that have a class
 * @param hasTest whether there is a folder for the test
 * @param unlabelled names of files that lie in no folder of a class
 */
record SoundListing(
    String directory,
    List<String> classes,
    List<LabelledFile> files,
    boolean hasTest,
    List<String> unlabelled) {
  private static final String TRAIN = "train";
  private static final Set<String> TEST = Set.of("test", "val", "validation");

  /** A file and the names on the way to it. */
  private record Found(FileStatus status, List<String> names) {
    boolean isShown() {
      return names.stream().noneMatch(name -> name.startsWith(".") || name.startsWith("_"));
    }

    String name() {
      return String.join("/", names);
    }
  }

  /**
   * Lists and checks the files of a recipe.
   *
   * @throws DataException if there are fewer than two classes, or a file without one
   */
  static SoundListing of(AudioDataSettings settings, Configuration configuration) {
    Path given = new Path(settings.path());
    List<Found> found = new ArrayList<>();
    Path directory;
    try {
      FileSystem system = given.getFileSystem(configuration);
      directory = system.makeQualified(given);
      RemoteIterator<? extends FileStatus> all = system.listFiles(directory, true);
      while (all.hasNext()) {
        FileStatus each = all.next();
        String below = each.getPath().toString().substring(directory.toString().length() + 1);
        if (below.toLowerCase(Locale.ROOT).endsWith(".wav")) {
          found.add(new Found(each, List.of(below.split("/", -1))));
        }
      }
    } catch (IOException e) {
      throw DataException.because(
          "data.path: '" + settings.path() + "' cannot be read: " + e.getMessage(), e);
    }
    found.removeIf(each -> !each.isShown());
    found.sort(Comparator.comparing(Found::name));
    return of(settings, directory.toString(), found);
  }

  private static SoundListing of(AudioDataSettings settings, String directory, List<Found> found) {
    SortedSet<String> tops = new TreeSet<>();
    found.stream().filter(each -> each.names().size() > 1).forEach(e -> tops.add(e.names().get(0)));
    boolean hasTest =
        tops.contains(TRAIN)
            && tops.size() > 1
            && tops.stream().allMatch(top -> top.equals(TRAIN) || TEST.contains(top));
    int depth = hasTest ? 1 : 0;
    SortedSet<String> names = new TreeSet<>();
    List<String> unlabelled = new ArrayList<>();
    for (Found each : found) {
      if (each.names().size() > depth + 1) {
        names.add(each.names().get(depth));
      } else {
        unlabelled.add(each.name());
      }
    }
    if (names.size() < 2) {
      throw DataException.because(
          "data.path: '"
              + settings.path()
              + "' has WAV files of "
              + (names.isEmpty() ? "no class" : "one class alone, " + names)
              + "; expected a folder of them for each of at least two classes");
    }
    if (!unlabelled.isEmpty() && settings.invalid() == Invalid.ERROR) {
      throw DataException.because(
          unlabelled.get(0)
              + ": lies in no folder of a class; move it, or set data.invalid=skip, which leaves"
              + " such files out");
    }
    List<String> classes = List.copyOf(names);
    List<LabelledFile> files = new ArrayList<>();
    for (Found each : found) {
      if (each.names().size() > depth + 1) {
        files.add(
            new LabelledFile(
                each.status().getPath().toString(),
                each.name(),
                classes.indexOf(each.names().get(depth)),
                hasTest && !each.names().get(0).equals(TRAIN),
                each.status().getLen(),
                each.status().getModificationTime()));
      }
    }
    return new SoundListing(directory, classes, List.copyOf(files), hasTest, unlabelled);
  }

  /** What tells these files from others: names, lengths and times. */
  String describe() {
    StringBuilder text = new StringBuilder(directory);
    for (LabelledFile each : files) {
      text.append('\n').append(each.name());
      text.append(' ').append(each.length()).append(' ').append(each.modified());
    }
    return text.append('\n').append(unlabelled).toString();
  }
}
