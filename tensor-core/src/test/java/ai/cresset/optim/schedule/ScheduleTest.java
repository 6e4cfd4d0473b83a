package ai.cresset.optim.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import ai.cresset.golden.Close;
import ai.cresset.golden.GoldenFile;
import ai.cresset.nn.layer.Linear;
import ai.cresset.optim.Adagrad;
import ai.cresset.optim.Adam;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ScheduleTest {
  private static final GoldenFile FILE = GoldenFile.open("trajectories.safetensors");

  private static String refusal(Executable wrong) {
    return String.valueOf(assertThrows(ConfigException.class, wrong).getMessage());
  }

  private static void assertSame(String golden, Schedule schedule) {
    double[] expected = FILE.doubles("schedule/" + golden + "/lr");
    double[] got =
        IntStream.range(0, expected.length).mapToDouble(step -> schedule.at(step, 0.1)).toArray();
    Close.assertClose(golden, expected, got, 1e-12, 1e-15);
  }

  @Test
  void schedulesEqualPyTorch() {
    assertSame("cosine", new CosineAnnealing(6, 0.01));
    assertSame("constant", new ConstantFactor(0.3, 4));
    assertSame("polynomial", new Polynomial(8, 2));
  }

  @Test
  void linearAndStepFollowTheirFormulas() {
    Schedule linear = new LinearFactor(0.5, 1, 4);
    assertEquals(0.05, linear.at(0, 0.1), 1e-15);
    assertEquals(0.075, linear.at(2, 0.1), 1e-15);
    assertEquals(0.1, linear.at(9, 0.1), 1e-15);
    Schedule steps = new StepDecay(3, 0.1);
    assertEquals(0.1, steps.at(2, 0.1), 1e-15);
    assertEquals(0.01, steps.at(3, 0.1), 1e-15);
    assertEquals(0.001, steps.at(6, 0.1), 1e-15);
  }

  @Test
  void warmUpAndCosineGoUpThenDownToTheMinimum() {
    Schedule schedule = new WarmUpCosine(100, 2000, 1e-4);
    assertEquals(1e-3 / 101, schedule.at(0, 1e-3), 1e-18);
    assertEquals(1e-3 * 100 / 101, schedule.at(99, 1e-3), 1e-15);
    assertEquals(1e-3, schedule.at(100, 1e-3), 1e-15);
    assertEquals(5.5e-4, schedule.at(1050, 1e-3), 1e-15);
    assertEquals(1e-4, schedule.at(2000, 1e-3), 1e-15);
    assertEquals(1e-4, schedule.at(5000, 1e-3), 1e-15);
    assertEquals(
        "WarmUpCosine.numSteps: expected more than the 10 warm-up steps, got 10",
        assertThrows(ConfigException.class, () -> new WarmUpCosine(10, 10, 0)).getMessage());
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertEquals(
        "MultiStepDecay.milestones: expected a number of at least 0, got -1",
        refusal(() -> new MultiStepDecay(List.of(3L, -1L), 0.1)));
    assertEquals(
        "Cyclic.gamma: expected 1 in mode TRIANGULAR, got 0.5",
        refusal(() -> new Cyclic(0.1, 1, 2, 2, Cyclic.Mode.TRIANGULAR, 0.5, null)));
    assertEquals(
        "OneCycle.rising: expected a number from 0 to 1, got 1.5",
        refusal(() -> OneCycle.of(1, 10).withRising(1.5)));
    assertEquals(
        "SequentialSchedule: expected one milestone less than schedules, got 2 milestones and 2"
            + " schedules",
        refusal(
            () ->
                new SequentialSchedule(List.of(new Constant(), new Constant()), List.of(2L, 4L))));
    assertEquals(
        "ChainedSchedule does not take ReduceOnPlateau, which looks at a metric; give that to the"
            + " LearningRateScheduler itself",
        refusal(
            () ->
                new ChainedSchedule(
                    List.of(
                        new ReduceOnPlateau(
                            ReduceOnPlateau.Config.of(ReduceOnPlateau.Mode.MIN))))));
    assertEquals(
        "MomentumRange: expected 0 <= low <= high < 1, got low 0.9 and high 0.8",
        refusal(() -> new MomentumRange(0.9, 0.8)));
  }

  @Test
  void aMomentumMovesBesideTheLearningRateInTheOptionOfTheOptimizer() {
    Schedule schedule = Cyclic.of(0.1, 1, 2).withMomentum(new MomentumRange(0.8, 0.9));
    try (Linear layer = new Linear(2, 2)) {
      List<ParameterGroup> groups = ParameterGroup.single(layer.namedParameters());
      try (Optimizer adam = new Adam(groups, Adam.Config.of(1))) {
        LearningRateScheduler scheduler = new LearningRateScheduler(adam, schedule);
        assertEquals(0.9, adam.groups().get(0).option("beta1"), 1e-15);
        scheduler.step();
        scheduler.step();
        assertEquals(0.8, adam.groups().get(0).option("beta1"), 1e-15);
      }
      List<ParameterGroup> others = ParameterGroup.single(layer.namedParameters());
      try (Optimizer adagrad = new Adagrad(others, Adagrad.Config.of(1))) {
        assertEquals(
            "the schedule moves the momentum, and parameter group 'default' has neither 'momentum'"
                + " nor 'beta1'; use an optimizer with momentum, or a schedule without",
            refusal(() -> new LearningRateScheduler(adagrad, schedule)));
      }
    }
  }

  @Test
  void oneCycleStaysAtItsEnd() {
    Schedule schedule = OneCycle.of(1, 10);
    assertEquals(schedule.at(9, 1), schedule.at(10, 1));
    assertEquals(1 / 25.0 / 1e4, schedule.at(500, 1), 1e-18);
  }

  @Test
  void theSchedulerGoesOnFromItsState() {
    try (Linear layer = new Linear(2, 2);
        Optimizer optimizer =
            new Sgd(ParameterGroup.decayMatrices(layer.namedParameters(), 0), Sgd.Config.of(1))) {
      Schedule schedule = new Polynomial(10, 1);
      LearningRateScheduler scheduler = new LearningRateScheduler(optimizer, schedule);
      for (int i = 0; i < 4; i++) {
        scheduler.step();
      }
      assertEquals(0.6, optimizer.groups().get(1).learningRate(), 1e-15);
      LearningRateScheduler resumed = new LearningRateScheduler(optimizer, schedule);
      assertEquals(1, optimizer.groups().get(0).learningRate());
      resumed.loadStateDict(scheduler.stateDict());
      assertEquals(0.6, resumed.learningRate(), 1e-15);
      assertEquals(4, resumed.stepNumber());
    }
  }
}
