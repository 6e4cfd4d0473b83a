package ai.cresset.jobs.train;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.data.Dataset;
import ai.cresset.data.LoaderOptions;
import ai.cresset.jobs.recipe.OutputSettings;
import ai.cresset.jobs.recipe.ParallelSettings;
import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.workload.Exhibit;
import ai.cresset.jobs.workload.Trainable;
import ai.cresset.jobs.workload.Wording;
import ai.cresset.memory.Allocator;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.schedule.Constant;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.zero.ZeroStage;
import ai.cresset.random.Generator;
import ai.cresset.spark.checkpoint.HadoopCheckpointStore;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.EarlyStopping;
import ai.cresset.train.Evaluation;
import ai.cresset.train.Evaluator;
import ai.cresset.train.LearningRateFinder;
import ai.cresset.train.Resume;
import ai.cresset.train.SingleDevice;
import ai.cresset.train.Strategy;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainingSummary;
import ai.cresset.train.TrainingTask;
import ai.cresset.type.Device;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;

/**
 * What each worker does: builds the model, opens the data where they lie, trains, and at the end
 * looks at all validation and test data.
 *
 * @param settings the recipe's section {@code train}
 * @param parallel the recipe's section {@code parallel}
 * @param output the recipe's section {@code output}
 * @param wording how progress is told
 * @param trainable what is trained
 * @param checkpoints where checkpoints are, with scheme
 * @param best where the weights that did best are, with scheme
 * @param run the submission's own name
 */
record TrainWorker(
    TrainSettings settings,
    ParallelSettings parallel,
    OutputSettings output,
    Wording wording,
    Trainable trainable,
    String checkpoints,
    String best,
    String run)
    implements Worker<TrainResult> {
  /** What Spark calls the executor of {@code local[N]}. */
  private static final String DRIVER = "driver";

  @Override
  public TrainResult run(WorkerContext context) {
    String name = "rank " + context.rank();
    Generator before = Generator.use(new Generator(settings.seed()));
    try (Allocator allocator = Allocator.create(name, Long.MAX_VALUE);
        Allocator.Binding bound = allocator.bind()) {
      return train(context);
    } finally {
      Generator.use(before);
    }
  }

  private TrainResult train(WorkerContext context) {
    Device device = device(context);
    DeferredInit deferred = parallel.dividesModel() ? DeferredInit.begin() : null;
    try (Trainable.Parts parts = precise(built(device, deferred), device)) {
      Dataset some = SpreadSamples.of(parts.validation(), settings.evaluateSamples());
      TrainingSummary summary;
      Evaluation validation;
      BestWeights.Best found = null;
      Evaluation test;
      String sample = "";
      Exhibition exhibition = Exhibition.NONE;
      WeightHistograms histograms = new WeightHistograms(parts.model());
      int steps = settings.steps(parts.plan().stepsPerEpoch());
      Reports reports = new Reports(context, steps, wording);
      // Where there are data for a test, its figures are those of the weights chosen without them.
      boolean chooses = parts.test() != null || settings.earlyStopping() > 0;
      try (Connection connection = Connection.open(context, parallel, parts.model(), deferred);
          RatedOptimizer rated = rated(parts, connection, reports);
          BestWeights kept =
              new BestWeights(
                  wording.score(), keeping(parts, context, connection, rated, chooses))) {
        Optimizer optimizer = rated.optimizer();
        Strategy strategy = connection.strategy();
        Schedule schedule = ScheduleChoice.of(settings, steps, rated.rate());
        TrainingTask task = task(parts, optimizer, schedule, some);
        reports.division(connection.parallel());
        Trainer trainer =
            new Trainer(task, setup().config(steps).withAverage(settings.averageDecay()), strategy)
                .checkpoints(setup().policy(context))
                .listen(reports)
                .callback(reports);
        if (settings.earlyStopping() > 0) {
          trainer.callback(
              new EarlyStopping(settings.earlyStopping(), settings.earlyStoppingGain()));
        }
        if (output.histograms() && context.rank() == 0) {
          trainer.callback(histograms);
        }
        summary = chooses ? trainer.callback(kept).run() : trainer.run();
        found = chooses ? kept.restore() : null;
        Evaluation last = found == null ? summary.lastEvaluation() : found.evaluation();
        validation =
            some == parts.validation() && last != null
                ? last
                : evaluate(parts, parts.validation(), strategy);
        test = parts.test() == null ? null : evaluate(parts, parts.test(), strategy);
        if (!parallel.dividesModel()) {
          exhibition = exhibition(parts, strategy, device);
        }
        if (cutsParameters() && !parallel.dividesModel()) {
          sample = sample(context, parts);
          strategy.sum(0); // the others give their parts of the model meanwhile
        }
      }
      if (!cutsParameters() && !parallel.dividesModel()) {
        sample = sample(context, parts);
      }
      if (parallel.dividesModel() && context.rank() == 0) {
        try (Trainable.Parts whole = stored(device)) {
          sample = whole.sample().get();
          exhibition = exhibition(whole, new SingleDevice(), device);
        }
      }
      return new TrainResult(
          summary,
          found,
          validation,
          test,
          sample,
          exhibition,
          histograms.seen(),
          exhibition.notes());
    }
  }

  /** The parts, with a model without elements where workers divide it. */
  private Trainable.Parts built(Device device, @Nullable DeferredInit deferred) {
    try (DeferredInit building = deferred) {
      return trainable.open(settings, device);
    }
  }

  private static String sample(WorkerContext context, Trainable.Parts parts) {
    return context.rank() == 0 ? parts.sample().get() : "";
  }

  /** The first worker builds the model from the last checkpoint, where none has all of it. */
  private Trainable.Parts stored(Device device) {
    CheckpointDirectory directory =
        CheckpointDirectory.open(
            HadoopCheckpointStore.open(checkpoints, SparkHadoopUtil.get().conf()));
    Trainable.Parts whole = trainable.open(settings, device);
    directory.latest().ifPresent(checkpoint -> checkpoint.loadModel(whole.model()));
    return whole;
  }

  private Exhibition exhibition(Trainable.Parts parts, Strategy strategy, Device device) {
    if (parts.exhibit() == Exhibit.NONE) {
      return Exhibition.NONE;
    }
    Dataset shown = parts.test() == null ? parts.validation() : parts.test();
    return Exhibition.of(parts, shown, output.samples(), strategy, device);
  }

  /** Every worker keeps a copy of all weights, or its part where none has all of them. */
  private BestWeights.Keeping keeping(
      Trainable.Parts parts,
      WorkerContext context,
      Connection connection,
      RatedOptimizer rated,
      boolean chooses) {
    CheckpointStore store = HadoopCheckpointStore.open(best, SparkHadoopUtil.get().conf());
    if (!chooses || !cutsParameters()) {
      return new WholeWeights(parts.model(), store, context.rank() == 0);
    }
    CheckpointPolicy policy =
        new CheckpointPolicy(store, run, context.attempt(), 0, 1, Resume.AUTO, Map.of());
    return new CutWeights(parts.model(), rated.optimizer(), connection.strategy(), policy);
  }

  /** With the objective in the precision of the recipe. */
  private Trainable.Parts precise(Trainable.Parts parts, Device device) {
    return settings.precision() == TrainSettings.Precision.FLOAT32
        ? parts
        : parts.withObjective(MixedPrecision.of(parts.objective(), device.kind()));
  }

  /** Without Spark's environment, and in {@code local[N]}, nobody assigns GPUs. */
  private Device device(WorkerContext context) {
    SparkEnv spark = SparkEnv.get();
    boolean assigns = spark != null && !spark.executorId().equals(DRIVER);
    return WorkerDevice.choose(settings.device(), context.device(), context.rank(), assigns);
  }

  /** Whether no worker has the whole model. */
  private boolean cutsParameters() {
    return parallel.zero() == ZeroStage.PARAMETERS.number();
  }

  private Evaluation evaluate(Trainable.Parts parts, Dataset dataset, Strategy strategy) {
    return new Evaluator(
            parts.model(),
            parts.objective(),
            dataset,
            setup().evaluationBatch(),
            loader(settings, 0),
            strategy)
        .evaluate();
  }

  /** An optimizer and the learning rate that it was made with. */
  private record RatedOptimizer(Optimizer optimizer, double rate) implements AutoCloseable {
    @Override
    public void close() {
      optimizer.close();
    }
  }

  private RatedOptimizer rated(Trainable.Parts parts, Connection connection, Reports reports) {
    double rate = learningRate(parts, connection, reports);
    return new RatedOptimizer(optimizer(connection, rate), rate);
  }

  private Optimizer optimizer(Connection connection, double rate) {
    return connection.parallel().optimizer(leaves -> OptimizerChoice.of(settings, rate, leaves));
  }

  private TrainingTask task(
      Trainable.Parts parts, Optimizer optimizer, Schedule schedule, Dataset validation) {
    return new TrainingTask(
        parts.model(),
        optimizer,
        schedule,
        parts.objective(),
        parts.training(),
        parts.plan(),
        validation,
        parts.unit());
  }

  /** That of the recipe, or the one that a search finds: the same on all workers. */
  private double learningRate(Trainable.Parts parts, Connection connection, Reports reports) {
    int steps = settings.findLearningRate();
    if (steps == 0) {
      return settings.learningRate();
    }
    try (Optimizer optimizer = optimizer(connection, settings.learningRate())) {
      TrainingTask task = task(parts, optimizer, new Constant(), parts.validation());
      double found =
          new LearningRateFinder(task, setup().config(steps), connection.strategy())
              .find()
              .proposal();
      reports.say(
          String.format(Locale.ROOT, "learning rate %.2g, found in %d steps", found, steps));
      return found;
    }
  }

  /** How samples are read. */
  static LoaderOptions loader(TrainSettings settings, int microBatch) {
    return new LoaderOptions(microBatch, settings.prefetch()).withWorkers(settings.loaderThreads());
  }

  private LoopSetup setup() {
    return new LoopSetup(settings, checkpoints, run);
  }
}
