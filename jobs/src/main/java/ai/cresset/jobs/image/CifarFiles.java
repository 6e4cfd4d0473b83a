package ai.cresset.jobs.image;

import ai.cresset.error.DataException;
import ai.cresset.jobs.recipe.ImageDataSettings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The binary files of CIFAR-10 ({@code data_batch_1.bin} and so on, {@code test_batch.bin}) and
 * CIFAR-100 ({@code train.bin} and {@code test.bin}, whose fine labels count): images of 32 x 32
 * with 3 channels, before each its label or, of CIFAR-100, the coarse and the fine one.
 *
 * @param train to train and to validate on, in order of their names
 * @param test for the end
 * @param labelBytes before each image
 * @param classNames in order of the labels; empty if no file says them
 */
record CifarFiles(List<Part> train, List<Part> test, int labelBytes, List<String> classNames)
    implements ImageSource {
  private static final ImageShape SHAPE = new ImageShape(3, 32, 32, false);
  private static final String TEN = "data_batch_[0-9]+\\.bin";

  /**
   * A file.
   *
   * @param location where it is, with scheme
   * @param name its file name
   * @param length bytes
   * @param modified when it was last changed
   * @param first the place of its first image among all of its part
   */
  record Part(String location, String name, long length, long modified, int first)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    InputStream open(Configuration configuration) throws IOException {
      Path path = new Path(location);
      return new BufferedInputStream(path.getFileSystem(configuration).open(path), 1 << 16);
    }
  }

  /** Whether a directory has such files. */
  static boolean isThere(ImageDataSettings settings, Configuration configuration) {
    return list(settings, configuration).stream()
        .map(file -> file.getPath().getName())
        .anyMatch(name -> name.matches(TEN) || name.equals("train.bin"));
  }

  private static List<FileStatus> list(ImageDataSettings settings, Configuration configuration) {
    Path directory = new Path(settings.path());
    try {
      FileSystem files = directory.getFileSystem(configuration);
      if (!files.exists(directory) || !files.getFileStatus(directory).isDirectory()) {
        return List.of();
      }
      List<FileStatus> found = new ArrayList<>(Arrays.asList(files.listStatus(directory)));
      found.sort(Comparator.comparing(file -> file.getPath().getName()));
      return found;
    } catch (IOException e) {
      throw DataException.because(
          "data.path: '" + settings.path() + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Finds and checks the files of a recipe.
   *
   * @throws DataException that names the file and what is wrong with it
   */
  static CifarFiles of(ImageDataSettings settings, Configuration configuration) {
    List<FileStatus> all = list(settings, configuration);
    boolean ten = all.stream().anyMatch(file -> file.getPath().getName().matches(TEN));
    int labelBytes = ten ? 1 : 2;
    List<Part> train = parts(all, ten ? TEN : "train\\.bin", labelBytes);
    List<Part> test = parts(all, ten ? "test_batch\\.bin" : "test\\.bin", labelBytes);
    if (test.isEmpty()) {
      throw DataException.because(
          "data.path: '"
              + settings.path()
              + "' has no file "
              + (ten ? "test_batch.bin" : "test.bin")
              + " beside "
              + train.get(0).name());
    }
    String names = ten ? "batches.meta.txt" : "fine_label_names.txt";
    List<String> classNames =
        all.stream()
            .filter(file -> file.getPath().getName().equals(names))
            .findFirst()
            .map(file -> lines(file, configuration))
            .orElse(List.of());
    return new CifarFiles(train, test, labelBytes, classNames);
  }

  private static List<Part> parts(List<FileStatus> all, String name, int labelBytes) {
    List<Part> parts = new ArrayList<>();
    int record = labelBytes + SHAPE.bytes();
    int first = 0;
    for (FileStatus file : all) {
      if (!file.getPath().getName().matches(name)) {
        continue;
      }
      if (file.getLen() == 0 || file.getLen() % record != 0) {
        throw DataException.because(
            file.getPath().getName()
                + ": expected images of "
                + record
                + " bytes each, got "
                + file.getLen()
                + " bytes in all; use another copy of it");
      }
      parts.add(
          new Part(
              file.getPath().toString(),
              file.getPath().getName(),
              file.getLen(),
              file.getModificationTime(),
              first));
      first = Math.toIntExact(first + file.getLen() / record);
    }
    return parts;
  }

  private static List<String> lines(FileStatus file, Configuration configuration) {
    Path path = file.getPath();
    try (InputStream in = path.getFileSystem(configuration).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw IdxFile.unreadable(path.getName(), e);
    }
  }

  @Override
  public ImageShape shape() {
    return SHAPE;
  }

  @Override
  public String name(boolean testing) {
    List<Part> parts = testing ? test : train;
    return parts.get(0).name()
        + (parts.size() == 1 ? "" : " to " + parts.get(parts.size() - 1).name());
  }

  @Override
  public int count(boolean testing) {
    return (testing ? test : train)
        .stream().mapToInt(part -> (int) (part.length() / (labelBytes + SHAPE.bytes()))).sum();
  }

  @Override
  public LabelList labels(boolean testing, Configuration configuration) {
    IntStream.Builder labels = IntStream.builder();
    for (Part part : testing ? test : train) {
      try (InputStream in = part.open(configuration)) {
        for (long left = part.length(); left > 0; left -= labelBytes + SHAPE.bytes()) {
          byte[] before = in.readNBytes(labelBytes);
          labels.add(before[labelBytes - 1] & 0xff);
          in.skipNBytes(SHAPE.bytes());
        }
      } catch (IOException e) {
        throw IdxFile.unreadable(part.name(), e);
      }
    }
    return new LabelList(name(testing), labels.build().toArray());
  }

  @Override
  public JavaRDD<ImageReader.Image> images(
      boolean testing, JavaSparkContext context, SerializableConfiguration configuration) {
    List<Part> parts = testing ? test : train;
    int before = labelBytes; // the task gets the number, not all of this
    return context
        .parallelize(parts, parts.size())
        .flatMap(part -> images(part, before, configuration));
  }

  private static Iterator<ImageReader.Image> images(
      Part part, int labelBytes, SerializableConfiguration configuration) {
    List<ImageReader.Image> images = new ArrayList<>();
    try (InputStream in = part.open(configuration.value())) {
      for (long left = part.length(); left > 0; left -= labelBytes + SHAPE.bytes()) {
        in.skipNBytes(labelBytes);
        byte[] bytes = in.readNBytes(SHAPE.bytes());
        images.add(new ImageReader.Image(part.first() + images.size(), bytes));
      }
    } catch (IOException e) {
      throw IdxFile.unreadable(part.name(), e);
    }
    return images.iterator();
  }

  @Override
  public String className(int label) {
    return label < classNames.size() ? classNames.get(label) : String.valueOf(label);
  }

  @Override
  public String describe() {
    return train + " " + test + " " + classNames;
  }
}
