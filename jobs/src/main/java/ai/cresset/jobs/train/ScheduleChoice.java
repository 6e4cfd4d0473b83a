package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.optim.schedule.CosineRestarts;
import ai.cresset.optim.schedule.ExponentialDecay;
import ai.cresset.optim.schedule.LinearFactor;
import ai.cresset.optim.schedule.OneCycle;
import ai.cresset.optim.schedule.Polynomial;
import ai.cresset.optim.schedule.ReduceOnPlateau;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.optim.schedule.SequentialSchedule;
import ai.cresset.optim.schedule.StepDecay;
import ai.cresset.optim.schedule.WarmUpCosine;
import java.util.List;

/** The learning-rate schedule that a recipe names. */
final class ScheduleChoice {
  private ScheduleChoice() {}

  /**
   * A new schedule.
   *
   * @param steps of the whole run
   * @param rate the highest learning rate
   */
  static Schedule of(TrainSettings settings, long steps, double rate) {
    long warmup = settings.warmupSteps();
    long end = Math.max(steps, warmup + 1);
    double minimum = Math.min(settings.minLearningRate(), rate);
    return switch (settings.schedule()) {
      case COSINE -> new WarmUpCosine(warmup, end, minimum);
      // A cosine that falls to where it began.
      case CONSTANT -> new WarmUpCosine(warmup, end, rate);
      case LINEAR -> after(warmup, new LinearFactor(1, minimum / rate, end - warmup));
      case POLYNOMIAL -> after(warmup, new Polynomial(end - warmup, settings.power()));
      case STEP -> after(warmup, new StepDecay(settings.decayEvery(), settings.decayFactor()));
      case EXPONENTIAL ->
          after(
              warmup,
              new ExponentialDecay(
                  StrictMath.pow(settings.decayFactor(), 1.0 / settings.decayEvery())));
      case COSINE_RESTARTS -> after(warmup, new CosineRestarts(settings.decayEvery(), 1, minimum));
      case ONE_CYCLE -> OneCycle.of(rate, end).withRising((warmup + 1.0) / end);
      case PLATEAU ->
          new ReduceOnPlateau(
              ReduceOnPlateau.Config.of(ReduceOnPlateau.Mode.MIN)
                  .withFactor(settings.decayFactor())
                  .withPatience(settings.patience())
                  .withMinimum(minimum));
    };
  }

  /** The same line up as that of {@link WarmUpCosine}, and then another schedule. */
  private static Schedule after(long warmup, Schedule schedule) {
    return warmup == 0
        ? schedule
        : new SequentialSchedule(
            List.of(new LinearFactor(1.0 / (warmup + 1), 1, warmup), schedule), List.of(warmup));
  }
}
