package ai.cresset.data.image;

import ai.cresset.data.BatchPlan;
import ai.cresset.data.DataLoader;
import ai.cresset.data.Dataset;
import ai.cresset.data.LoadedStep;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.Share;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.transform.Compose;
import ai.cresset.data.transform.Normalize;
import ai.cresset.data.transform.RandomHorizontalFlip;
import ai.cresset.data.transform.RandomResizedCrop;
import ai.cresset.data.transform.ToTensor;
import com.sun.management.OperatingSystemMXBean;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * How many JPEG files of 500 x 375 a loader decodes and augments in a second, on one thread and on
 * two: a random crop of 224 x 224, mirrored or not, as normalised float32. Prints {@code
 * loader_1_thread value images/s} and {@code loader_per_core}, images for each second of processor
 * time of the whole process, which other load on the machine changes little; with a peer the same
 * of torchvision on one core and the ratios, above 1 where ours is faster.
 *
 * <p>Usage: {@code ImageLoaderBenchmark [--seconds S] [--peer PYTHON]}.
 */
public final class ImageLoaderBenchmark {
  private static final int FILES = 64;
  private static final int BATCH = 16;

  private ImageLoaderBenchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    double seconds = 6;
    String peer = null;
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      switch (arguments[i]) {
        case "--seconds" -> seconds = Double.parseDouble(arguments[i + 1]);
        case "--peer" -> peer = arguments[i + 1];
        default -> {
          System.err.println("error: expected --seconds S or --peer PYTHON, got " + arguments[i]);
          System.exit(2);
        }
      }
    }
    Path directory = Files.createTempDirectory("cresset-loader");
    try {
      write(directory);
      rate(directory, 1, seconds); // until the compilers are done
      Rate one = rate(directory, 1, seconds);
      print("loader_1_thread", one.wall(), "images/s");
      print("loader_2_threads", rate(directory, 2, seconds).wall(), "images/s");
      print("loader_per_core", one.processor(), "images/s");
      if (peer != null) {
        Rate other = peer(peer, directory, seconds);
        print("torchvision_1_core", other.wall(), "images/s");
        print("torchvision_per_core", other.processor(), "images/s");
        print("loader_ratio", one.wall() / other.wall(), "x");
        print("loader_ratio_per_core", one.processor() / other.processor(), "x");
      }
    } finally {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  /**
   * Images a second.
   *
   * @param wall of the clock
   * @param processor of the time that all threads of the process had a core
   */
  private record Rate(double wall, double processor) {}

  private static void print(String name, double value, String unit) {
    System.out.printf(Locale.ROOT, "%s %.2f %s%n", name, value, unit);
  }

  /** Coarse shapes with fine noise, as photographs compress. */
  private static void write(Path directory) throws IOException {
    Random random = new Random(1);
    for (int file = 0; file < FILES; file++) {
      BufferedImage image = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
      double[] waves = random.doubles(9, 0.005, 0.05).toArray();
      for (int y = 0; y < 375; y++) {
        for (int x = 0; x < 500; x++) {
          int color = 0;
          for (int c = 0; c < 3; c++) {
            double wave =
                Math.sin(waves[3 * c] * x + waves[3 * c + 1] * y)
                    + Math.sin(waves[3 * c + 2] * x * y / 40);
            int value = (int) (128 + 50 * wave + 8 * random.nextGaussian());
            color = color << 8 | Math.max(0, Math.min(255, value));
          }
          image.setRGB(x, y, color);
        }
      }
      Path folder = Files.createDirectories(directory.resolve("class" + file % 2));
      ImageIO.write(image, "jpeg", folder.resolve(file + ".jpg").toFile());
    }
  }

  private static Rate rate(Path directory, int workers, double seconds) {
    Compose transform =
        new Compose(
            new RandomResizedCrop(224, 224),
            new RandomHorizontalFlip(),
            new ToTensor(),
            Normalize.IMAGENET);
    ImageFolder folder = ImageFolder.open(directory, new ImageDecoder(ImageMode.RGB));
    BatchPlan plan = new BatchPlan(new ShuffledSampler(folder.size(), 1), BATCH, true);
    try (Dataset dataset = folder.transformed(transform, 1).collated();
        DataLoader loader =
            DataLoader.start(
                dataset,
                plan,
                Share.ALL,
                LoaderOptions.DEFAULT.withWorkers(workers),
                0,
                Long.MAX_VALUE)) {
      for (int i = 0; i < 4; i++) {
        take(loader);
      }
      long busy = processorTime();
      long begin = System.nanoTime();
      long images = 0;
      while (System.nanoTime() - begin < seconds * 1e9) {
        images += take(loader);
      }
      return new Rate(
          images / ((System.nanoTime() - begin) / 1e9), images / ((processorTime() - busy) / 1e9));
    }
  }

  private static long processorTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long take(DataLoader loader) {
    try (@Nullable LoadedStep step = loader.next()) {
      return step == null ? 0 : step.samples();
    }
  }

  private static Rate peer(String python, Path directory, double seconds)
      throws IOException, InterruptedException {
    Path script = Path.of(System.getProperty("cresset.home"), "tests/peers/loader_rate.py");
    List<String> command =
        new ArrayList<>(List.of(python, script.toString(), directory.toString(), "" + seconds));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      if (process.waitFor() != 0 || line == null) {
        throw new IOException(script + " failed; it needs torch, torchvision and Pillow");
      }
      String[] rates = line.split(" ", -1);
      return new Rate(Double.parseDouble(rates[0]), Double.parseDouble(rates[1]));
    }
  }
}
