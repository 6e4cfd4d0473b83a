package ai.cresset.jobs.image;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.ImageDataSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of a data set of the MNIST family, checked: each whole, as many labels as images,
 * images of one size.
 *
 * @param trainImages to train and to validate on
 * @param trainLabels theirs; null where labels are ignored
 * @param testImages for the end
 * @param testLabels theirs; null where labels are ignored
 * @param shape of all images
 */
record ImageFiles(
    IdxFile trainImages,
    @Nullable IdxFile trainLabels,
    IdxFile testImages,
    @Nullable IdxFile testLabels,
    ImageShape shape) {

  /**
   * Finds and checks the files of a recipe.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  static ImageFiles of(ImageDataSettings settings, Labels labels, Configuration configuration) {
    List<FileStatus> files = list(settings.path(), configuration);
    IdxFile trainImages =
        IdxFile.of(find(files, settings, "train", "images", 3), "images", 3, 4, configuration);
    IdxFile trainLabels = labels(files, settings, "train", labels, configuration);
    IdxFile testImages =
        IdxFile.of(find(files, settings, "t10k", "images", 3), "images", 3, 4, configuration);
    IdxFile testLabels = labels(files, settings, "t10k", labels, configuration);
    trainImages.checkLength(configuration);
    checkLabels(trainImages, trainLabels, configuration);
    testImages.checkLength(configuration);
    checkLabels(testImages, testLabels, configuration);
    ImageShape shape = ImageShape.of(trainImages, settings.layout());
    ImageShape other = ImageShape.of(testImages, settings.layout());
    if (!shape.equals(other)) {
      throw DataException.because(
          testImages.name()
              + ": expected images of "
              + shape.describe()
              + " as in "
              + trainImages.name()
              + ", got "
              + other.describe());
    }
    return new ImageFiles(trainImages, trainLabels, testImages, testLabels, shape);
  }

  private static @Nullable IdxFile labels(
      List<FileStatus> files,
      ImageDataSettings settings,
      String part,
      Labels labels,
      Configuration configuration) {
    return labels == Labels.IGNORED
        ? null
        : IdxFile.of(find(files, settings, part, "labels", 1), "labels", 1, 1, configuration);
  }

  private static void checkLabels(
      IdxFile images, @Nullable IdxFile labels, Configuration configuration) {
    if (labels == null) {
      return;
    }
    labels.checkLength(configuration);
    if (images.header().items() != labels.header().items()) {
      throw DataException.because(
          images.name()
              + " has "
              + images.header().items()
              + " images, "
              + labels.name()
              + " has "
              + labels.header().items()
              + " labels; use files that belong together");
    }
  }

  private static List<FileStatus> list(String path, Configuration configuration) {
    Path directory = new Path(path);
    try {
      FileSystem fileSystem = directory.getFileSystem(configuration);
      Path qualified = fileSystem.makeQualified(directory);
      List<FileStatus> files = new ArrayList<>();
      try {
        if (fileSystem.getFileStatus(qualified).isFile()) {
          throw DataException.because(
              "data.path: '" + path + "' is a file; name the directory with the four IDX files");
        }
        for (FileStatus each : fileSystem.listStatus(qualified)) {
          if (each.isFile()) {
            files.add(each);
          }
        }
      } catch (FileNotFoundException e) {
        throw DataException.because(
            "data.path: '" + path + "' does not exist (looked for " + qualified + ")", e);
      }
      return files;
    } catch (IOException e) {
      throw DataException.because("data.path: '" + path + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /** The file of a part; a plain one goes before the compressed one. */
  private static FileStatus find(
      List<FileStatus> files,
      ImageDataSettings settings,
      String part,
      String what,
      int dimensions) {
    String parts = part.equals("t10k") ? "(t10k|test)" : part;
    Pattern name = Pattern.compile("(.*-)?" + parts + "-" + what + "[-.]idx[0-9]-ubyte(\\.gz)?");
    List<FileStatus> found =
        files.stream()
            .filter(file -> name.matcher(file.getPath().getName()).matches())
            .sorted()
            .toList();
    String usual = part + "-" + what + "-idx" + dimensions + "-ubyte";
    if (found.isEmpty()) {
      throw DataException.because(
          "data.path: '" + settings.path() + "' has no file " + usual + " or " + usual + ".gz");
    }
    FileStatus first = found.get(0);
    for (FileStatus other : found.subList(1, found.size())) {
      if (!other.getPath().getName().equals(first.getPath().getName() + ".gz")) {
        throw DataException.because(
            "data.path: '"
                + settings.path()
                + "' has "
                + first.getPath().getName()
                + " and "
                + other.getPath().getName()
                + "; leave one of them");
      }
    }
    return first;
  }

  /** All labels of a file, in order, as they are. */
  static int[] labels(IdxFile file, Configuration configuration) {
    try (InputStream in = file.open(configuration, 0)) {
      byte[] bytes = in.readNBytes(file.header().items());
      int[] labels = new int[bytes.length];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = bytes[i] & 0xff;
      }
      return labels;
    } catch (IOException e) {
      throw IdxFile.unreadable(file.name(), e);
    }
  }

  /** What tells these files from others: places, lengths and times. */
  String describe() {
    return Arrays.asList(trainImages, trainLabels, testImages, testLabels) + " " + shape;
  }
}
