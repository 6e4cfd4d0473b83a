package ai.cresset.data.image;

import ai.cresset.data.Fingerprint;
import ai.cresset.data.Sample;
import ai.cresset.data.SampleDataset;
import ai.cresset.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Images in a folder for each class, as {@code torchvision.datasets.ImageFolder}: {@code inputs}
 * are uint8 {@code [channels, height, width]}, {@code targets} the class, an int64 scalar. Classes
 * are the folders in the order of their names; images may lie deeper. Images are read when they are
 * asked for.
 */
public final class ImageFolder implements SampleDataset {
  private final ImageDecoder decoder;
  private final List<String> classes;
  private final List<Path> files;
  private final int[] labels;
  private final String fingerprint;

  private ImageFolder(
      ImageDecoder decoder, List<String> classes, List<Path> files, List<Integer> labels) {
    this.decoder = decoder;
    this.classes = List.copyOf(classes);
    this.files = List.copyOf(files);
    this.labels = labels.stream().mapToInt(Integer::intValue).toArray();
    Fingerprint digest = new Fingerprint().add(decoder.toString());
    files.forEach(file -> digest.add(file + " " + bytes(file)));
    this.fingerprint = digest.hex();
  }

  /**
   * Lists the images of a directory.
   *
   * @throws DataException if there are none, or a class without any
   */
  public static ImageFolder open(Path directory, ImageDecoder decoder) {
    List<String> classes = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    try (Stream<Path> folders = Files.list(directory)) {
      for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
        int label = classes.size();
        classes.add(String.valueOf(folder.getFileName()));
        List<Path> images = images(folder);
        if (images.isEmpty()) {
          throw DataException.because(
              folder + ": a class without images; expected files named .png, .jpg, .bmp or .gif");
        }
        files.addAll(images);
        images.forEach(image -> labels.add(label));
      }
    } catch (IOException e) {
      throw DataException.because(directory + ": cannot be listed: " + e, e);
    }
    if (classes.isEmpty()) {
      throw DataException.because(directory + ": expected a folder of images for each class");
    }
    return new ImageFolder(decoder, classes, files, labels);
  }

  private static List<Path> images(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> ImageDecoder.isImageName(String.valueOf(file.getFileName())))
          .sorted()
          .toList();
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw DataException.because(file + ": cannot be read: " + e, e);
    }
  }

  /** The names of the classes, in the order of their numbers. */
  public List<String> classes() {
    return classes;
  }

  /** The class of every image. */
  public int[] labels() {
    return labels.clone();
  }

  /** Where an image is. */
  public Path file(long index) {
    return files.get(Math.toIntExact(index));
  }

  @Override
  public long size() {
    return files.size();
  }

  @Override
  public Sample get(long index, long epoch) {
    return Sample.of(decoder.decode(file(index)).tensor(), labels[(int) index]);
  }

  @Override
  public String describe(long index) {
    return file(index).toString();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }
}
