package ai.cresset.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.Batch;
import ai.cresset.jobs.config.RecipeReader;
import ai.cresset.jobs.recipe.GptRecipe;
import ai.cresset.jobs.workload.gpt.GptFile;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LayeredObjective;
import ai.cresset.train.LossSum;
import ai.cresset.train.Strategy;
import ai.cresset.type.Device;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code plan} says of {@code conf/gpt-3d.yaml}, beside what its workers hold and send. */
class MeasuredPlanTest {
  private static final Path RECIPE =
      Path.of(System.getProperty("cresset.home"), "conf", "gpt-3d.yaml");
  private static final int VOCABULARY = 100;

  /**
   * What a worker did in its third step, in bytes.
   *
   * @param parameters that it changes
   * @param activations the most that lay there beside what lies between steps
   * @param sent to others
   */
  private record Seen(long parameters, long activations, long sent) implements Serializable {}

  private static Seen run(WorkerContext context, GptRecipe recipe) {
    Generator before = Generator.use(new Generator(5));
    DeferredInit deferred = DeferredInit.begin();
    try (Gpt model = built(recipe, deferred);
        Connection connection = Connection.open(context, recipe.parallel(), model, deferred);
        Optimizer optimizer =
            connection
                .parallel()
                .optimizer(leaves -> OptimizerChoice.of(recipe.train(), 1e-3, leaves))) {
      Strategy strategy = connection.strategy();
      strategy.prepare(model);
      step(recipe, model, strategy, optimizer);
      step(recipe, model, strategy, optimizer);
      ProcessGroup group = Objects.requireNonNull(connection.group());
      Allocator allocator = Allocator.current();
      long idle = allocator.statistics().liveBytes();
      allocator.resetPeak();
      long sentBefore = group.jobSentBytes();
      step(recipe, model, strategy, optimizer);
      long sent = group.jobSentBytes() - sentBefore;
      long activations = allocator.statistics().peakBytes() - idle;
      long elements =
          connection.parallel().parameters().values().stream().mapToLong(Tensor::numel).sum();
      return new Seen(Float.BYTES * elements, activations, sent);
    } finally {
      Generator.use(before);
    }
  }

  private static Gpt built(GptRecipe recipe, DeferredInit deferred) {
    try (deferred) {
      return new GptFile(VOCABULARY, recipe.model()).build(Device.CPU);
    }
  }

  private static void step(GptRecipe recipe, Gpt model, Strategy strategy, Optimizer optimizer) {
    int context = recipe.model().context();
    int size = recipe.train().microBatch();
    int shares = recipe.parallel().dims(recipe.spark().workers()).dataRanks();
    try (Scope scope = Scope.open("step")) {
      optimizer.zeroGrad();
      strategy.beginStep();
      List<Batch> batches = new ArrayList<>();
      for (int done = 0; done < recipe.train().globalBatch() / shares; done += size) {
        long[] tokens = new Random(done).longs((long) size * context, 0, VOCABULARY).toArray();
        Tensor some = Tensor.of(tokens, size, context);
        batches.add(Batch.of(some, some));
      }
      LayeredObjective objective =
          LayeredObjective.of(
              model, (logits, batch) -> model.crossEntropy(logits, batch.targets()));
      LossSum loss = strategy.finishStep(strategy.run(objective, batches));
      assertTrue(loss.sum() > 0);
      optimizer.step();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.device=cpu",
        "parallel.sequence_parallel=true",
        "parallel.data=1,parallel.sequence=2",
        "parallel.recompute=full,parallel.schedule=gpipe",
        "parallel.data=1,parallel.shard=2,parallel.zero=1,parallel.chunks=2",
      })
  void whatIsPlannedIsWhatIsTaken(String overrides) {
    GptRecipe recipe =
        RecipeReader.read(GptRecipe.class, RECIPE, List.of(overrides.strip().split(",")));
    TrainingPlan plan = TrainingPlan.of(recipe, VOCABULARY);
    List<Seen> seen =
        new ThreadLauncher(LaunchOptions.of(recipe.spark().workers()))
            .launch(context -> run(context, recipe));
    int stages = plan.ranks().size();
    for (int stage = 0; stage < stages; stage++) {
      TrainingPlan.RankPlan planned = plan.ranks().get(stage);
      Seen first = seen.get(stage * seen.size() / stages); // the pipeline is the outermost axis
      String said = overrides + ", stage " + stage + ": " + planned + ", " + first;
      boolean cutsState = recipe.parallel().zero() == 1;
      long parts = cutsState ? recipe.parallel().shard() : 1;
      assertEquals(planned.parameters() / parts, first.parameters(), said);
      // With ZeRO, gradients come and go within a step.
      long within = planned.activations() + (cutsState ? planned.gradients() : 0);
      assertEquals(within, first.activations(), 0.2 * first.activations(), said);
      assertEquals(planned.sent(), first.sent(), 0.05 * first.sent(), said);
    }
  }
}
