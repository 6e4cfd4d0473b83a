package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.Batch;
import ai.cresset.data.Dataset;
import ai.cresset.data.image.ImageDecoder;
import ai.cresset.data.image.ImageMode;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.generate.Glyphs;
import ai.cresset.jobs.recipe.GenerativeRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.memory.Scope;
import ai.cresset.nn.functional.Distances;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.schedule.WarmUpCosine;
import ai.cresset.random.Generator;
import ai.cresset.report.SamplePrediction;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.train.Evaluation;
import ai.cresset.train.SingleDevice;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainerConfig;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What networks that make images reach, against figures that are computed from the images: an
 * autoencoder against the best linear one of as many numbers, a VAE against the best model of
 * independent elements and the entropy of what was drawn, a GAN against real images of which kinds
 * are left out. Small here; in full, with the recipes as they are, on the glyphs of the command
 * {@code samples}.
 */
@NullUnmarked
final class GenerativeQualityTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");
  private static final String FAST = "train.learning_rate=1e-2";
  private static final int KINDS = 4;
  private static final int BARS = 4;
  private static final int GLYPHS = 10;
  private static final int MADE = 1000;

  /** Less than one in a hundred of a kind is as good as none, where a tenth would be right. */
  private static final int FEWEST = 10;

  @TempDir private static Path shared;
  private static SparkSession spark;
  private static List<String> small;
  private static List<String> full;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start(shared);
    new IdxFiles(KINDS, 1, 9, 8).write(shared.resolve("small"), "", 800, 200);
    bars(shared.resolve("bars"));
    new Glyphs().write(shared.resolve("glyphs"), 6000, 1);
    small =
        List.of(
            "data.path=" + shared.resolve("small"),
            "model.latent=4",
            "model.stages=2",
            "model.width=16",
            "train.global_batch=32",
            "train.steps=200",
            "train.evaluate_every=100");
    full = List.of("data.path=" + shared.resolve("glyphs"), "data.size=14");
  }

  /** Images of 8 x 8 with four bars across, two rows high, each of which is there or is not. */
  private static void bars(Path directory) throws IOException {
    Files.createDirectories(directory);
    Random random = new Random(3);
    for (String part : List.of("train", "t10k")) {
      int count = part.equals("train") ? 800 : 200;
      ByteBuffer file = ByteBuffer.allocate(16 + 64 * count);
      file.put(new byte[] {0, 0, 8, 3}).putInt(count).putInt(8).putInt(8);
      for (int i = 0; i < count * BARS; i++) {
        byte[] bar = new byte[64 / BARS];
        Arrays.fill(bar, (byte) (random.nextBoolean() ? 255 : 0));
        file.put(bar);
      }
      Files.write(directory.resolve(part + "-images-idx3-ubyte"), file.array());
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Recipe recipe(String file, List<String> settings, String... more) {
    return Recipe.read(
        CONF.resolve(file),
        RecipeSettings.merged(
            settings,
            List.of(
                "data.cache_dir=" + shared.resolve("cache"),
                "output.samples=0",
                "output.dir=" + shared.resolve("run-" + System.nanoTime())),
            List.of(more)));
  }

  private static Evaluation test(Recipe recipe) {
    return TinyRun.of(recipe, spark).result().test();
  }

  /** The images of a recipe, rows of elements from 0 to 1. */
  private record Images(double[][] train, double[][] test) {
    static Images of(Recipe recipe) {
      Trainable trainable =
          WorkloadChoice.of(recipe).prepare(spark, new Configuration()).trainable();
      try (Trainable.Parts parts = trainable.open(recipe.train(), Device.CPU)) {
        return new Images(rows(parts.training()), rows(parts.test()));
      }
    }

    private static double[][] rows(Dataset dataset) {
      long[] all = IntStream.range(0, (int) dataset.size()).asLongStream().toArray();
      try (Scope scope = Scope.open("rows");
          Batch batch = dataset.gather(all)) {
        Tensor bytes = batch.get("image").to(DType.FLOAT64).div(255);
        double[] flat = bytes.toDoubleArray();
        int size = flat.length / all.length;
        double[][] rows = new double[all.length][];
        for (int i = 0; i < rows.length; i++) {
          rows[i] = Arrays.copyOfRange(flat, i * size, (i + 1) * size);
        }
        return rows;
      }
    }

    private double[] mean() {
      double[] mean = new double[train[0].length];
      for (double[] row : train) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += row[i] / train.length;
        }
      }
      return mean;
    }

    /** What the first principal components of the training images leave of the test's, as RMSE. */
    double linear(int components) {
      double[] mean = mean();
      try (Scope scope = Scope.open("components")) {
        Tensor images = centred(train, mean);
        Tensor covariance = images.transpose(0, 1).matmul(images);
        Generator before = Generator.use(new Generator(1));
        Tensor basis = Tensor.randn(mean.length, components).to(DType.FLOAT64);
        Generator.use(before);
        for (int i = 0; i < 60; i++) {
          basis = orthonormal(covariance.matmul(basis));
        }
        Tensor seen = centred(test, mean);
        Tensor rebuilt = seen.matmul(basis).matmul(basis.transpose(0, 1));
        return Math.sqrt(rebuilt.sub(seen).square().mean().item());
      }
    }

    private static Tensor centred(double[][] rows, double[] mean) {
      double[] flat = new double[rows.length * mean.length];
      for (int i = 0; i < flat.length; i++) {
        flat[i] = rows[i / mean.length][i % mean.length] - mean[i % mean.length];
      }
      return Tensor.of(flat, rows.length, mean.length);
    }

    /** Gram and Schmidt's, column by column. */
    private static Tensor orthonormal(Tensor columns) {
      int rows = (int) columns.size(0);
      int count = (int) columns.size(1);
      double[] values = columns.transpose(0, 1).contiguous().toDoubleArray();
      for (int i = 0; i < count; i++) {
        for (int j = 0; j <= i; j++) {
          double product = 0;
          for (int k = 0; k < rows; k++) {
            product += values[i * rows + k] * values[j * rows + k];
          }
          for (int k = 0; k < rows; k++) {
            values[i * rows + k] =
                j == i
                    ? values[i * rows + k] / Math.sqrt(product)
                    : values[i * rows + k] - product * values[j * rows + k];
          }
        }
      }
      return Tensor.of(values, count, rows).transpose(0, 1);
    }

    /**
     * The bound that the means of the elements alone give, which no number behind them improves.
     */
    double independent() {
      double[] mean = mean();
      double sum = 0;
      for (double[] row : test) {
        for (int i = 0; i < row.length; i++) {
          double chance = Math.max(1e-6, Math.min(1 - 1e-6, mean[i]));
          sum += row[i] * Math.log(chance) + (1 - row[i]) * Math.log(1 - chance);
        }
      }
      return sum / test.length;
    }

    /** The energy distance of training images from those of the test that are not left out. */
    double without(int kinds, int leftOut) {
      double[][] kept =
          IntStream.range(0, test.length)
              .filter(i -> i % kinds >= leftOut) // samples are drawn in turns
              .mapToObj(i -> test[i])
              .toArray(double[][]::new);
      double[][] others = Arrays.copyOf(train, Math.min(train.length, 1000));
      try (Scope scope = Scope.open("distance")) {
        Tensor x = rows(kept);
        Tensor y = rows(others);
        return 2 * Distances.cdist(x, y).mean().item() - within(x) - within(y);
      }
    }

    private static Tensor rows(double[][] rows) {
      return centred(rows, new double[rows[0].length]);
    }

    private static double within(Tensor x) {
      return Distances.cdist(x, x).sum().item() / ((double) x.size(0) * (x.size(0) - 1));
    }
  }

  private static void below(String what, double found, double floor) {
    System.out.printf("%s %.4f, to be below %.4f%n", what, found, floor);
    assertTrue(found < floor, what + " " + found + " is not below " + floor);
  }

  @Test
  void anAutoencoderLeavesLessThanTheBestLinearOne() {
    Recipe recipe = recipe("autoencoder.yaml", small, FAST);
    below("rmse", Math.sqrt(test(recipe).score()), Images.of(recipe).linear(4));
  }

  /** Nobody can tell an image of bars in less than what was drawn: the bound must be above. */
  @Test
  void aVaeComesNearTheEntropyOfWhatWasDrawn() {
    List<String> bars = new ArrayList<>(small);
    bars.set(0, "data.path=" + shared.resolve("bars"));
    Recipe recipe = recipe("vae.yaml", bars, FAST);
    double cost = test(recipe).score();
    double entropy = BARS * Math.log(2);
    assertTrue(cost > entropy, cost + " is less than the entropy, " + entropy);
    double independent = -Images.of(recipe).independent();
    assertTrue(independent > 40, "64 elements, each on or off as likely: " + independent);
    below("cost", cost, entropy + (independent - entropy) / 4);
  }

  @Test
  void imagesOfAGanAreNearerThanRealOnesOfOneKind() {
    Recipe recipe = recipe("gan.yaml", small, "train.learning_rate=5e-3", "train.steps=600");
    below("distance", test(recipe).score(), Images.of(recipe).without(KINDS, KINDS - 1));
  }

  @Test
  @Tag("long")
  void anAutoencoderInFull() {
    Recipe recipe = recipe("autoencoder.yaml", full);
    below("rmse", Math.sqrt(test(recipe).score()), 0.9 * Images.of(recipe).linear(16));
  }

  @Test
  @Tag("long")
  void aVaeInFull() throws IOException {
    Recipe recipe = recipe("vae.yaml", full, "data.size=0"); // fine strokes tell more
    below("cost", test(recipe).score(), -Images.of(recipe).independent() - 10);
    assertAllKinds(recipe);
  }

  @Test
  @Tag("long")
  void aGanInFull() throws IOException {
    Recipe recipe = recipe("gan.yaml", full);
    below("distance", test(recipe).score(), Images.of(recipe).without(GLYPHS, 3));
    assertAllKinds(recipe);
  }

  /** A classifier that was trained on real glyphs sees each of them among images that are made. */
  private static void assertAllKinds(Recipe trained) throws IOException {
    Path made = shared.resolve("made-" + System.nanoTime());
    Workload.Prepared prepared = WorkloadChoice.of(trained).prepare(spark, new Configuration());
    new RunDirectory(trained.output().dir(), new Configuration())
        .begin(prepared.model(), prepared.companion(), trained.toYaml());
    new GenerateImagesJob(trained.output().dir(), null, made).draw(MADE, 1, new Configuration());
    String size = "data.size=" + ((GenerativeRecipe) trained).data().size();
    Recipe judging = recipe("image-cnn.yaml", full, size);
    Trainable trainable =
        WorkloadChoice.of(judging).prepare(spark, new Configuration()).trainable();
    Generator before = Generator.use(new Generator(1));
    try (Trainable.Parts judge = trainable.open(judging.train(), Device.CPU);
        AdamW optimizer =
            new AdamW(
                ParameterGroup.single(judge.model().namedParameters()), Adam.Config.of(3e-3));
        GradMode.Restore on = GradMode.enable();
        Scope scope = Scope.open("judge")) {
      TrainingTask task =
          new TrainingTask(
              judge.model(),
              optimizer,
              new WarmUpCosine(20, 240, 1e-5),
              judge.objective(),
              judge.training(),
              judge.plan(),
              null,
              TrainingTask.Unit.SAMPLES);
      new Trainer(task, TrainerConfig.of(240), new SingleDevice()).run();
      judge.model().eval();
      Map<String, Integer> kinds = new TreeMap<>();
      for (SamplePrediction each : judge.exhibit().samples(batch(made))) {
        kinds.merge(each.predicted().substring(0, each.predicted().indexOf(' ')), 1, Integer::sum);
      }
      System.out.println(trained.model() + " made " + kinds);
      assertTrue(
          kinds.size() == GLYPHS && kinds.values().stream().allMatch(count -> count >= FEWEST),
          "of " + MADE + " images: " + kinds);
    } finally {
      Generator.use(before);
    }
  }

  private static Batch batch(Path directory) throws IOException {
    List<Tensor> images = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        images.add(new ImageDecoder(ImageMode.GRAY).decode(file).tensor().flatten());
      }
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("image", Functional.stack(images, 0));
    tensors.put("label", Tensor.of(new long[images.size()], images.size()));
    return Batch.of(tensors);
  }
}
