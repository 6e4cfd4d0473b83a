package ai.cresset.custom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.LoaderOptions;
import ai.cresset.data.RandomOffsets;
import ai.cresset.data.StoredTokens;
import ai.cresset.data.TokenType;
import ai.cresset.data.TokenWindows;
import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.schedule.ChainedSchedule;
import ai.cresset.optim.schedule.ExponentialDecay;
import ai.cresset.optim.schedule.ReduceOnPlateau;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.random.Generator;
import ai.cresset.tensor.GeluApproximation;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.Resume;
import ai.cresset.train.SingleDevice;
import ai.cresset.train.StepReport;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainerConfig;
import ai.cresset.train.TrainingCallback;
import ai.cresset.train.TrainingTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NativeMemoryCheck.class)
class OwnClassesTest {
  private static final int CONTEXT = 4;
  private static final int VOCABULARY = 5;

  /** What a run did: the learning rate of each step, and one of the weights at the end. */
  private record Outcome(List<Double> rates, float[] weights) {}

  @Test
  void anOptimizerIsOneClass() {
    try (Tensor values = Tensor.of(new float[] {1, -2}, 2);
        Parameter parameter = new Parameter(values);
        Optimizer lion = new Lion(ParameterGroup.single(Map.of("p", parameter)), 0.5)) {
      parameter.grad(Tensor.of(new float[] {3, -0.1f}, 2));
      lion.step();
      assertArrayEquals(new float[] {0.5f, -1.5f}, parameter.toFloatArray());
    }
  }

  @Test
  void aScheduleIsOneFunctionAndFitsWithOthers() {
    Schedule triangle = (step, initial) -> initial * Math.min(1, (step + 1) / 4.0);
    Schedule both = new ChainedSchedule(List.of(triangle, new ExponentialDecay(0.5)));
    assertEquals(0.05, both.at(0, 0.2), 1e-15);
    assertEquals(0.025, both.at(3, 0.2), 1e-15);
  }

  @Test
  void aScheduleThatLooksAtTheLossGoesOnFromACheckpoint(@TempDir Path temporary) {
    goesOn(temporary, HalveWhenWorse::new);
  }

  @Test
  void aPlateauGoesOnFromACheckpoint(@TempDir Path temporary) {
    goesOn(
        temporary,
        () ->
            new ReduceOnPlateau(
                ReduceOnPlateau.Config.of(ReduceOnPlateau.Mode.MAX)
                    .withPatience(1)
                    .withFactor(0.5)));
  }

  private static void goesOn(Path temporary, Supplier<Schedule> schedule) {
    Outcome straight = train(schedule.get(), 24, null);
    assertTrue(straight.rates().get(23) < 0.5 * straight.rates().get(0), straight.toString());
    LocalCheckpointStore store = new LocalCheckpointStore(temporary);
    train(schedule.get(), 13, new CheckpointPolicy(store, "run", 0, 4, 2, Resume.AUTO, Map.of()));
    Outcome resumed =
        train(
            schedule.get(),
            24,
            new CheckpointPolicy(store, "run", 1, 4, 2, Resume.REQUIRE, Map.of()));
    assertEquals(straight.rates().subList(13, 24), resumed.rates());
    assertArrayEquals(straight.weights(), resumed.weights());
  }

  private static Outcome train(Schedule schedule, long steps, @Nullable CheckpointPolicy policy) {
    Generator before = Generator.use(new Generator(1234));
    Gpt model =
        new Gpt(
            new GptConfig(VOCABULARY, CONTEXT, 1, 1, 4, 0, false, true, GeluApproximation.NONE));
    Generator.use(before);
    int[] text = new int[80];
    for (int i = 1; i < text.length; i++) {
      text[i] = (text[i - 1] * 2 + 1 + i % 3) % VOCABULARY;
    }
    List<Double> rates = new ArrayList<>();
    try (model;
        Optimizer optimizer = new Lion(ParameterGroup.single(model.namedParameters()), 0.1);
        Dataset training =
            TokenWindows.atEveryOffset(StoredTokens.copyOf(text, TokenType.UINT8), CONTEXT);
        TokenWindows validation =
            TokenWindows.consecutive(StoredTokens.copyOf(text, TokenType.UINT8), CONTEXT)) {
      TrainingTask task =
          new TrainingTask(
              model,
              optimizer,
              schedule,
              batch -> model.loss(batch.inputs(), batch.targets()),
              training,
              new BatchPlan(new RandomOffsets(training.size(), 9), 4, false),
              validation,
              TrainingTask.Unit.tokens(CONTEXT));
      TrainerConfig config =
          TrainerConfig.of(steps)
              .withSeed(7)
              .withEvaluation(1, 8)
              .withLoader(new LoaderOptions(4, 2));
      Trainer trainer =
          new Trainer(task, config, new SingleDevice())
              .callback(
                  new TrainingCallback() {
                    @Override
                    public void afterStep(StepReport step) {
                      rates.add(step.learningRate());
                    }
                  });
      if (policy != null) {
        trainer.checkpoints(policy);
      }
      trainer.run();
      return new Outcome(rates, model.parameters().iterator().next().toFloatArray());
    }
  }
}
