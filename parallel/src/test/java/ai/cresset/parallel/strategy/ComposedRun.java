package ai.cresset.parallel.strategy;

import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.TensorDataset;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.Placement;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.nn.recompute.RecomputePlan;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.Sgd;
import ai.cresset.optim.schedule.ConstantFactor;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.pipeline.schedule.ScheduleKind;
import ai.cresset.parallel.sequence.AttentionKind;
import ai.cresset.parallel.sequence.SequencePlan;
import ai.cresset.parallel.tensor.TensorPlan;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.LayeredObjective;
import ai.cresset.train.Resume;
import ai.cresset.train.StepReport;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainerConfig;
import ai.cresset.train.TrainingCallback;
import ai.cresset.train.TrainingSummary;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The training loop on a small language model with tied embeddings, in any layout. Each share of a
 * step is cut into micro-batches of two sequences.
 *
 * @param dims the layout
 * @param zero the stage of ZeRO
 * @param schedule of the pipeline
 * @param chunks of each rank of the pipeline
 * @param dtype of the parameters
 * @param dropout probability
 * @param recompute which blocks run again
 * @param adam whether AdamW steps, or SGD
 * @param steps of the whole run
 * @param directory of checkpoints; null for none
 */
record ComposedRun(
    ParallelDims dims,
    int zero,
    ScheduleKind schedule,
    int chunks,
    DType dtype,
    double dropout,
    String recompute,
    boolean adam,
    int steps,
    @Nullable String directory)
    implements Worker<ComposedRun.Outcome> {
  private static final int SAMPLES = 26;
  private static final int BATCH = 8;
  private static final int CONTEXT = 8;

  /**
   * What a rank reports.
   *
   * @param first the step that it began with
   * @param losses of each step, and the validation loss at the end
   * @param norms of the gradients of each step
   * @param used samples that were used
   * @param elements that this rank's optimizer changes
   */
  record Outcome(long first, List<Double> losses, List<Double> norms, long used, long elements)
      implements Serializable {}

  static ComposedRun of(ParallelDims dims, int zero) {
    return new ComposedRun(
        dims,
        zero,
        ScheduleKind.ONE_FORWARD_ONE_BACKWARD,
        1,
        DType.FLOAT64,
        0,
        "none",
        false,
        4,
        null);
  }

  ComposedRun withSchedule(ScheduleKind kind, int number) {
    return new ComposedRun(
        dims, zero, kind, number, dtype, dropout, recompute, adam, steps, directory);
  }

  ComposedRun with(double probability, String plan) {
    return new ComposedRun(
        dims, zero, schedule, chunks, dtype, probability, plan, adam, steps, directory);
  }

  ComposedRun withType(DType type) {
    return new ComposedRun(
        dims, zero, schedule, chunks, type, dropout, recompute, adam, steps, directory);
  }

  ComposedRun until(int step, String place) {
    return new ComposedRun(
        dims, zero, schedule, chunks, dtype, dropout, recompute, true, step, place);
  }

  List<Outcome> launch() {
    return new ThreadLauncher(LaunchOptions.of(dims.worldSize())).launch(this);
  }

  @Override
  public Outcome run(WorkerContext context) {
    Generator before = Generator.use(new Generator(3));
    DeferredInit deferred = dims.worldSize() > dims.dataRanks() ? DeferredInit.begin() : null;
    try (ProcessGroup world =
            dims.worldSize() == 1 ? null : context.connect(CommOptions.defaults());
        TensorDataset samples = samples();
        TensorDataset validation = samples();
        Gpt model = build(deferred);
        Parallelize parallel = Parallelize.apply(model, world, options(), deferred);
        Optimizer optimizer =
            parallel.optimizer(
                leaves ->
                    adam
                        ? new AdamW(leaves, 0.01)
                        : new Sgd(leaves, Sgd.Config.of(0.3).withMomentum(0.9)))) {
      TrainingTask task =
          new TrainingTask(
              model,
              optimizer,
              new ConstantFactor(1, 1),
              LayeredObjective.of(
                  model, (logits, batch) -> model.crossEntropy(logits, batch.targets())),
              samples,
              new BatchPlan(new ShuffledSampler(SAMPLES, 1), BATCH, false),
              validation,
              TrainingTask.Unit.SAMPLES);
      List<Double> losses = new ArrayList<>();
      List<Double> norms = new ArrayList<>();
      Trainer trainer =
          new Trainer(
                  task,
                  TrainerConfig.of(steps)
                      .withMaxGradientNorm(0.5)
                      .withLoader(new LoaderOptions(2, 2)),
                  parallel.strategy())
              .callback(
                  new TrainingCallback() {
                    @Override
                    public void afterStep(StepReport report) {
                      losses.add(report.loss());
                      norms.add(report.gradientNorm());
                    }
                  });
      if (directory != null) {
        trainer.checkpoints(
            new CheckpointPolicy(
                new LocalCheckpointStore(Path.of(directory)),
                dims.toString(),
                context.attempt(),
                0,
                9,
                Resume.AUTO,
                Map.of()));
      }
      TrainingSummary summary = trainer.run();
      losses.add(Objects.requireNonNull(summary.lastEvaluation()).loss());
      long elements = parallel.parameters().values().stream().mapToLong(Tensor::numel).sum();
      return new Outcome(summary.resumedFrom(), losses, norms, summary.samples().used(), elements);
    } finally {
      Generator.use(before);
    }
  }

  private ParallelOptions options() {
    ParallelOptions options =
        ParallelOptions.of(dims, zero).withRecompute(RecomputePlan.parse(recompute));
    if (dims.pipeline() > 1) {
      options = options.withPipeline(new PipelineOptions(schedule, chunks, null));
    }
    return options
        .withTensorPlan(dims.tensor() > 1 ? TensorPlan.gpt() : null)
        .withSequencePlan(dims.sequence() > 1 ? SequencePlan.gpt(AttentionKind.RING) : null);
  }

  /** Built without elements where ranks divide it. */
  private Gpt build(@Nullable DeferredInit deferred) {
    GptConfig config = GptConfig.of(12, CONTEXT, 4, 2, 8).withDropout(dropout);
    try (DeferredInit building = deferred) {
      return new Gpt(config, new Placement(dtype, Device.CPU));
    }
  }

  private static TensorDataset samples() {
    Random random = new Random(5);
    long[] tokens = random.longs((long) SAMPLES * CONTEXT, 0, 12).toArray();
    long[] targets = random.longs((long) SAMPLES * CONTEXT, 0, 12).toArray();
    try (Scope scope = Scope.open()) {
      return new TensorDataset(
          Map.of(
              "inputs", Tensor.of(tokens, SAMPLES, CONTEXT),
              "targets", Tensor.of(targets, SAMPLES, CONTEXT)));
    }
  }
}
