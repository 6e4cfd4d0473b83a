package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.generate.SeasonalSeries;
import ai.cresset.jobs.generate.Sentences;
import ai.cresset.jobs.generate.SpokenWords;
import ai.cresset.jobs.generate.TurnedWords;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.parallel.launch.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run of each kind of recipe that was stopped between two checkpoints and started again has the
 * losses, the evaluations and the weights of one that was not, to the last bit: with shuffling,
 * samples that vary, dropout and several threads that read ahead.
 */
@NullUnmarked
final class ResumedRecipesTest {
  private static final Path CONF = Path.of(System.getProperty("cresset.home"), "conf");
  private static final long STOP = 5;
  private static final long CHECKPOINT = 3;

  @TempDir private static Path shared;
  private static SparkSession spark;

  /**
   * A run.
   *
   * @param recipe its file
   * @param data the name of its data
   * @param settings what it has beside the others
   */
  record Trial(String recipe, String data, List<String> settings) {
    @Override
    public String toString() {
      return recipe + " " + String.join(" ", settings);
    }
  }

  private static Trial trial(String recipe, String data, String... settings) {
    return new Trial(recipe, data, List.of(settings));
  }

  static Stream<Trial> trials() {
    return Stream.of(
        trial(
            "forecast.yaml",
            "series",
            "model.kind=transformer",
            "model.width=8",
            "data.context=8",
            "data.season=4",
            "data.horizon=2",
            "model.dropout=0.3",
            "train.loader_threads=3",
            "train.schedule=one_cycle",
            "train.warmup_steps=2",
            "train.average_decay=0.9"),
        trial(
            "audio-keywords.yaml",
            "words",
            "model.layers=1",
            "model.width=4",
            "model.dropout=0.3",
            "data.sample_rate=4000",
            "data.seconds=0.5",
            "data.points=128",
            "data.bands=12",
            "train.loader_threads=3",
            "train.schedule=plateau",
            "train.patience=0",
            "train.learning_rate=0.3"),
        trial(
            "image-cnn.yaml",
            "colour",
            "model.width=4",
            "model.hidden=8",
            "model.dropout=0.3",
            "data.shift=1",
            "data.flip=true",
            "data.crop=0.6",
            "data.rotate=20",
            "data.jitter=0.3",
            "data.erase=0.5",
            "data.mixup=0.4",
            "train.loader_threads=4",
            "train.micro_batch=3",
            "train.average_decay=0.9"),
        trial(
            "text-classifier.yaml",
            "texts",
            "model.width=8",
            "model.dropout=0.3",
            "train.loader_threads=2",
            "train.find_learning_rate=10"),
        trial(
            "translation.yaml",
            "pairs",
            "model.width=8",
            "model.dropout=0.3",
            "train.schedule=cosine_restarts",
            "train.decay_every=4"),
        trial("vae.yaml", "grey", "model.latent=4", "model.width=4", "data.flip=true"),
        trial(
            "gan.yaml",
            "grey",
            "model.latent=4",
            "model.width=4",
            "data.flip=true",
            "train.loader_threads=3",
            "train.clip_norm=1",
            "train.average_decay=0.9"),
        // Ends early, after the stop, with weights from before it.
        trial(
            "tabular-mlp.yaml",
            "rows.csv",
            "data.label=outcome",
            "model.hidden=[16]",
            "model.dropout=0.3",
            "train.evaluate_every=1",
            "train.early_stopping=5",
            "train.early_stopping_gain=10"),
        trial(
            "tabular-mlp.yaml",
            "rows.csv",
            "data.label=outcome",
            "model.hidden=[16]",
            "model.dropout=0.3",
            "train.learning_rate=1",
            "train.evaluate_every=1",
            "train.early_stopping=9",
            "spark.workers=2",
            "parallel.data=1",
            "parallel.shard=2",
            "parallel.zero=3"));
  }

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start(shared);
    new SeasonalSeries().write(shared.resolve("series"), 4 * 60, 1);
    new SpokenWords().write(shared.resolve("words"), 48, 1);
    new Sentences().write(shared.resolve("texts"), 120, 1);
    new TurnedWords().write(shared.resolve("pairs"), 120, 1);
    new IdxFiles(4, 1, 9, 8).write(shared.resolve("grey"), "", 80, 20);
    new IdxFiles(3, 3, 8, 9).write(shared.resolve("colour"), "", 60, 12);
    RuleTable.customers(shared.resolve("rows.csv"), 120);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Recipe recipe(Trial trial, Path directory) {
    return Recipe.read(
        CONF.resolve(trial.recipe()),
        RecipeSettings.merged(
            List.of(
                "train.steps=8",
                "train.global_batch=8",
                "train.warmup_steps=0",
                "train.loader_threads=2",
                "train.log_every=1",
                "train.evaluate_every=2",
                "train.evaluate_samples=8",
                "train.checkpoint_every=" + CHECKPOINT,
                "output.samples=2",
                "data.path=" + shared.resolve(trial.data()),
                "data.cache_dir=" + shared.resolve("cache"),
                "output.dir=" + directory),
            trial.settings()));
  }

  /** What the first worker said of each step, without what the clock says. */
  private static Map<String, Double> figures(List<Progress> reports) {
    Map<String, Double> figures = new TreeMap<>();
    List<String> clock = List.of(Reports.SPEED, Reports.DATA_WAIT, Reports.SECONDS_LEFT);
    for (Progress each : reports) {
      if (each.rank() == 0) {
        each.metrics()
            .forEach(
                (name, value) -> {
                  if (!clock.contains(name)) {
                    figures.put(String.format("%s of step %d", name, each.step()), value);
                  }
                });
      }
    }
    return figures;
  }

  /** What is found with the weights at the end. */
  private static String found(TrainResult result) {
    return Arrays.asList(
            result.summary().steps(),
            result.best(),
            result.validation(),
            result.test(),
            result.sample(),
            result.exhibition())
        .toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trials")
  void stoppingChangesNothing(Trial trial) {
    TinyRun whole = TinyRun.of(recipe(trial, shared.resolve("run-" + System.nanoTime())), spark);
    Path directory = shared.resolve("run-" + System.nanoTime());
    List<Progress> reports = new ArrayList<>();
    reports.addAll(TinyRun.stopped(recipe(trial, directory), spark, STOP));
    assertTrue(Files.exists(directory.resolve("checkpoints/step-00000" + CHECKPOINT)));
    TinyRun resumed = TinyRun.of(recipe(trial, directory), spark);
    reports.addAll(resumed.reports());
    assertEquals(CHECKPOINT, resumed.result().summary().resumedFrom());
    Map<String, Double> expected = figures(whole.reports());
    Map<String, Double> got = figures(reports);
    assertEquals(expected.keySet(), got.keySet());
    assertEquals(
        List.of(),
        expected.keySet().stream()
            .filter(name -> !Objects.equals(expected.get(name), got.get(name)))
            .map(name -> name + ": " + expected.get(name) + ", resumed " + got.get(name))
            .toList());
    assertTrue(got.size() > 20, reports.toString());
    assertEquals(found(whole.result()), found(resumed.result()));
    assertEquals(whole.weights(), resumed.weights());
  }
}
