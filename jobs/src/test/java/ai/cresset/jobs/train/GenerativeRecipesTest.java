package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.CressetException;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.recipe.GenerativeRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.report.SamplePrediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes of networks that make images, on small images: their keys, their data and their use. */
@NullUnmarked
final class GenerativeRecipesTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");

  private static final Flip.Effects EFFECTS =
      new Flip.Effects((file, settings) -> outcome(recipe(file, settings)));

  @TempDir private static Path shared;
  private static SparkSession spark;

  private static Flip flip(String override, String... beside) {
    return Flip.of("autoencoder.yaml", override, beside);
  }

  static Stream<Flip> flips() {
    return Stream.of(
        flip("data.flip=true"),
        flip("model.latent=3"),
        flip("model.stages=2"),
        flip("model.width=8"),
        flip("model.norm=none"),
        flip("model.dtype=float64"),
        Flip.of("vae.yaml", "model.beta=0.5"),
        Flip.of("gan.yaml", "model.certainty=0.7"),
        Flip.of("gan.yaml", "model.gradient_penalty=0"));
  }

  /** Keys of the images themselves, which are read as those of classifiers are. */
  private static final List<Flip> IMAGES =
      List.of(
          flip("data.path=elsewhere"),
          flip("data.layout=channels_first"),
          flip("data.size=7"),
          flip("data.colors=gray"),
          flip("data.validation_fraction=0.3"),
          flip("data.test_fraction=0.3"),
          flip("data.split_seed=1"),
          flip("data.invalid=skip"),
          flip("data.cache_dir=elsewhere"));

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start(shared);
    new IdxFiles(4, 1, 9, 8).write(shared.resolve("grey"), "", 80, 20);
    new IdxFiles(4, 1, 9, 8).write(shared.resolve("other"), ".gz", 60, 20);
    new IdxFiles(3, 2, 8, 8).write(shared.resolve("colour"), "", 60, 12);
    new IdxFiles(3, 3, 8, 9).write(shared.resolve("painted"), "", 60, 12);
    for (String part : List.of("grey", "other", "colour")) {
      try (Stream<Path> files = Files.list(shared.resolve(part))) {
        for (Path labels : files.filter(each -> each.toString().contains("-labels-")).toList()) {
          Files.delete(labels);
        }
      }
    }
    FolderImages.write(shared.resolve("painted"), "train", shared.resolve("classes"), 0);
    // All in one folder: no class is known.
    Files.createDirectories(shared.resolve("folders"));
    Files.createDirectories(shared.resolve("damaged"));
    try (Stream<Path> files = Files.walk(shared.resolve("classes"))) {
      for (Path image : files.filter(Files::isRegularFile).toList()) {
        String name = image.getParent().getFileName() + "-" + image.getFileName();
        Files.copy(image, shared.resolve("folders").resolve(name));
        Files.copy(image, shared.resolve("damaged").resolve(name));
      }
    }
    Files.writeString(shared.resolve("damaged/broken.png"), "no image");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Recipe recipe(String file, List<String> overrides) {
    return Recipe.read(
        CONF.resolve(file),
        RecipeSettings.merged(
            List.of(
                "train.steps=4",
                "train.global_batch=8",
                "train.warmup_steps=0",
                "train.evaluate_every=0",
                "model.latent=4",
                "model.stages=1",
                "model.width=4",
                "data.path=" + shared.resolve("grey"),
                "data.cache_dir=" + shared.resolve("cache"),
                "output.samples=3",
                "output.dir=" + shared.resolve("run-" + System.nanoTime())),
            overrides));
  }

  private static String outcome(Recipe recipe) {
    return Flip.outcome(recipe, spark);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flips")
  void itsEffectIsSeen(Flip flip) {
    EFFECTS.assertSeen(flip);
  }

  /** What they do then, tests of classifiers show. */
  @Test
  void imagesAreReadAsTheirKeysSay() {
    Flip.Effects effects =
        new Flip.Effects(
            (file, settings) -> ((GenerativeRecipe) recipe(file, settings)).data().images());
    IMAGES.forEach(effects::assertSeen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"autoencoder.yaml", "vae.yaml", "gan.yaml"})
  void noEffectIsChance(String file) {
    Object one = outcome(recipe(file, List.of()));
    assertEquals(one, outcome(recipe(file, List.of())));
    assertTrue(one.toString().startsWith("["), one.toString());
  }

  @Test
  void noKeyIsLeftOut() {
    Set<String> keys = Flip.keys(GenerativeRecipe.class, "data", "model");
    keys.remove("model.kind"); // each in a file of its own
    assertEquals(keys, Flip.keys(Stream.concat(flips(), IMAGES.stream())));
  }

  @Test
  void twoWorkersPlayTogether() {
    Recipe recipe = recipe("gan.yaml", List.of("train.steps=6", "spark.workers=2"));
    Workload workload = WorkloadChoice.of(recipe);
    Workload.Prepared prepared = workload.prepare(spark, new Configuration());
    RunDirectory directory = new RunDirectory(recipe.output().dir(), new Configuration());
    List<TrainResult> results =
        new ThreadLauncher(LaunchOptions.of(2))
            .launch(WorkloadChoice.worker(recipe, workload, prepared, directory, "two workers"));
    assertEquals(6, results.get(0).summary().steps());
    assertEquals(
        results.get(0).validation(), results.get(1).validation(), "both have the same weights");
  }

  @Test
  void reportsShowEachPlayerAndImages() {
    TinyRun run = TinyRun.of(recipe("gan.yaml", List.of("train.log_every=2")), spark);
    assertEquals(List.of(2L, 4L), run.stepsWith("train.loss.generator"));
    assertEquals(List.of(2L, 4L), run.stepsWith("train.loss.discriminator"));
    List<SamplePrediction> samples = run.result().exhibition().samples();
    assertEquals(3, samples.size());
    assertEquals(8, samples.get(0).picture().width());
    TinyRun vae = TinyRun.of(recipe("vae.yaml", List.of()), spark);
    assertEquals(26, vae.result().exhibition().samples().get(0).picture().width());
  }

  @Test
  void trainedNetworksMakeImages() throws IOException {
    Configuration none = new Configuration();
    Recipe gan = recipe("gan.yaml", List.of());
    Recipe autoencoder =
        recipe("autoencoder.yaml", List.of("data.path=" + shared.resolve("folders")));
    train(gan);
    train(autoencoder);
    Path to = shared.resolve("made");
    GenerateImagesJob job = new GenerateImagesJob(gan.output().dir(), null, to);
    assertEquals(
        "70 new images in " + to + ", by the weights that did best, of step 4",
        job.draw(70, 1, none));
    byte[] last = Files.readAllBytes(to.resolve("image-00070.png"));
    assertEquals(9, ImageIO.read(to.resolve("image-00070.png").toFile()).getHeight());
    Path again = shared.resolve("again");
    new GenerateImagesJob(gan.output().dir(), 4L, again).draw(70, 1, none);
    assertEquals(
        Arrays.toString(last),
        Arrays.toString(Files.readAllBytes(again.resolve("image-00070.png"))));
    Path rebuilt = shared.resolve("rebuilt");
    GenerateImagesJob other = new GenerateImagesJob(autoencoder.output().dir(), null, rebuilt);
    assertEquals(
        "60 images made again in " + rebuilt + ", by the weights that did best, of step 4",
        other.rebuild(shared.resolve("folders"), none));
    try (Stream<Path> files = Files.list(rebuilt)) {
      for (Path file : files.toList()) {
        assertNotNull(ImageIO.read(file.toFile()), file.toString());
        assertTrue(Files.exists(shared.resolve("folders").resolve(file.getFileName())));
      }
    }
    refused("--to: expected a directory that is empty, got", () -> job.draw(1, 1, none));
    Path twins = Files.createDirectories(shared.resolve("twins"));
    Files.copy(to.resolve("image-00001.png"), twins.resolve("one.png"));
    Files.copy(to.resolve("image-00001.png"), twins.resolve("one.jpg"));
    GenerateImagesJob both =
        new GenerateImagesJob(autoencoder.output().dir(), null, shared.resolve("of-twins"));
    refused("--from: '" + twins.resolve("one.jpg") + "' and '", () -> both.rebuild(twins, none));
    refused("--from: a gan makes images of random numbers", () -> job.rebuild(to, none));
    refused("an autoencoder makes images of others alone", () -> other.draw(1, 1, none));
  }

  /** A run whose directory says what the model is, as a job's does. */
  private static void train(Recipe recipe) {
    Workload.Prepared prepared = WorkloadChoice.of(recipe).prepare(spark, new Configuration());
    new RunDirectory(recipe.output().dir(), new Configuration())
        .begin(prepared.model(), prepared.companion(), recipe.toYaml());
    TinyRun.of(recipe, spark);
  }

  private static void refused(String text, Runnable attempt) {
    String got = String.valueOf(assertThrows(CressetException.class, attempt::run).getMessage());
    assertTrue(got.startsWith(text), got);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    refusedRecipe("autoencoder.yaml", "model.beta: expected 1, because", "model.beta=2");
    refusedRecipe("vae.yaml", "model.certainty: expected 1, because", "model.certainty=0.9");
    refusedRecipe(
        "vae.yaml", "model.gradient_penalty: expected 0, because", "model.gradient_penalty=1");
    refusedRecipe("gan.yaml", "a number above 0.5, up to 1, got 0.5", "model.certainty=0.5");
    refusedRecipe(
        "gan.yaml",
        "the two parts of a gan take turns",
        "train.average_decay=0",
        "parallel.shard=2",
        "parallel.zero=1");
    refusedRecipe(
        "gan.yaml", "train.find_learning_rate: expected 0", "train.find_learning_rate=20");
    refusedRecipe("vae.yaml", "train.loss: expected default", "train.loss=my.Loss");
    Object halved = outcome(recipe("vae.yaml", List.of("model.stages=4")));
    assertEquals(
        "model.stages: expected at most 3, because each halves the images, which are 9 x 8, got 4",
        halved);
  }

  private static void refusedRecipe(String file, String text, String... overrides) {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> recipe(file, List.of(overrides)));
    assertTrue(String.valueOf(refused.getMessage()).contains(text), refused.getMessage());
  }
}
