package ai.cresset.parallel.strategy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.TensorDataset;
import ai.cresset.error.LaunchException;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.StateDict;
import ai.cresset.nn.recompute.Recomputation;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.schedule.ConstantFactor;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOrder;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.Resume;
import ai.cresset.train.StepReport;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainerConfig;
import ai.cresset.train.TrainingCallback;
import ai.cresset.train.TrainingTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that are stopped and go on, in the same layout and in others. */
@NullUnmarked
class ShardedResumeTest {
  private static final int SAMPLES = 22;
  private static final int CONTEXT = 6;

  @TempDir Path directory;

  /**
   * A run on threads.
   *
   * @param stopAfter the step after which rank 0 dies in its first attempt; 0 for never
   */
  private record Run(
      Path directory,
      String name,
      ParallelDims dims,
      int zero,
      RecomputePlan recompute,
      long steps,
      int stopAfter,
      int attempts,
      boolean background) {
    void start() {
      LaunchOptions options = LaunchOptions.of(dims.worldSize()).withAttempts(attempts);
      new ThreadLauncher(options)
          .launch(
              context -> {
                work(context);
                return true;
              });
    }

    private void work(WorkerContext context) {
      Generator before = Generator.use(new Generator(3));
      CommOptions options = CommOptions.defaults().withOrder(ReduceOrder.RANK_ORDER);
      try (ProcessGroup world = dims.worldSize() == 1 ? null : context.connect(options);
          TensorDataset samples = samples();
          Gpt model = new Gpt(GptConfig.of(11, CONTEXT, 2, 2, 8).withDropout(0.1))) {
        Recomputation.apply(model, recompute);
        try (Parallelize parallel =
                Parallelize.apply(model, world, ParallelOptions.of(dims, zero));
            Optimizer optimizer = parallel.optimizer(parts -> new AdamW(parts, 0.01))) {
          TrainingTask task =
              new TrainingTask(
                  model,
                  optimizer,
                  new ConstantFactor(1, 1),
                  batch -> model.loss(batch.inputs(), batch.targets()),
                  samples,
                  new BatchPlan(new ShuffledSampler(SAMPLES, 1), 6, false),
                  null,
                  TrainingTask.Unit.SAMPLES);
          new Trainer(task, TrainerConfig.of(steps).withMaxGradientNorm(1), parallel.strategy())
              .checkpoints(policy(context))
              .callback(dying(context))
              .run();
        }
      } finally {
        Generator.use(before);
      }
    }

    private CheckpointPolicy policy(WorkerContext context) {
      return new CheckpointPolicy(
              new LocalCheckpointStore(directory),
              name,
              context.attempt(),
              2,
              9,
              Resume.AUTO,
              Map.of())
          .withBackground(background);
    }

    private TrainingCallback dying(WorkerContext context) {
      return new TrainingCallback() {
        @Override
        public void afterStep(StepReport report) {
          if (report.step() == stopAfter && context.rank() == 0 && context.attempt() == 0) {
            throw new IllegalStateException("stopped by the test");
          }
        }
      };
    }

    private static TensorDataset samples() {
      Random random = new Random(5);
      long[] tokens = random.longs((long) SAMPLES * CONTEXT, 0, 11).toArray();
      long[] targets = random.longs((long) SAMPLES * CONTEXT, 0, 11).toArray();
      try (Scope scope = Scope.open()) {
        return new TensorDataset(
            Map.of(
                "inputs", Tensor.of(tokens, SAMPLES, CONTEXT),
                "targets", Tensor.of(targets, SAMPLES, CONTEXT)));
      }
    }
  }

  private Run run(String place, String name, int shard, int zero, long steps) {
    ParallelDims dims = ParallelDims.of(1, shard);
    Path here = directory.resolve(place);
    return new Run(here, name, dims, zero, RecomputePlan.NONE, steps, 0, 1, false);
  }

  private TrainingCheckpoint checkpoint(String place, long step) {
    return CheckpointDirectory.open(new LocalCheckpointStore(directory.resolve(place)))
        .open(String.format("step-%06d", step));
  }

  private void assertSame(TrainingCheckpoint expected, TrainingCheckpoint actual) {
    try (StateDict one = expected.readModel();
        StateDict other = actual.readModel()) {
      assertEquals(one.tensors().keySet(), other.tensors().keySet());
      one.tensors()
          .forEach(
              (name, tensor) ->
                  assertArrayEquals(tensor.toFloatArray(), other.get(name).toFloatArray(), name));
    }
    try (var one = expected.optimizer();
        var other = actual.optimizer()) {
      assertEquals(one.tensors().keySet(), other.tensors().keySet());
      for (String name : one.tensors().keySet()) {
        try (Tensor first = one.read(name);
            Tensor second = other.read(name)) {
          assertArrayEquals(first.toFloatArray(), second.toFloatArray(), name);
        }
      }
    }
    assertEquals(expected.optimizerNumbers(), actual.optimizerNumbers());
    assertEquals(expected.state().randomStates(), actual.state().randomStates());
    assertEquals(expected.state().samples(), actual.state().samples());
  }

  @ParameterizedTest(name = "ZeRO {0}, in the background {1}, {2}")
  @CsvSource({"2,true,none", "3,false,selective"})
  void aRunThatDiedEndsWithTheBitsOfOneThatDidNot(int zero, boolean background, String recompute) {
    RecomputePlan plan = RecomputePlan.parse(recompute);
    ParallelDims dims = ParallelDims.of(1, 2);
    run("whole", "run", 2, zero, 7).start();
    new Run(directory.resolve("died"), "run", dims, zero, plan, 7, 5, 2, background).start();
    TrainingCheckpoint whole = checkpoint("whole", 7);
    assertTrue(whole.isSharded());
    assertSame(whole, checkpoint("died", 7));
  }

  /** Nothing is lost on the way through other numbers of workers, and other stages. */
  @Test
  void aRunGoesOnWithAnyNumberOfWorkers() {
    run("run", "first", 4, 3, 4).start();
    run("run", "second", 1, 0, 6).start();
    TrainingCheckpoint alone = checkpoint("run", 6);
    assertEquals(1, alone.state().worldSize());
    assertEquals(6.0, alone.optimizerNumbers().get("step/transformer.ln_f.weight"));
    run("run", "third", 3, 1, 8).start();
    run("run", "fourth", 2, 3, 8).start();
    // No step was left to do: what the fourth run loaded it stored again.
    assertEquals(
        List.of("step-000008"),
        CheckpointDirectory.open(new LocalCheckpointStore(directory.resolve("run")))
            .names()
            .stream()
            .filter(name -> name.startsWith("step-000008"))
            .toList());
    assertEquals(3, checkpoint("run", 8).state().worldSize());
  }

  @Test
  void anotherModelIsRefusedByName() {
    run("run", "first", 2, 3, 2).start();
    Run other = run("run", "second", 2, 3, 2);
    LaunchException refused =
        Assertions.assertThrows(
            LaunchException.class,
            () ->
                new ThreadLauncher(LaunchOptions.of(2))
                    .launch(
                        context -> {
                          try (ProcessGroup world = context.connect(CommOptions.defaults());
                              Gpt model = new Gpt(GptConfig.of(11, CONTEXT, 1, 2, 8));
                              Parallelize parallel =
                                  Parallelize.apply(
                                      model, world, ParallelOptions.of(other.dims(), 3));
                              Optimizer optimizer =
                                  parallel.optimizer(parts -> new AdamW(parts, 0.01))) {
                            var parts =
                                parallel
                                    .strategy()
                                    .checkpointParts(other.policy(context), model, optimizer);
                            try (parts) {
                              parts.load(parts.latest().orElseThrow());
                            }
                            return true;
                          }
                        }));
    String message = refused.getMessage();
    assertTrue(message.contains("shards.json does not fit the model"), message);
    assertTrue(message.contains("transformer.h.1.attn.c_attn.weight: only in"), message);
  }
}
