package ai.cresset.jobs.image;

import ai.cresset.data.image.ImageDecoder;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.ImageDataSettings;
import ai.cresset.jobs.split.LabelledFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The image files below a directory, ordered by name: a folder for each class, or folders {@code
 * train} and {@code test} with them. Where labels are ignored, images in any folders or in none.
 *
 * @param directory with scheme
 * @param classes the names of the classes, in order; an empty one alone where labels are ignored
 * @param files all images
 * @param hasTest whether there is a folder for the test
 */
record FolderListing(
    String directory, List<String> classes, List<LabelledFile> files, boolean hasTest) {
  private static final String TRAIN = "train";
  private static final Set<String> TEST = Set.of("test", "val", "validation");

  /** Whether a recipe's path has folders, or images without labels, and no IDX files. */
  static boolean isFolder(ImageDataSettings settings, Labels labels, Configuration configuration) {
    Path directory = new Path(settings.path());
    try {
      FileSystem fileSystem = directory.getFileSystem(configuration);
      if (!fileSystem.exists(directory) || !fileSystem.getFileStatus(directory).isDirectory()) {
        return false;
      }
      boolean folders = false;
      for (FileStatus each : fileSystem.listStatus(directory)) {
        if (each.isFile() && each.getPath().getName().contains("ubyte")) {
          return false;
        }
        String name = each.getPath().getName();
        boolean image = labels == Labels.IGNORED && each.isFile() && ImageDecoder.isImageName(name);
        folders |= (each.isDirectory() || image) && isShown(name);
      }
      return folders;
    } catch (IOException e) {
      throw unreadable(settings, e);
    }
  }

  private static DataException unreadable(ImageDataSettings settings, IOException cause) {
    return DataException.because(
        "data.path: '" + settings.path() + "' cannot be read: " + cause.getMessage(), cause);
  }

  /** Spark passes over hidden files, too. */
  private static boolean isShown(String name) {
    return !name.startsWith(".") && !name.startsWith("_");
  }

  /**
   * Lists and checks the files of a recipe.
   *
   * @throws DataException if there are too few of a class
   */
  static FolderListing of(ImageDataSettings settings, Labels labels, Configuration configuration) {
    Path given = new Path(settings.path());
    List<FileStatus> found = new ArrayList<>();
    Path directory;
    try {
      FileSystem fileSystem = given.getFileSystem(configuration);
      directory = fileSystem.makeQualified(given);
      RemoteIterator<LocatedFileStatus> all = fileSystem.listFiles(directory, true);
      while (all.hasNext()) {
        FileStatus each = all.next();
        if (ImageDecoder.isImageName(each.getPath().getName())) {
          found.add(each);
        }
      }
    } catch (IOException e) {
      throw unreadable(settings, e);
    }
    return of(settings, labels, directory, found);
  }

  private static FolderListing of(
      ImageDataSettings settings, Labels labels, Path directory, List<FileStatus> found) {
    boolean labelled = labels == Labels.READ;
    found.sort(Comparator.comparing(each -> each.getPath().toString()));
    SortedSet<String> tops = new TreeSet<>();
    List<String[]> parts = new ArrayList<>();
    List<FileStatus> shown = new ArrayList<>();
    for (FileStatus each : found) {
      String[] names = name(directory, each).split("/", -1);
      if (names.length > (labelled ? 1 : 0)
          && List.of(names).stream().allMatch(FolderListing::isShown)) {
        tops.add(names[0]);
        parts.add(names);
        shown.add(each);
      }
    }
    boolean hasTest =
        tops.contains(TRAIN)
            && tops.size() > 1
            && tops.stream().allMatch(top -> top.equals(TRAIN) || TEST.contains(top));
    int depth = hasTest ? 1 : 0;
    int folders = labelled ? depth + 1 : depth;
    SortedSet<String> names = new TreeSet<>();
    parts.stream()
        .filter(each -> each.length > folders)
        .forEach(each -> names.add(labelled ? each[depth] : ""));
    List<String> classes = List.copyOf(names);
    List<LabelledFile> files = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      String[] of = parts.get(i);
      if (of.length > folders) {
        files.add(
            new LabelledFile(
                shown.get(i).getPath().toString(),
                String.join("/", of),
                labelled ? classes.indexOf(of[depth]) : 0,
                hasTest && !of[0].equals(TRAIN),
                shown.get(i).getLen(),
                shown.get(i).getModificationTime()));
      }
    }
    if (labelled) {
      check(settings, classes);
    } else if (files.isEmpty()) {
      throw DataException.because(
          "data.path: '"
              + settings.path()
              + "' has no images; expected PNG, JPEG, BMP or GIF files, or IDX files");
    }
    return new FolderListing(directory.toString(), classes, List.copyOf(files), hasTest);
  }

  private static String name(Path directory, FileStatus file) {
    return file.getPath().toString().substring(directory.toString().length() + 1);
  }

  private static void check(ImageDataSettings settings, List<String> classes) {
    if (classes.size() < 2) {
      throw DataException.because(
          "data.path: '"
              + settings.path()
              + "' has images of "
              + (classes.isEmpty() ? "no class" : "one class alone, " + classes)
              + "; expected a folder of PNG, JPEG, BMP or GIF files for each of at least two classes,"
              + " or IDX files");
    }
    if (settings.classes() > 0 && settings.classes() != classes.size()) {
      throw ConfigException.value(
          "data.classes",
          settings.classes(),
          classes.size() + ", because there are so many folders of images, or 0");
    }
  }

  /** What tells these files from others: names, lengths and times. */
  String describe() {
    StringBuilder text = new StringBuilder(directory);
    for (LabelledFile each : files) {
      text.append('\n').append(each.name());
      text.append(' ').append(each.length()).append(' ').append(each.modified());
    }
    return text.toString();
  }
}
