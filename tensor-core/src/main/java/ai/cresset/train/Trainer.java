package ai.cresset.train;

import ai.cresset.checkpoint.TrainingState;
import ai.cresset.data.DataLoader;
import ai.cresset.data.Dataset;
import ai.cresset.data.LoadedStep;
import ai.cresset.data.LoaderOptions;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.error.DivergenceException;
import ai.cresset.memory.Scope;
import ai.cresset.optim.AveragedWeights;
import ai.cresset.optim.schedule.LearningRateScheduler;
import ai.cresset.optim.schedule.MetricSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The training loop.
 *
 * <pre>{@code
 * TrainingSummary summary =
 *     new Trainer(task, TrainerConfig.of(2000), new SingleDevice())
 *         .checkpoints(policy)
 *         .listen(report -> ...)
 *         .run();
 * }</pre>
 *
 * <p>A run that was stopped anywhere and resumed ends with the same bits as one that was not: steps
 * are a function of seed, epoch and step, and weights, optimizer and the generators of all ranks
 * come back from the checkpoint.
 *
 * <p>With {@link TrainerConfig#averageDecay()} evaluations and their callbacks see the average of
 * the weights, and the model has it when the run ends; checkpoints hold both.
 *
 * <p>Where the objective has {@link Player players}, each has a turn in each step: its own passes
 * over the step's samples, its own clipping and update.
 *
 * <p>A {@link MetricSchedule} hears the loss of every evaluation.
 *
 * <p>Confined to one thread; run once.
 */
public final class Trainer {
  private final TrainingTask task;
  private final TrainerConfig config;
  private final Strategy strategy;
  private final RandomStreams random;
  private final LearningRateScheduler learningRate;
  private final Turns turns;
  private final List<ProgressListener> listeners = new ArrayList<>();
  private final List<TrainingCallback> callbacks = new ArrayList<>();
  private final SampleAccount samples;
  private final Speed speed = new Speed();
  private @Nullable CheckpointPolicy policy;
  private @Nullable Evaluation firstEvaluation;
  private @Nullable Evaluation lastEvaluation;
  private @Nullable StepReport lastStep;
  private @Nullable AveragedWeights average;

  /**
   * A run of this task.
   *
   * @throws ConfigException if the schedule looks at a metric and there is no data to evaluate on
   */
  public Trainer(TrainingTask task, TrainerConfig config, Strategy strategy) {
    if (task.schedule() instanceof MetricSchedule && task.validation() == null) {
      throw ConfigException.because(
          task.schedule().getClass().getSimpleName()
              + " looks at the validation loss, and the task has no validation data; give it some,"
              + " or use a schedule of the step alone");
    }
    this.task = task;
    this.config = config;
    this.strategy = strategy;
    this.random = new RandomStreams(config.seed(), strategy.share().rank());
    this.samples = new SampleAccount(task.plan(), strategy);
    this.learningRate = new LearningRateScheduler(task.optimizer(), task.schedule());
    this.turns = new Turns(task, strategy, config.maxGradientNorm());
  }

  /** Takes checkpoints and resumes from them. */
  public Trainer checkpoints(CheckpointPolicy checkpointPolicy) {
    policy = checkpointPolicy;
    return this;
  }

  /** Adds a listener for reports of progress. */
  public Trainer listen(ProgressListener listener) {
    listeners.add(listener);
    return this;
  }

  /** Adds a callback. */
  public Trainer callback(TrainingCallback callback) {
    callbacks.add(callback);
    return this;
  }

  /**
   * Trains to the end.
   *
   * @throws DivergenceException if loss or gradients are no longer finite
   * @throws DataException if samples cannot be read
   * @throws ai.cresset.error.CheckpointException if a checkpoint cannot be loaded or committed
   */
  public TrainingSummary run() {
    if (config.averageDecay() == 0) {
      return runWithAverage();
    }
    try (AveragedWeights weights =
        AveragedWeights.exponential(task.model().namedParameters(), config.averageDecay())) {
      average = weights;
      return runWithAverage();
    }
  }

  private TrainingSummary runWithAverage() {
    if (policy == null) {
      return run(null);
    }
    try (Checkpointing checkpoints =
        new Checkpointing(policy, task, strategy, random, samples, average)) {
      return run(checkpoints);
    }
  }

  private TrainingSummary run(@Nullable Checkpointing checkpoints) {
    long started = System.nanoTime();
    TrainingState resumed = checkpoints == null ? null : checkpoints.resume();
    long first = resumed == null ? 0 : resumed.step();
    if (resumed != null) {
      learningRate.loadStateDict(RunMetrics.schedule(resumed.metrics(), first));
      Map<String, Double> remembered = RunMetrics.callbacks(resumed.metrics());
      tell(first, callback -> callback.restore(remembered));
    }
    turns.prepare();
    task.model().train();
    if (resumed == null) {
      evaluate(0);
      firstEvaluation = lastEvaluation;
    } else {
      firstEvaluation = RunMetrics.evaluation(resumed.metrics(), RunMetrics.FIRST);
      lastEvaluation = RunMetrics.evaluation(resumed.metrics(), RunMetrics.LAST);
    }
    long done = first;
    String checkpoint = null;
    try (DataLoader loader =
        DataLoader.start(
            task.training(),
            task.plan(),
            strategy.share(),
            loaderOptions(),
            first,
            config.steps())) {
      while (done < config.steps() && !stops()) {
        String name = step(done, loader, checkpoints);
        checkpoint = name.isEmpty() ? checkpoint : name;
        done++;
      }
    }
    if (average != null) {
      average.copyToWeights();
    }
    TrainingSummary summary = summary(done, first, started, checkpoint);
    tell(done, callback -> callback.onEnd(summary));
    return summary;
  }

  /** One step and all that follows it; the name of the checkpoint that was committed, or empty. */
  private String step(long before, DataLoader loader, @Nullable Checkpointing checkpoints) {
    long done = before + 1;
    tell(before, callback -> callback.beforeStep(before));
    StepReport step = random.train(() -> step(loader));
    lastStep = step;
    tell(done, callback -> callback.afterStep(step));
    if (isDue(done, config.evaluateEvery())) {
      evaluate(done);
    }
    boolean last = done == config.steps() || stops();
    if (last || isDue(done, config.reportEvery())) {
      report(step);
    }
    if (checkpoints == null) {
      return "";
    }
    String name = checkpoints.committed(false);
    if (last || checkpoints.isDue(done, config.steps())) {
      name =
          checkpoints.save(
              done,
              last,
              RunMetrics.of(
                  step, firstEvaluation, lastEvaluation, learningRate.stateDict(), remembered()));
    }
    if (!name.isEmpty()) {
      String committed = name;
      tell(done, callback -> callback.onCheckpoint(done, committed));
    }
    return name;
  }

  private boolean stops() {
    return callbacks.stream().anyMatch(TrainingCallback::stops);
  }

  private Map<String, Double> remembered() {
    Map<String, Double> numbers = new TreeMap<>();
    callbacks.forEach(callback -> numbers.putAll(callback.state()));
    return numbers;
  }

  /** Batches go where the model is. */
  private LoaderOptions loaderOptions() {
    return Evaluator.where(task.model(), config.loader());
  }

  private boolean isDue(long done, long every) {
    return done == config.steps() || (every > 0 && done % every == 0);
  }

  private StepReport step(DataLoader loader) {
    long begin = System.nanoTime();
    try (Scope scope = Scope.open("training step")) {
      LoadedStep loaded = loader.next();
      long waited = System.nanoTime() - begin;
      if (loaded == null) {
        throw new IllegalStateException("the loader ended before the last step");
      }
      double rate = learningRate.learningRate();
      long step = loaded.step() + 1;
      Turns.Outcome outcome = turns.run(step, loaded.microBatches());
      if (average != null) {
        average.update();
      }
      learningRate.step();
      samples.add(loaded);
      speed.add(
          loaded.globalSamples() * task.unit().perSample(), System.nanoTime() - begin, waited);
      return new StepReport(
          step,
          loaded.position().epoch(),
          outcome.loss(),
          outcome.weight(),
          loaded.globalSamples(),
          rate,
          outcome.norm(),
          outcome.losses());
    }
  }

  private void evaluate(long step) {
    Dataset validation = task.validation();
    if (validation == null) {
      return;
    }
    Evaluator evaluator =
        new Evaluator(
            task.model(),
            task.objective(),
            validation,
            config.evaluationBatchSize(),
            loaderOptions(),
            strategy);
    try (AveragedWeights.@Nullable Applied applied = average == null ? null : average.apply()) {
      Evaluation evaluation = random.evaluate(evaluator::evaluate);
      lastEvaluation = evaluation;
      learningRate.observe(evaluation.loss());
      tell(step, callback -> callback.onEvaluate(step, evaluation));
    }
  }

  private void report(StepReport step) {
    Speed.Pace recent = speed.recent();
    ProgressReport report =
        new ProgressReport(
            step.step(),
            config.steps(),
            step.epoch(),
            step.loss(),
            step.learningRate(),
            step.gradientNorm(),
            recent.unitsPerSecond(),
            recent.dataWait(),
            task.unit().name(),
            speed.seconds(config.steps() - step.step()),
            step.players(),
            lastEvaluation);
    listeners.forEach(listener -> listener.progress(report));
  }

  private void tell(long step, Consumer<TrainingCallback> event) {
    for (TrainingCallback callback : callbacks) {
      random.callback(
          step,
          () -> {
            try (Scope scope = Scope.open("callback")) {
              event.accept(callback);
            }
            return true;
          });
    }
  }

  private TrainingSummary summary(
      long done, long first, long started, @Nullable String checkpoint) {
    return new TrainingSummary(
        done,
        first,
        lastStep == null ? Double.NaN : lastStep.loss(),
        firstEvaluation,
        lastEvaluation,
        samples.counts(),
        task.training().size(),
        speed.overall().unitsPerSecond(),
        speed.overall().dataWait(),
        task.unit().name(),
        (System.nanoTime() - started) * 1e-9,
        checkpoint);
  }
}
