package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.error.CressetException;
import ai.cresset.error.DataException;
import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.model.Sampling;
import ai.cresset.nn.StateDict;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.spark.launch.LaunchOptions;
import ai.cresset.spark.launch.SparkLauncher;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs, on two executor processes. */
@NullUnmarked
@Timeout(value = 900, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TrainJobTest {
  private static final Path RECIPE =
      Path.of(System.getProperty("cresset.home"), "conf", "gpt-char-small.yaml");

  @TempDir private static Path shared;
  private static SparkSession spark;
  private static Path text;

  @TempDir private Path directory;

  @BeforeAll
  static void start() throws IOException {
    spark = TwoExecutors.start(shared);
    String[] words = {"the ", "cat ", "sat ", "on ", "a ", "mat.\n"};
    StringBuilder story = new StringBuilder();
    Random random = new Random(1);
    while (story.length() < 6000) {
      story.append(words[random.nextInt(words.length)]);
    }
    text = Files.writeString(shared.resolve("story.txt"), story);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** A tiny model; later settings win. */
  private GptRecipe recipe(String... overrides) {
    List<String> all =
        List.of(
            "data.path=" + text,
            "data.cache_dir=" + shared.resolve("cache"),
            "output.dir=" + directory.resolve("run"),
            "model.layers=1",
            "model.heads=2",
            "model.width=16",
            "model.context=8",
            "model.dropout=0.1",
            "train.steps=40",
            "train.global_batch=5",
            "train.warmup_steps=0",
            "train.learning_rate=0.01",
            "train.schedule=constant",
            "train.evaluate_every=0",
            "train.evaluate_samples=8",
            "train.checkpoint_every=0",
            "sample.prompt=the",
            "sample.tokens=0");
    return RecipeReader.read(
        GptRecipe.class, RECIPE, RecipeSettings.merged(all, List.of(overrides)));
  }

  private static String train(GptRecipe recipe) {
    StringWriter out = new StringWriter();
    TrainJob.check(recipe, spark.sessionState().newHadoopConf());
    new TrainJob(spark, recipe, new PrintWriter(out), 0).run();
    return out.toString();
  }

  private static TrainingCheckpoint newest(Path run) {
    return CheckpointDirectory.open(new LocalCheckpointStore(run.resolve("checkpoints")))
        .latest()
        .orElseThrow();
  }

  /** The weights of the newest checkpoint, by name. */
  private static Map<String, double[]> weights(Path run) {
    Map<String, double[]> weights = new TreeMap<>();
    try (StateDict state = newest(run).readModel()) {
      state.tensors().forEach((name, tensor) -> weights.put(name, tensor.toDoubleArray()));
    }
    return weights;
  }

  private static void assertEqualWeights(Path expected, Path actual, double tolerance) {
    Map<String, double[]> one = weights(expected);
    Map<String, double[]> other = weights(actual);
    assertEquals(one.keySet(), other.keySet());
    one.forEach((name, values) -> assertArrayEquals(values, other.get(name), tolerance, name));
  }

  @Test
  void workersThatShareAllStateTrainWhatReplicasTrain() {
    Path copies = directory.resolve("copies");
    Path parts = directory.resolve("parts");
    String[] both = {"model.layers=2", "train.steps=6", "sample.tokens=3", "output.dir=" + copies};
    String expected = train(recipe(both));
    both[3] = "output.dir=" + parts;
    String[] cut = {"parallel.shard=2", "parallel.zero=3", "parallel.recompute=full"};
    String actual =
        train(recipe(Stream.of(both, cut).flatMap(Arrays::stream).toArray(String[]::new)));
    // Of two workers the sums are the same in either order, so not one bit differs.
    assertEqualWeights(copies, parts, 0);
    assertEquals(figure(expected, "validation loss"), figure(actual, "validation loss"));
    assertTrue(actual.contains("ZeRO 3 over shard 2"), actual);
  }

  private static double figure(String report, String name) {
    String line =
        report.lines().filter(each -> each.startsWith(name + " ")).findFirst().orElseThrow();
    return Double.parseDouble(line.substring(name.length() + 1));
  }

  @Test
  void itLearnsAndWritesText() {
    Path run = directory.resolve("run");
    String report = train(recipe("model.dropout=0", "train.steps=60", "sample.tokens=30"));
    assertTrue(figure(report, "validation loss") < 2.3, report);
    assertTrue(report.contains("tokens      "), report);
    assertTrue(report.contains("\nsample text\nthe"), report);
    GenerateJob.Continued continued =
        new GenerateJob(run.toString(), null)
            .run("the cat", 20, Sampling.GREEDY, 1, new Configuration());
    assertTrue(continued.text().startsWith("the cat"), continued.text());
    assertEquals(27, continued.text().length());
    assertEquals(
        "the newest weights, of step 60", continued.weights()); // no test data, no best ones
    String early =
        assertThrows(
                CheckpointException.class,
                () ->
                    new GenerateJob(run.toString(), 7L)
                        .run("the", 1, Sampling.GREEDY, 1, new Configuration()))
            .getMessage();
    assertTrue(early.contains("step-000007: there is no such checkpoint"), early);
  }

  /** Dropout is on: the random numbers of both workers come back too. */
  @Test
  void aRunInTwoPartsEndsWithTheSameBits() {
    train(recipe("output.dir=" + directory.resolve("whole")));
    train(recipe("output.dir=" + directory.resolve("parts"), "train.steps=20"));
    String second = train(recipe("output.dir=" + directory.resolve("parts")));
    assertTrue(second.contains("steps       40, of which 20 were done"), second);
    assertEquals(
        newest(directory.resolve("whole")).state().files().get("model.safetensors"),
        newest(directory.resolve("parts")).state().files().get("model.safetensors"));
  }

  /** A batch of 5 does not divide by 2. */
  @Test
  void twoWorkersEqualOne() {
    for (String dtype : List.of("float64", "float32")) {
      Path one = directory.resolve("one-" + dtype);
      Path two = directory.resolve("two-" + dtype);
      String[] common = {
        "model.dtype=" + dtype,
        "model.dropout=0",
        "train.optimizer=sgd",
        "train.learning_rate=0.1",
        "train.steps=20"
      };
      for (Path run : List.of(one, two)) {
        List<String> settings = new ArrayList<>(List.of(common));
        settings.add("output.dir=" + run);
        settings.add("spark.workers=" + (run.equals(one) ? 1 : 2));
        train(recipe(settings.toArray(String[]::new)));
      }
      assertEqualWeights(one, two, dtype.equals("float64") ? 1e-10 : 1e-6);
    }
  }

  private static <E extends CressetException> String refused(Class<E> type, GptRecipe recipe) {
    return assertThrows(type, () -> train(recipe)).getMessage();
  }

  @Test
  void whatCannotWorkIsRefusedAndDestroysNothing() throws IOException {
    Path run = directory.resolve("run");
    assertTrue(
        refused(ConfigException.class, recipe("spark.workers=3"))
            .startsWith("workers: 3 slots wanted, 2 available (a slot is 1 core); ask for at most"),
        "slots");
    assertTrue(
        refused(DataException.class, recipe("data.path=/no/such/file")).startsWith("data.path: "),
        "path");
    Path empty = Files.writeString(directory.resolve("empty.txt"), "");
    assertTrue(
        refused(DataException.class, recipe("data.path=" + empty)).contains("holds no text"),
        "empty");
    assertTrue(
        refused(ConfigException.class, recipe("train.resume=require"))
            .startsWith("train.resume: expected auto or never, because file:" + run),
        "require");
    assertTrue(
        refused(DataException.class, recipe("sample.prompt=#", "sample.tokens=1")).contains("#"),
        "prompt");

    train(recipe("train.steps=2", "train.checkpoint_every=1"));
    Map<String, double[]> before = weights(run);
    assertTrue(
        refused(ConfigException.class, recipe("train.resume=never"))
            .contains("holds checkpoints up to step-000002"),
        "never");
    assertTrue(
        refused(ConfigException.class, recipe("train.steps=1"))
            .startsWith("train.steps: expected at least 2"),
        "steps");
    assertTrue(
        refused(CheckpointException.class, recipe("model.width=32"))
            .contains("model.width: 32 in the recipe, 16 in the checkpoints"),
        "shape");
    assertTrue(
        refused(CheckpointException.class, recipe("data.tokenizer=byte"))
            .contains("vocabulary: 256 in the recipe"),
        "tokenizer");
    assertEquals(before.keySet(), weights(run).keySet());

    Path newest = run.resolve("checkpoints/step-000002/model.safetensors");
    byte[] damaged = Files.readAllBytes(newest);
    damaged[damaged.length - 1] ^= 1;
    Files.write(newest, damaged);
    assertEquals("step-000001", newest(run).name());
    Files.delete(run.resolve("checkpoints/step-000001/state.json"));
    String none = refused(CheckpointException.class, recipe());
    assertTrue(none.contains("none of its 2 checkpoints is whole"), none);
    assertArrayEquals(damaged, Files.readAllBytes(newest));
  }

  /** Rank 0 has the job's secret, the others have not. */
  private record WithAnotherSecret() implements Worker<Integer> {
    @Override
    public Integer run(WorkerContext context) {
      byte[] secret = context.secret();
      secret[0] ^= (byte) context.rank();
      CommOptions options = CommOptions.defaults().withConnectTimeout(Duration.ofSeconds(20));
      ProcessGroup.connect(context.rendezvous(), context.host(), secret, options).close();
      return context.rank();
    }
  }

  /** A worker that does not know the job's secret ends the job; the message names the reason. */
  @Test
  void aWorkerWithAnotherSecretIsRefused() {
    SparkLauncher launcher =
        new SparkLauncher(spark.sparkContext(), LaunchOptions.of(2).withAttempts(1));
    String refused =
        assertThrows(CressetException.class, () -> launcher.launch(new WithAnotherSecret()))
            .getMessage();
    assertTrue(refused.contains("the job secrets differ; give every worker"), refused);
    assertEquals(1, refused.lines().filter(each -> each.contains("secrets differ")).count());
  }
}
