package ai.cresset.golden;

import ai.cresset.optim.schedule.Annealing;
import ai.cresset.optim.schedule.AveragingRate;
import ai.cresset.optim.schedule.ChainedSchedule;
import ai.cresset.optim.schedule.ConstantFactor;
import ai.cresset.optim.schedule.CosineAnnealing;
import ai.cresset.optim.schedule.CosineRestarts;
import ai.cresset.optim.schedule.Cyclic;
import ai.cresset.optim.schedule.ExponentialDecay;
import ai.cresset.optim.schedule.LambdaFactor;
import ai.cresset.optim.schedule.LinearFactor;
import ai.cresset.optim.schedule.MomentumRange;
import ai.cresset.optim.schedule.MultiStepDecay;
import ai.cresset.optim.schedule.MultiplicativeFactor;
import ai.cresset.optim.schedule.OneCycle;
import ai.cresset.optim.schedule.Polynomial;
import ai.cresset.optim.schedule.ReduceOnPlateau;
import ai.cresset.optim.schedule.Schedule;
import ai.cresset.optim.schedule.SequentialSchedule;
import ai.cresset.optim.schedule.StepDecay;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** PyTorch's names of schedules, with their settings, as ours. */
final class GoldenSchedules {
  private GoldenSchedules() {}

  /** The schedule of a case; null if there is no counterpart. */
  static @Nullable Schedule schedule(JsonNode each) {
    GoldenSettings config = new GoldenSettings(each.get("config"));
    Schedule schedule = schedule(each.get("scheduler").asText(), config);
    if (schedule != null) {
      config.checkRead();
    }
    return schedule;
  }

  private static @Nullable Schedule schedule(String name, GoldenSettings config) {
    return switch (name) {
      case "ChainedScheduler" -> new ChainedSchedule(parts(config));
      case "ConstantLR" ->
          new ConstantFactor(config.number("factor", 1.0 / 3), config.integer("total_iters", 5));
      case "CosineAnnealingLR" ->
          new CosineAnnealing(config.integer("T_max", 0), config.number("eta_min", 0));
      case "CosineAnnealingWarmRestarts" ->
          new CosineRestarts(
              config.integer("T_0", 0), config.integer("T_mult", 1), config.number("eta_min", 0));
      case "CyclicLR" -> cyclic(config);
      case "ExponentialLR" -> new ExponentialDecay(config.number("gamma", Double.NaN));
      // As the generator of these cases: 1 / (1 + a * step), and 1 - a / step.
      case "LambdaLR" -> {
        double slope = config.number("a", Double.NaN);
        yield new LambdaFactor(step -> 1 / (1 + slope * step));
      }
      case "MultiplicativeLR" -> {
        double slope = config.number("a", Double.NaN);
        yield new MultiplicativeFactor(step -> 1 - slope / step);
      }
      case "LinearLR" ->
          new LinearFactor(
              config.number("start_factor", 1.0 / 3),
              config.number("end_factor", 1),
              config.integer("total_iters", 5));
      case "MultiStepLR" ->
          new MultiStepDecay(integers(config.numbers("milestones")), config.number("gamma", 0.1));
      case "OneCycleLR" -> oneCycle(config);
      case "PolynomialLR" ->
          new Polynomial(config.integer("total_iters", 5), config.number("power", 1));
      case "ReduceLROnPlateau" -> new ReduceOnPlateau(plateau(config));
      case "SequentialLR" ->
          new SequentialSchedule(parts(config), integers(config.numbers("milestones")));
      case "StepLR" -> new StepDecay(config.integer("step_size", 0), config.number("gamma", 0.1));
      case "SWALR" ->
          new AveragingRate(
              config.number("swa_lr", Double.NaN),
              config.integer("anneal_epochs", 10),
              annealing(config.text("anneal_strategy", "cos")));
      default -> null;
    };
  }

  private static List<Schedule> parts(GoldenSettings config) {
    List<Schedule> parts = new ArrayList<>();
    for (JsonNode part : Objects.requireNonNull(config.json("schedulers"))) {
      parts.add(Objects.requireNonNull(schedule(part), () -> "unknown scheduler in " + part));
    }
    return parts;
  }

  private static List<Long> integers(double[] numbers) {
    return Arrays.stream(numbers).mapToObj(each -> (long) each).toList();
  }

  private static Cyclic cyclic(GoldenSettings config) {
    long up = config.integer("step_size_up", 2000);
    String mode = config.text("mode", "triangular");
    double gamma = config.number("gamma", 1);
    Cyclic cyclic =
        Cyclic.of(config.number("base_lr", Double.NaN), config.number("max_lr", Double.NaN), up)
            .withStepsDown(config.integer("step_size_down", up))
            .withMomentum(momentum(config, 0.8, 0.9));
    return switch (mode) {
      case "triangular" -> cyclic;
      case "triangular2" -> cyclic.halving();
      case "exp_range" -> cyclic.exponential(gamma);
      default -> throw new IllegalArgumentException("mode " + mode);
    };
  }

  private static OneCycle oneCycle(GoldenSettings config) {
    long steps =
        config.has("total_steps")
            ? config.integer("total_steps", 0)
            : config.integer("epochs", 0) * config.integer("steps_per_epoch", 0);
    return new OneCycle(
        config.number("max_lr", Double.NaN),
        steps,
        config.number("pct_start", 0.3),
        annealing(config.text("anneal_strategy", "cos")),
        config.number("div_factor", 25),
        config.number("final_div_factor", 1e4),
        config.flag("three_phase", false),
        momentum(config, 0.85, 0.95));
  }

  private static @Nullable MomentumRange momentum(
      GoldenSettings config, double base, double highest) {
    double low = config.number("base_momentum", base);
    double high = config.number("max_momentum", highest);
    return config.flag("cycle_momentum", true) ? new MomentumRange(low, high) : null;
  }

  private static Annealing annealing(String strategy) {
    return switch (strategy) {
      case "cos" -> Annealing.COSINE;
      case "linear" -> Annealing.LINEAR;
      default -> throw new IllegalArgumentException("anneal_strategy " + strategy);
    };
  }

  private static ReduceOnPlateau.Config plateau(GoldenSettings config) {
    return new ReduceOnPlateau.Config(
        config.text("mode", "min").equals("min")
            ? ReduceOnPlateau.Mode.MIN
            : ReduceOnPlateau.Mode.MAX,
        config.number("factor", 0.1),
        config.integer("patience", 10),
        config.number("threshold", 1e-4),
        config.text("threshold_mode", "rel").equals("rel")
            ? ReduceOnPlateau.ThresholdMode.RELATIVE
            : ReduceOnPlateau.ThresholdMode.ABSOLUTE,
        config.integer("cooldown", 0),
        config.number("min_lr", 0),
        config.number("eps", 1e-8));
  }
}
