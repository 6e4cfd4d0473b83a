package ai.cresset.jobs.train;

import ai.cresset.data.image.ImageDecoder;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.workload.generative.GenerativeModelFile;
import ai.cresset.jobs.workload.generative.MadeImages;
import ai.cresset.memory.Allocator;
import ai.cresset.nn.Layer;
import ai.cresset.report.Picture;
import ai.cresset.type.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Makes images with a trained network, in this process, and writes them as PNG files.
 *
 * @param directory a training run's {@code output.dir}
 * @param step whose weights; null for those that did best, or the newest where none are kept
 * @param to where files go: a directory of this machine that is empty or not there
 */
public record GenerateImagesJob(String directory, @Nullable Long step, Path to) {
  /**
   * New images, {@code image-00001.png} and so on.
   *
   * @param seed the same seed gives the same images
   * @return what was written, in one line
   */
  public String draw(int count, long seed, Configuration configuration) {
    return write(
        false,
        configuration,
        maker -> {
          List<Picture> made = maker.images().draw(maker.model(), count, seed);
          for (int i = 0; i < made.size(); i++) {
            png(String.format(Locale.ROOT, "image-%05d.png", i + 1), made.get(i));
          }
          return made.size() + " new images in " + to;
        });
  }

  /**
   * What comes back of image files, each under its name.
   *
   * @param from an image file, or a directory with some, of this machine
   * @return what was written, in one line
   */
  public String rebuild(Path from, Configuration configuration) {
    return write(
        true,
        configuration,
        maker -> {
          Map<String, Path> files = named(files(from));
          files.forEach((name, file) -> png(name, maker.images().rebuild(maker.model(), file)));
          return files.size() + " images made again in " + to;
        });
  }

  /** A network and what it makes. */
  private record Maker(MadeImages images, Layer model) {}

  private String write(boolean given, Configuration configuration, Function<Maker, String> maker) {
    RunDirectory run = new RunDirectory(directory, configuration);
    GenerativeModelFile file = run.imageModel();
    MadeImages images = new MadeImages(file);
    images.check(given);
    checkEmpty();
    try (Allocator allocator = Allocator.create("generate", Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind();
        Layer model = file.build(Device.CPU)) {
      String weights = TrainedWeights.load(run, step, model);
      Files.createDirectories(to);
      return maker.apply(new Maker(images, model)) + ", by " + weights;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** By what each is written to; no two are written to one file. */
  private static Map<String, Path> named(List<Path> files) {
    Map<String, Path> named = new LinkedHashMap<>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName()).replaceAll("\\.[^.]*$", "") + ".png";
      Path other = named.put(name, file);
      if (other != null) {
        throw ConfigException.because(
            "--from: '"
                + other
                + "' and '"
                + file
                + "' would both become "
                + name
                + "; rename one");
      }
    }
    return named;
  }

  private static List<Path> files(Path from) {
    try (Stream<Path> found = Files.isDirectory(from) ? Files.list(from) : Stream.of(from)) {
      List<Path> files =
          found
              .filter(each -> ImageDecoder.isImageName(String.valueOf(each.getFileName())))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw ConfigException.value(
            "--from", "'" + from + "'", "an image file, or a directory with some");
      }
      return files;
    } catch (IOException e) {
      throw DataException.because("--from: '" + from + "' cannot be read: " + e.getMessage(), e);
    }
  }

  private void checkEmpty() {
    if (!Files.exists(to)) {
      return;
    }
    try (Stream<Path> found = Files.list(to)) {
      if (found.findAny().isPresent()) {
        throw ConfigException.value("--to", "'" + to + "'", "a directory that is empty");
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void png(String name, Picture picture) {
    try {
      Files.write(to.resolve(name), picture.png());
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private DataException unwritable(IOException cause) {
    return DataException.because("cannot write to " + to + ": " + cause, cause);
  }
}
