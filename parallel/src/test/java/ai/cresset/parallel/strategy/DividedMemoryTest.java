package ai.cresset.parallel.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.Batch;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.Sgd;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import ai.cresset.parallel.tensor.TensorPlan;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LayeredObjective;
import ai.cresset.train.LossSum;
import ai.cresset.train.Strategy;
import java.io.Serializable;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The most that lies on a rank, by its allocator, while a model is built and while it is trained:
 * never the whole model.
 */
class DividedMemoryTest {
  /** Blocks are nearly all of it. */
  private static final GptConfig CONFIG = GptConfig.of(16, 4, 8, 4, 64);

  /** The same with hardly any weights: what is left are channels and places for messages. */
  private static final GptConfig TINY = GptConfig.of(16, 4, 8, 4, 4);

  /** Norms, which every rank of a layer has, activations of a few tokens, and rounding. */
  private static final long SLACK = 96 << 10;

  /** What a channel needs at times, and not in each of two runs at the same moment. */
  private static final long SCRATCH = 256 << 10;

  /**
   * What a rank held, in bytes.
   *
   * @param building at the fullest moment until the model stands
   * @param idle between building and training
   * @param training at the fullest moment of two steps
   */
  private record Held(long building, long idle, long training) implements Serializable {
    Held beside(Held other) {
      return new Held(building - other.building, idle - other.idle, training - other.training);
    }
  }

  private static long bytes(boolean largest) {
    try (Gpt model = new Gpt(CONFIG)) {
      long elements =
          largest
              ? model.parameters().stream().mapToLong(Tensor::numel).max().orElseThrow()
              : model.numParameters();
      return Float.BYTES * elements;
    }
  }

  private static Held run(WorkerContext context, ParallelDims dims, ScheduleKind kind) {
    Generator before = Generator.use(new Generator(5));
    try (ProcessGroup world = context.connect(CommOptions.defaults())) {
      held(TINY, world, dims, kind); // what the group allocates once
      Held channels = held(TINY, world, dims, kind);
      return held(CONFIG, world, dims, kind).beside(channels);
    } finally {
      Generator.use(before);
    }
  }

  private static Held held(
      GptConfig config, ProcessGroup world, ParallelDims dims, ScheduleKind kind) {
    Allocator allocator = Allocator.current();
    long before = allocator.statistics().liveBytes();
    allocator.resetPeak();
    ParallelOptions options =
        ParallelOptions.of(dims, 0).withTensorPlan(dims.tensor() > 1 ? TensorPlan.gpt() : null);
    if (dims.pipeline() > 1) {
      options = options.withPipeline(new PipelineOptions(kind, 1, null));
    }
    DeferredInit deferred = DeferredInit.begin();
    try (Gpt model = built(config, deferred);
        Parallelize parallel = Parallelize.apply(model, world, options, deferred);
        Optimizer optimizer = parallel.optimizer(leaves -> new Sgd(leaves, Sgd.Config.of(0.1)))) {
      long building = allocator.statistics().peakBytes() - before;
      long idle = allocator.statistics().liveBytes() - before;
      allocator.resetPeak();
      Strategy strategy = parallel.strategy();
      strategy.prepare(model);
      for (int step = 0; step < 2; step++) {
        step(model, strategy, optimizer);
      }
      return new Held(building, idle, allocator.statistics().peakBytes() - before);
    }
  }

  private static Gpt built(GptConfig config, DeferredInit deferred) {
    try (deferred) {
      return new Gpt(config);
    }
  }

  private static void step(Gpt model, Strategy strategy, Optimizer optimizer) {
    try (Scope scope = Scope.open("step")) {
      optimizer.zeroGrad();
      strategy.beginStep();
      Tensor tokens = Tensor.of(new long[] {1, 2, 3, 4}, 1, 4);
      List<Batch> batches = List.of(Batch.of(tokens, tokens), Batch.of(tokens, tokens));
      LayeredObjective objective =
          LayeredObjective.of(
              model, (logits, batch) -> model.crossEntropy(logits, batch.targets()));
      LossSum loss = strategy.finishStep(strategy.run(objective, batches));
      assertTrue(loss.sum() > 0);
      optimizer.step();
    }
  }

  @ParameterizedTest(name = "tensor {0} x pipeline {1}, {2}")
  @CsvSource({
    "4,1,ONE_FORWARD_ONE_BACKWARD",
    "1,4,ONE_FORWARD_ONE_BACKWARD",
    "1,4,ZERO_BUBBLE",
    "2,2,GPIPE"
  })
  void noRankEverHoldsTheWholeModel(int tensor, int pipeline, ScheduleKind kind) {
    ParallelDims dims = new ParallelDims(1, 1, tensor, 1, pipeline);
    int ranks = tensor * pipeline;
    long whole = bytes(false);
    long largest = bytes(true);
    List<Held> all =
        new ThreadLauncher(LaunchOptions.of(ranks)).launch(context -> run(context, dims, kind));
    assertEquals(ranks, all.size());
    long part = whole / ranks + SLACK;
    for (Held rank : all) {
      String said = rank + ", whole model " + whole;
      assertTrue(rank.idle() <= part, said);
      // And the one parameter that is being filled.
      assertTrue(rank.building() <= part + largest, said);
      // The parts, their gradients, and the buckets that these move into in the first step.
      long bound = 3 * (whole / ranks) + SLACK + SCRATCH;
      assertTrue(rank.training() <= bound, said);
      assertTrue(bound < whole, "the bound must say something");
    }
  }
}
