package ai.cresset.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.data.LoaderOptions;
import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Allocator;
import ai.cresset.optim.Adadelta;
import ai.cresset.optim.Adagrad;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Adamax;
import ai.cresset.optim.Asgd;
import ai.cresset.optim.NAdam;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.RAdam;
import ai.cresset.optim.RmsProp;
import ai.cresset.optim.Rprop;
import ai.cresset.optim.Sgd;
import ai.cresset.optim.schedule.ChainedSchedule;
import ai.cresset.optim.schedule.Constant;
import ai.cresset.optim.schedule.ConstantFactor;
import ai.cresset.optim.schedule.CosineAnnealing;
import ai.cresset.optim.schedule.CosineRestarts;
import ai.cresset.optim.schedule.Cyclic;
import ai.cresset.optim.schedule.ExponentialDecay;
import ai.cresset.optim.schedule.LinearFactor;
import ai.cresset.optim.schedule.MultiStepDecay;
import ai.cresset.optim.schedule.OneCycle;
import ai.cresset.optim.schedule.Polynomial;
import ai.cresset.optim.schedule.ReduceOnPlateau;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.optim.schedule.SequentialSchedule;
import ai.cresset.optim.schedule.StepDecay;
import ai.cresset.optim.schedule.WarmUpCosine;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run that was stopped and resumed has the losses and the weights of one that was not, to the
 * last bit: for every optimizer and every schedule, with shuffling, samples that change by epoch,
 * dropout, accumulation over micro-batches, several loader threads and an average of the weights.
 */
@NullUnmarked
class ResumeEqualityTest {
  private static final int STEPS = 9;

  private final Allocator allocator = Allocator.create("test", 1L << 26);
  private Allocator.Binding bound;
  @TempDir Path temporary;

  @BeforeEach
  void bind() {
    bound = allocator.bind();
  }

  @AfterEach
  void nothingIsLeft() {
    bound.close();
    allocator.close();
  }

  /** What is tried, by name. */
  record Trial(
      String name,
      Function<List<ParameterGroup>, Optimizer> optimizer,
      Supplier<Schedule> schedule) {
    SmallTask task() {
      return new SmallTask(this::make, schedule.get());
    }

    private Optimizer make(Map<String, ? extends Tensor> parameters) {
      return optimizer.apply(ParameterGroup.decayMatrices(new LinkedHashMap<>(parameters), 0.01));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    Supplier<Schedule> cosine = () -> new WarmUpCosine(3, STEPS, 0.001);
    Map<String, Function<List<ParameterGroup>, Optimizer>> optimizers = new LinkedHashMap<>();
    optimizers.put("Adadelta", groups -> new Adadelta(groups, Adadelta.Config.of(1)));
    optimizers.put("Adagrad", groups -> new Adagrad(groups, Adagrad.Config.of(0.01)));
    optimizers.put("Adam", groups -> new Adam(groups, Adam.Config.of(0.01)));
    optimizers.put("AdamW", groups -> new AdamW(groups, Adam.Config.of(0.01)));
    optimizers.put("Adamax", groups -> new Adamax(groups, Adamax.Config.of(0.01)));
    optimizers.put("Asgd", groups -> new Asgd(groups, Asgd.Config.of(0.01)));
    optimizers.put("NAdam", groups -> new NAdam(groups, NAdam.Config.of(0.01)));
    optimizers.put("RAdam", groups -> new RAdam(groups, RAdam.Config.of(0.01)));
    optimizers.put(
        "RmsProp", groups -> new RmsProp(groups, RmsProp.Config.of(0.01).withMomentum(0.5)));
    optimizers.put(
        "Sgd", groups -> new Sgd(groups, Sgd.Config.of(0.05).withMomentum(0.9).withNesterov(true)));
    optimizers.forEach((name, maker) -> trials.add(new Trial(name, maker, cosine)));
    trials.add(
        new Trial(
            "Rprop",
            groups -> new Rprop(List.of(whole(groups)), Rprop.Config.of(0.01)),
            Constant::new));
    Map<String, Supplier<Schedule>> schedules = new LinkedHashMap<>();
    schedules.put("Constant", Constant::new);
    schedules.put("ConstantFactor", () -> new ConstantFactor(0.5, 4));
    schedules.put("CosineAnnealing", () -> new CosineAnnealing(STEPS, 0.001));
    schedules.put("CosineRestarts", () -> new CosineRestarts(5, 2, 0.001));
    schedules.put("Cyclic", () -> Cyclic.of(0.001, 0.05, 4).withMomentum(null));
    schedules.put("ExponentialDecay", () -> new ExponentialDecay(0.9));
    schedules.put("LinearFactor", () -> new LinearFactor(1, 0.1, STEPS));
    schedules.put("MultiStepDecay", () -> new MultiStepDecay(List.of(4L, 7L), 0.5));
    schedules.put("OneCycle", () -> OneCycle.of(0.05, STEPS));
    schedules.put("Polynomial", () -> new Polynomial(STEPS, 2));
    schedules.put("StepDecay", () -> new StepDecay(4, 0.5));
    schedules.put(
        "SequentialSchedule",
        () ->
            new SequentialSchedule(
                List.of(new LinearFactor(0.1, 1, 4), new ExponentialDecay(0.9)), List.of(4L)));
    schedules.put(
        "ChainedSchedule",
        () -> new ChainedSchedule(List.of(new ExponentialDecay(0.95), new StepDecay(5, 0.5))));
    schedules.put(
        "ReduceOnPlateau",
        () ->
            new ReduceOnPlateau(
                ReduceOnPlateau.Config.of(ReduceOnPlateau.Mode.MIN)
                    .withFactor(0.5)
                    .withPatience(0)));
    schedules.forEach(
        (name, maker) ->
            trials.add(
                new Trial(
                    name,
                    groups -> new Sgd(groups, Sgd.Config.of(0.05).withMomentum(0.5)),
                    maker)));
    return trials.stream();
  }

  private static ParameterGroup whole(List<ParameterGroup> groups) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    groups.forEach(group -> all.putAll(group.parameters()));
    return new ParameterGroup("all", all);
  }

  private static TrainerConfig config(double average) {
    return TrainerConfig.of(STEPS)
        .withSeed(11)
        .withMaxGradientNorm(5)
        .withEvaluation(3, 8)
        .withLoader(new LoaderOptions(4, 2).withWorkers(3))
        .withAverage(average);
  }

  private CheckpointPolicy policy(int attempt) {
    return new CheckpointPolicy(
        new LocalCheckpointStore(temporary), "run", attempt, 3, 1, Resume.AUTO, Map.of());
  }

  /** Every loss that a run has. */
  private static final class Losses implements TrainingCallback {
    private final Map<String, Double> seen = new LinkedHashMap<>();
    private final long stopAt;

    Losses(long stopAt) {
      this.stopAt = stopAt;
    }

    @Override
    public void afterStep(StepReport report) {
      seen.put("step " + report.step(), report.loss());
      if (report.step() == stopAt) {
        throw new IllegalStateException("stopped");
      }
    }

    @Override
    public void onEvaluate(long step, Evaluation evaluation) {
      seen.put("validation " + step, evaluation.loss());
      Generator.Key drawn = Generator.current().reserve(1); // what a callback draws is the same too
      seen.put("numbers after " + step, (double) drawn.seed() + drawn.offset());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trials")
  void stoppingChangesNothing(Trial trial) {
    Losses undisturbed = new Losses(0);
    List<float[]> expected;
    try (SmallTask run = trial.task()) {
      new Trainer(run.task, config(0.9), new SingleDevice()).callback(undisturbed).run();
      expected = run.weights();
    }
    Losses first = new Losses(5);
    try (SmallTask run = trial.task()) {
      Trainer trainer =
          new Trainer(run.task, config(0.9), new SingleDevice())
              .checkpoints(policy(0))
              .callback(first);
      assertThrows(IllegalStateException.class, trainer::run);
    }
    Losses second = new Losses(0);
    try (SmallTask run = trial.task()) {
      TrainingSummary summary =
          new Trainer(run.task, config(0.9), new SingleDevice())
              .checkpoints(policy(1))
              .callback(second)
              .run();
      assertEquals(3, summary.resumedFrom());
      List<float[]> got = run.weights();
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), got.get(i), "parameter " + i);
      }
    }
    Map<String, Double> all = new LinkedHashMap<>(first.seen);
    all.putAll(second.seen);
    assertEquals(undisturbed.seen, all);
  }

  private static Trial sgd() {
    return new Trial("sgd", groups -> new Sgd(groups, Sgd.Config.of(0.05)), Constant::new);
  }

  @Test
  void evaluationsSeeTheAverageAndTheModelEndsWithIt() {
    Losses plain = new Losses(0);
    Losses averaged = new Losses(0);
    List<float[]> last;
    List<float[]> mean;
    try (SmallTask run = sgd().task()) {
      new Trainer(run.task, config(0), new SingleDevice()).callback(plain).run();
      last = run.weights();
    }
    try (SmallTask run = sgd().task()) {
      new Trainer(run.task, config(0.9), new SingleDevice()).callback(averaged).run();
      mean = run.weights();
    }
    for (int step = 1; step <= STEPS; step++) { // training is the same
      assertEquals(plain.seen.get("step " + step), averaged.seen.get("step " + step));
    }
    assertNotEquals(plain.seen.get("validation 9"), averaged.seen.get("validation 9"));
    assertNotEquals(last.get(0)[0], mean.get(0)[0]);
  }

  @Test
  void aCheckpointWithoutAverageIsNotTakenForOne() {
    try (SmallTask run = sgd().task()) {
      new Trainer(run.task, config(0), new SingleDevice()).checkpoints(policy(0)).run();
    }
    try (SmallTask run = sgd().task()) {
      Trainer trainer =
          new Trainer(run.task, config(0.9), new SingleDevice()).checkpoints(policy(1));
      String refused = assertThrows(CheckpointException.class, trainer::run).getMessage();
      assertTrue(
          refused.endsWith(
              "has no average of the weights; go on without one, or from another checkpoint"),
          refused);
    }
  }

  @Test
  void aRunThatGetsNoBetterEndsEarlyAndStaysEnded() {
    TrainerConfig config = config(0).withEvaluation(2, 8);
    try (SmallTask run = sgd().task()) {
      TrainingSummary summary =
          new Trainer(run.task, config, new SingleDevice())
              .checkpoints(policy(0))
              .callback(new EarlyStopping(2, 10)) // the first is a gain, nothing after it
              .run();
      assertEquals(6, summary.steps());
      assertEquals("step-000006", summary.checkpoint());
    }
    try (SmallTask run = sgd().task()) {
      TrainingSummary again =
          new Trainer(run.task, config, new SingleDevice())
              .checkpoints(policy(1))
              .callback(new EarlyStopping(2, 10))
              .run();
      assertEquals(6, again.steps());
      assertEquals(6, again.resumedFrom());
    }
    try (SmallTask run = sgd().task()) {
      TrainingSummary whole =
          new Trainer(run.task, config, new SingleDevice())
              .callback(new EarlyStopping(50, 0))
              .run();
      assertEquals(STEPS, whole.steps());
    }
  }

  @Test
  void theFinderProposesARateAndLeavesEverythingAsItWas() {
    List<float[]> expected;
    Trial adam = new Trial("adam", groups -> new Adam(groups, Adam.Config.of(0.01)), Constant::new);
    try (SmallTask run = adam.task()) {
      new Trainer(run.task, config(0), new SingleDevice()).run();
      expected = run.weights();
    }
    try (SmallTask run = adam.task()) {
      TrainerConfig search = TrainerConfig.of(80).withSeed(11).withLoader(new LoaderOptions(0, 2));
      LearningRateFinder.Result found =
          new LearningRateFinder(run.task, search, new SingleDevice()).find(1e-6, 10);
      assertTrue(found.proposal() > 1e-4 && found.proposal() < 3, found.toString());
      assertTrue(found.points().size() > 20, found.toString());
      new Trainer(run.task, config(0), new SingleDevice()).run();
      List<float[]> got = run.weights();
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), got.get(i), "parameter " + i);
      }
    }
  }
}
