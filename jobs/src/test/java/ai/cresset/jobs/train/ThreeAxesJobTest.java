package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.nn.StateDict;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code conf/gpt-3d.yaml} made smaller, by eight workers in two executor processes of four slots:
 * what it trains is what one worker trains, and its checkpoint goes on in any other layout.
 */
@Tag("long")
@NullUnmarked
class ThreeAxesJobTest {
  private static final Path RECIPE =
      Path.of(System.getProperty("cresset.home"), "conf", "gpt-3d.yaml");
  private static final List<String> ONE = layout(1, 1, 1, 1);

  @TempDir private static Path directory;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    Files.writeString(
        directory.resolve("text.txt"), "the cat sat on the mat and saw a rat. ".repeat(60));
    spark = TwoExecutors.start(directory, 4);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static List<String> layout(int workers, int data, int tensor, int pipeline) {
    return List.of(
        "spark.workers=" + workers,
        "parallel.data=" + data,
        "parallel.tensor=" + tensor,
        "parallel.pipeline=" + pipeline);
  }

  private static String train(String place, int steps, List<String> layout) {
    List<String> settings = new ArrayList<>(layout);
    settings.addAll(
        List.of(
            "data.path=" + directory.resolve("text.txt"),
            "data.include=['*']",
            "data.exclude=[]",
            "data.split=position",
            "data.cache_dir=" + directory.resolve("cache"),
            "output.dir=" + directory.resolve(place),
            "model.layers=4",
            "model.width=16",
            "model.context=8",
            "model.dtype=float64",
            "train.steps=" + steps,
            "train.global_batch=8",
            "train.micro_batch=2",
            "train.checkpoint_every=0",
            "train.evaluate_every=0",
            "train.device=cpu",
            "sample.prompt=the",
            "sample.tokens=4"));
    GptRecipe recipe = RecipeReader.read(GptRecipe.class, RECIPE, settings);
    StringWriter out = new StringWriter();
    TrainJob.check(recipe, spark.sessionState().newHadoopConf());
    new TrainJob(spark, recipe, new PrintWriter(out), 0).run();
    return out.toString();
  }

  private static void assertSame(String expected, String actual, int step) {
    Map<String, double[]> other = weights(actual, step);
    weights(expected, step)
        .forEach((name, values) -> assertArrayEquals(values, other.get(name), 1e-9, name));
  }

  private static Map<String, double[]> weights(String place, int step) {
    Map<String, double[]> weights = new TreeMap<>();
    Path checkpoints = directory.resolve(place).resolve("checkpoints");
    try (StateDict state =
        CheckpointDirectory.open(new LocalCheckpointStore(checkpoints))
            .open(String.format("step-%06d", step))
            .readModel()) {
      state.tensors().forEach((name, tensor) -> weights.put(name, tensor.toDoubleArray()));
    }
    return weights;
  }

  private static String line(String report, String name) {
    return report.lines().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
  }

  @Test
  void eightWorkersOnThreeAxesAreOneWorkerAndGoOnAsAnyOthers() {
    String alone = train("one", 4, ONE);
    String cubed = train("moved", 4, layout(8, 2, 2, 2));
    assertSame("one", "moved", 4);
    assertEquals(line(alone, "validation loss"), line(cubed, "validation loss"));
    assertTrue(cubed.contains("stage 0 on rank 0: embedding, block 0"), cubed);
    assertTrue(cubed.contains("\nsample text\nthe"), cubed);
    train("one", 8, ONE);
    int step = 4;
    for (List<String> layout :
        List.of(layout(4, 4, 1, 1), layout(4, 1, 4, 1), layout(4, 1, 1, 4), ONE)) {
      step++;
      String report = train("moved", step, layout);
      assertTrue(report.contains("of which " + (step - 1) + " were done"), report);
    }
    assertSame("one", "moved", 8);
  }
}
