package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.checkpoint.TrainingState;
import ai.cresset.error.CressetException;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.recipe.Recipe;
import ai.cresset.jobs.workload.Workload;
import ai.cresset.jobs.workload.gpt.GptFile;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * A run of the real worker in this process, without Spark.
 *
 * @param result what the worker ended with
 * @param reports what it said on the way
 * @param checkpoints what it left
 * @param weights the digest of the last checkpoint's weights
 */
record TinyRun(
    TrainResult result, List<Progress> reports, List<String> checkpoints, String weights) {

  /** Prepares the data, or finds them prepared, and trains. */
  static TinyRun of(Recipe recipe, SparkSession spark) {
    List<Progress> reports = Collections.synchronizedList(new ArrayList<>());
    TrainResult result = train(recipe, spark, reports::add);
    RunDirectory directory = new RunDirectory(recipe.output().dir(), new Configuration());
    TrainingState state = directory.checkpoints().latest().orElseThrow().state();
    TrainingState.StoredFile model = state.files().get("model.safetensors");
    String weights = model == null ? state.files().toString() : model.sha256(); // of all workers
    return new TinyRun(result, List.copyOf(reports), directory.checkpoints().names(), weights);
  }

  private static TrainResult train(Recipe recipe, SparkSession spark, Consumer<Progress> progress) {
    Workload workload = WorkloadChoice.of(recipe);
    Workload.Prepared prepared = workload.prepare(spark, new Configuration());
    RunDirectory directory = new RunDirectory(recipe.output().dir(), new Configuration());
    Worker<TrainResult> worker =
        WorkloadChoice.worker(recipe, workload, prepared, directory, "tiny " + System.nanoTime());
    LaunchOptions once = LaunchOptions.of(workers(recipe)).withAttempts(1);
    return new ThreadLauncher(once, progress).launch(worker).get(0);
  }

  /** The same until the first worker has told the loss of a step, which ends all; what it said. */
  static List<Progress> stopped(Recipe recipe, SparkSession spark, long step) {
    List<Progress> reports = Collections.synchronizedList(new ArrayList<>());
    assertThrows(
        CressetException.class,
        () ->
            train(
                recipe,
                spark,
                each -> {
                  reports.add(each);
                  if (each.step() == step && each.metrics().containsKey(Reports.LOSS)) {
                    throw new IllegalStateException("stopped");
                  }
                }));
    return List.copyOf(reports);
  }

  /** One, unless state is cut. */
  private static int workers(Recipe recipe) {
    return recipe.parallel().zero() > 0 ? recipe.spark().workers() : 1;
  }

  /** The steps whose reports have this figure. */
  List<Long> stepsWith(String metric) {
    return reports.stream()
        .filter(each -> each.metrics().containsKey(metric))
        .map(Progress::step)
        .toList();
  }

  /** What was said in words, such as about evaluations. */
  List<String> messages(String part) {
    return reports.stream().map(Progress::message).filter(each -> each.contains(part)).toList();
  }

  /** The parameters of a recipe's model and what it computes while it trains, in words. */
  static String model(GptRecipe recipe) {
    Generator before = Generator.use(new Generator(3));
    try (Allocator allocator = Allocator.create("model", Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind();
        Gpt gpt = new GptFile(5, recipe.model()).build(Device.CPU);
        Scope scope = Scope.open("loss")) {
      StringBuilder text = new StringBuilder();
      gpt.namedParameters().forEach((name, each) -> text.append(name + each.spec() + "\n"));
      Tensor tokens = Tensor.of(new long[] {0, 1, 2, 3, 4, 0}, 1, 6);
      return text.append(gpt.loss(tokens, tokens).mean().item()).toString();
    } finally {
      Generator.use(before);
    }
  }
}
