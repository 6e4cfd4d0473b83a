package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.CressetException;
import ai.cresset.jobs.LocalSpark;
import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.text.TextCorpus;
import ai.cresset.jobs.train.own.SignOptimizer;
import ai.cresset.jobs.train.own.ThreefoldLoss;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.jobs.workload.gpt.TokenData;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.parallel.strategy.ParallelOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every key of a recipe changes something: each is set to another value and the effect is seen. */
@NullUnmarked
final class RecipeEffectsTest {
  private static final Path SMALL =
      Path.of(System.getProperty("cresset.home"), "conf", "gpt-char-small.yaml");
  private static final List<String> COMMON =
      List.of(
          "model.layers=1",
          "model.heads=2",
          "model.width=8",
          "model.context=8",
          "train.steps=6",
          "train.global_batch=4",
          "train.warmup_steps=1",
          "train.learning_rate=0.01",
          "train.min_learning_rate=0.001",
          "train.clip_norm=0.1",
          "train.log_every=2",
          "train.evaluate_every=2",
          "train.evaluate_samples=3",
          "train.checkpoint_every=2",
          "train.keep_checkpoints=2",
          "sample.prompt=the",
          "sample.tokens=30",
          "sample.temperature=1",
          "sample.top_k=0");

  /** Many flips are compared with the same run; that it is no chance, another test shows. */
  private static final Map<String, TinyRun> RUNS = new HashMap<>();

  @TempDir private static Path shared;
  private static SparkSession spark;

  /**
   * A key with another value.
   *
   * @param override {@code key=value}
   * @param beside what both sides have besides
   * @param seen what must differ
   */
  record Effect(String override, List<String> beside, Function<GptRecipe, Object> seen) {
    String key() {
      return override.substring(0, override.indexOf('='));
    }

    @Override
    public String toString() {
      return override;
    }
  }

  private static Effect flip(
      String override, Function<GptRecipe, Object> effect, String... beside) {
    return new Effect(override, List.of(beside), effect);
  }

  private static Effect run(String override, Function<TinyRun, Object> effect, String... beside) {
    return flip(
        override,
        recipe ->
            effect.apply(RUNS.computeIfAbsent(name(recipe), key -> TinyRun.of(recipe, spark))),
        beside);
  }

  static Stream<Effect> flips() {
    String documents = "data.split=document";
    String archive = "data.path=" + shared.resolve("texts.zip");
    return Stream.of(
        flip("data.path=" + shared.resolve("texts/b.txt"), RecipeEffectsTest::corpus),
        flip("data.include=['*.txt']", RecipeEffectsTest::corpus),
        flip("data.exclude=['*.md']", RecipeEffectsTest::corpus),
        flip(documents, RecipeEffectsTest::corpus),
        flip("data.split_seed=5", RecipeEffectsTest::corpus, documents),
        flip("data.validation_fraction=0.3", RecipeEffectsTest::corpus),
        flip("data.tokenizer=byte", RecipeEffectsTest::corpus),
        flip("data.max_entries=2", RecipeEffectsTest::corpus, archive),
        flip("data.max_entry_bytes=9", RecipeEffectsTest::corpus, archive),
        flip(
            "data.cache_dir=" + shared.resolve("other-cache"),
            recipe -> {
              TokenData.prepare(spark, recipe.data(), new Configuration());
              return Files.exists(shared.resolve("other-cache"));
            }),
        flip("model.layers=2", TinyRun::model),
        flip("model.heads=4", TinyRun::model),
        flip("model.width=16", TinyRun::model),
        flip("model.context=9", TinyRun::model),
        flip("model.dropout=0.5", TinyRun::model),
        flip("model.bias=true", TinyRun::model),
        flip("model.tied_embeddings=false", TinyRun::model),
        flip("model.dtype=float64", TinyRun::model),
        run("train.steps=7", TinyRun::checkpoints),
        run("train.global_batch=5", run -> run.result().summary().samples()),
        flip("train.loader_threads=2", recipe -> TrainWorker.loader(recipe.train(), 0)),
        flip("train.prefetch=1", recipe -> TrainWorker.loader(recipe.train(), 0)),
        flip("train.device=cpu", recipe -> TrainJob.options(recipe, true)),
        run("train.micro_batch=1", run -> run.weights()),
        run("train.loss=" + ThreefoldLoss.class.getName(), TinyRun::weights),
        run("train.optimizer=" + SignOptimizer.class.getName(), TinyRun::weights),
        run("train.find_learning_rate=10", TinyRun::weights),
        run("train.average_decay=0.9", run -> run.messages("loss")),
        run(
            "train.early_stopping=1",
            run -> run.result().summary().steps(),
            "train.optimizer=sgd",
            "train.learning_rate=1e-20",
            "train.min_learning_rate=0"),
        run(
            "train.early_stopping_gain=100",
            run -> run.result().summary().steps(),
            "train.early_stopping=1",
            "train.evaluate_every=1"),
        flip("output.logs=[csv]", RecipeEffectsTest::logs),
        run("output.histograms=true", run -> run.result().histograms().isEmpty()),
        run("output.samples=2", run -> run.result().exhibition().samples().size()),
        run("train.precision=bfloat16", TinyRun::weights),
        run("train.seed=2", TinyRun::weights),
        run("train.learning_rate=0.02", TinyRun::weights),
        run("train.warmup_steps=3", TinyRun::weights),
        run("train.min_learning_rate=0.005", TinyRun::weights),
        run("train.schedule=constant", TinyRun::weights),
        flip("train.decay_every=2", RecipeEffectsTest::rates, "train.schedule=step"),
        flip("train.decay_factor=0.3", RecipeEffectsTest::rates, "train.schedule=exponential"),
        flip("train.power=2", RecipeEffectsTest::rates, "train.schedule=polynomial"),
        flip(
            "train.patience=0",
            RecipeEffectsTest::rates,
            "train.schedule=plateau",
            "train.warmup_steps=0"),
        run("train.optimizer=sgd", TinyRun::weights),
        run("train.momentum=0.5", TinyRun::weights, "train.optimizer=sgd"),
        run("train.nesterov=true", TinyRun::weights, "train.optimizer=sgd", "train.momentum=0.5"),
        run("train.smoothing=0.5", TinyRun::weights, "train.optimizer=rmsprop"),
        run("train.betas=[0.9, 0.9]", TinyRun::weights),
        run("train.epsilon=1e-3", TinyRun::weights),
        run("train.weight_decay=0.5", TinyRun::weights),
        run("train.clip_norm=0", TinyRun::weights, "train.optimizer=sgd"),
        run("train.log_every=3", run -> run.stepsWith(Reports.LOSS)),
        run("train.evaluate_every=3", run -> run.stepsWith(Reports.VALIDATION_LOSS)),
        run("train.evaluate_samples=0", run -> run.messages("validation text")),
        run("train.checkpoint_every=3", run -> run.messages("checkpoint")),
        run("train.keep_checkpoints=1", TinyRun::checkpoints),
        flip("train.resume=never", RecipeEffectsTest::secondRun),
        flip("spark.workers=1", recipe -> TrainJob.options(recipe, true)),
        flip("spark.cores_per_worker=2", recipe -> TrainJob.options(recipe, true)),
        flip("spark.gpus_per_worker=0.5", recipe -> TrainJob.options(recipe, true)),
        flip("spark.max_attempts=1", recipe -> TrainJob.options(recipe, true)),
        flip("spark.start_timeout_seconds=5", recipe -> TrainJob.options(recipe, true)),
        flip("parallel.data=2", RecipeEffectsTest::division),
        flip(
            "parallel.shard=2",
            RecipeEffectsTest::division,
            "spark.workers=4",
            "parallel.shard=4",
            "parallel.zero=1"),
        flip("parallel.tensor=2", RecipeEffectsTest::division),
        flip("parallel.sequence_parallel=true", RecipeEffectsTest::division, "parallel.tensor=2"),
        flip("parallel.sequence=2", RecipeEffectsTest::division),
        flip("parallel.attention=ulysses", RecipeEffectsTest::division, "parallel.sequence=2"),
        flip("parallel.pipeline=2", RecipeEffectsTest::division),
        flip("parallel.schedule=gpipe", RecipeEffectsTest::division, "parallel.pipeline=2"),
        flip(
            "parallel.chunks=2",
            RecipeEffectsTest::division,
            "parallel.pipeline=2",
            "model.layers=2"),
        run("parallel.zero=3", run -> run.messages("ZeRO"), "parallel.shard=2", "parallel.zero=2"),
        flip("parallel.recompute=full", RecipeEffectsTest::division),
        flip(
            "parallel.connect_timeout_seconds=5",
            recipe -> Connection.options(recipe.parallel(), true)),
        flip(
            "parallel.operation_timeout_seconds=5",
            recipe -> Connection.options(recipe.parallel(), true)),
        flip("parallel.encrypt=off", recipe -> Connection.options(recipe.parallel(), true)),
        flip("parallel.bucket_bytes=4096", recipe -> Connection.buckets(recipe.parallel())),
        run("sample.prompt=a", run -> run.result().sample()),
        run("sample.tokens=0", run -> run.result().sample()),
        run("sample.temperature=0", run -> run.result().sample()),
        run("sample.top_k=1", run -> run.result().sample()),
        run(
            "output.dir=" + shared.resolve("elsewhere"),
            run -> Files.exists(shared.resolve("elsewhere/checkpoints/step-000006"))));
  }

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start(shared);
    Path texts = Files.createDirectory(shared.resolve("texts"));
    Map<String, String> files = new LinkedHashMap<>();
    for (String name : List.of("a.txt", "b.txt", "c.txt", "d.txt", "e.txt", "f.txt", "g.md")) {
      files.put(name, "the cat " + name + " sat on a mat\n".repeat(10));
    }
    try (OutputStream file = Files.newOutputStream(shared.resolve("texts.zip"));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, String> each : files.entrySet()) {
        Files.writeString(texts.resolve(each.getKey()), each.getValue());
        zip.putNextEntry(new ZipEntry(each.getKey()));
        zip.write(Files.readAllBytes(texts.resolve(each.getKey())));
      }
    }
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static GptRecipe recipe(List<String> overrides) {
    return RecipeReader.read(
        GptRecipe.class,
        SMALL,
        RecipeSettings.merged(
            COMMON,
            List.of(
                "data.path=" + shared.resolve("texts"),
                "data.cache_dir=" + shared.resolve("cache"),
                "output.dir=" + shared.resolve("run-" + System.nanoTime())),
            overrides));
  }

  /** All settings but where the run goes. */
  private static String name(GptRecipe recipe) {
    return recipe.toString().replaceAll("run-[0-9]+", "run");
  }

  /** All tokens of both splits, or why there are none. */
  private static Object corpus(GptRecipe recipe) {
    try (TextCorpus corpus = TextCorpus.read(spark, recipe.data())) {
      List<Object> tokens = new ArrayList<>(List.of(corpus.tokenizer().vocabularySize()));
      for (var split : List.of(corpus.train(), corpus.validation())) {
        split.select("tokens").collectAsList().forEach(row -> tokens.add(row.getList(0)));
        tokens.add("|");
      }
      return tokens;
    } catch (Exception e) { // Spark throws checked ones that it does not declare
      return message(e);
    }
  }

  /** Where a second run in the directory of a first one begins, or why it does not. */
  private static Object secondRun(GptRecipe recipe) {
    List<String> first = List.of("output.dir=" + recipe.output().dir(), "train.steps=2");
    TinyRun.of(recipe(first), spark);
    try {
      return TinyRun.of(recipe, spark).result().summary().resumedFrom();
    } catch (CressetException e) {
      return message(e);
    }
  }

  private static String message(Throwable failure) {
    return failure.getCause() == null
        ? String.valueOf(failure.getMessage())
        : message(failure.getCause());
  }

  /** How so many workers divide the model, or why they cannot. */
  private static List<String> division(GptRecipe recipe) {
    List<String> found = new ArrayList<>();
    for (int workers : List.of(1, 2, 4)) {
      try {
        ParallelOptions options = Connection.options(recipe.parallel(), workers);
        found.add(
            options.dims()
                + ", "
                + options.zero()
                + ", "
                + options.recompute()
                + ", "
                + options.pipeline()
                + ", "
                + options.sequencePlan()
                + ", "
                + (options.tensorPlan() != null && options.tensorPlan().sequenceParallel()));
      } catch (ConfigException e) {
        found.add(String.valueOf(e.getMessage()));
      }
    }
    return found;
  }

  /** The files that a log of the run leaves. */
  private static Set<String> logs(GptRecipe recipe) {
    Path directory = Path.of(recipe.output().dir(), "logs");
    try (RunLog log = new RunLog(recipe.output(), directory, 0, Wording.TEXT, each -> {})) {
      log.accept(new Progress(0, 1, 6, Map.of(Reports.LOSS, 1.0), ""));
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString().replaceAll("[0-9]{13}", "time"))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aTextHasNoEpochs() {
    String text =
        message(
            assertThrows(
                ConfigException.class, () -> recipe(List.of("train.epochs=2", "train.steps=0"))));
    assertTrue(
        text.endsWith(
            "train.epochs: expected 0, because windows of a text are drawn without end, got 2"),
        text);
  }

  /** The learning rates of the first steps, while evaluations get no better. */
  private static List<Double> rates(GptRecipe recipe) {
    LearningRates rates =
        new LearningRates(
            ScheduleChoice.of(
                recipe.train(), recipe.train().steps(), recipe.train().learningRate()));
    return rates.first(6, recipe.train().learningRate());
  }

  @Test
  void everyScheduleIsAnother() {
    Set<List<Double>> seen = new HashSet<>();
    for (TrainSettings.Schedule schedule : TrainSettings.Schedule.values()) {
      List<String> settings =
          List.of(
              "train.schedule=" + schedule.name().toLowerCase(Locale.ROOT),
              "train.warmup_steps=0",
              "train.patience=1",
              "train.decay_every=4",
              "train.power=3");
      List<Double> rates = rates(recipe(settings));
      assertTrue(seen.add(rates), schedule + ": " + rates);
    }
  }

  @Test
  void everyOptimizerIsAnother() {
    Set<String> seen = new HashSet<>();
    for (TrainSettings.OptimizerKind optimizer : TrainSettings.OptimizerKind.values()) {
      String setting = "train.optimizer=" + optimizer.name().toLowerCase(Locale.ROOT);
      assertTrue(seen.add(TinyRun.of(recipe(List.of(setting)), spark).weights()), setting);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flips")
  void itsEffectIsSeen(Effect flip) {
    List<String> base = new ArrayList<>(flip.beside());
    List<String> flipped = new ArrayList<>(flip.beside());
    flipped.add(flip.override());
    assertNotEquals(name(recipe(base)), name(recipe(flipped)), "the value is the same");
    Object expected = flip.seen().apply(recipe(base));
    assertNotEquals(expected, flip.seen().apply(recipe(flipped)));
  }

  @Test
  void noEffectIsChance() {
    TinyRun one = TinyRun.of(recipe(List.of()), spark);
    TinyRun other = TinyRun.of(recipe(List.of()), spark);
    assertEquals(one.weights(), other.weights());
    assertEquals(one.result().sample(), other.result().sample());
    assertEquals(one.messages(""), other.messages(""));
  }

  @Test
  void noKeyIsLeftOut() {
    Set<String> keys =
        Flip.keys(
            GptRecipe.class, "data", "model", "train", "spark", "parallel", "output", "sample");
    keys.remove("train.epochs"); // of data with an end; ClassifierEffectsTest has it
    TreeSet<String> tested = new TreeSet<>();
    flips().forEach(each -> tested.add(each.key()));
    assertEquals(keys, tested);
  }
}
