package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;
import java.util.List;

/**
 * The section {@code train}: the optimizer, its schedule, and what happens how often.
 *
 * @param steps optimizer steps of the whole run
 * @param globalBatch windows of {@code model.context} tokens in a step, over all workers
 * @param device what the workers compute on
 * @param seed of initial weights, window offsets, dropout and the sample
 * @param learningRate the highest learning rate
 * @param warmupSteps steps over which the learning rate rises from 0; a run may end before they do
 * @param minLearningRate where the schedule ends
 * @param schedule how the learning rate falls after the warm-up
 * @param optimizer what makes a step of a gradient
 * @param betas the two decay rates of AdamW's averages; SGD has none
 * @param epsilon added to AdamW's denominator; SGD has none
 * @param weightDecay on matrices only; biases and norms have none
 * @param clipNorm the largest global norm of the gradient; 0 turns clipping off
 * @param logEvery steps between progress lines
 * @param evaluateEvery steps between evaluations on validation text; 0 leaves only the last one
 * @param evaluateWindows how many windows those evaluations look at; 0 for all. The evaluation at
 *     the end always looks at all
 * @param checkpointEvery steps between checkpoints; 0 leaves only the last one
 * @param keepCheckpoints how many of the newest checkpoints stay
 * @param resume what to do about checkpoints that are already in {@code output.dir}
 */
public record TrainSettings(
    int steps,
    int globalBatch,
    DeviceChoice device,
    long seed,
    double learningRate,
    int warmupSteps,
    double minLearningRate,
    Schedule schedule,
    OptimizerKind optimizer,
    List<Double> betas,
    double epsilon,
    double weightDecay,
    double clipNorm,
    int logEvery,
    int evaluateEvery,
    int evaluateWindows,
    int checkpointEvery,
    int keepCheckpoints,
    Resume resume)
    implements Serializable {
  public TrainSettings {
    Check.atLeast("train.steps", steps, 1);
    Check.atLeast("train.global_batch", globalBatch, 1);
    Check.positive("train.learning_rate", learningRate);
    Check.atLeast("train.warmup_steps", warmupSteps, 0);
    Check.notNegative("train.min_learning_rate", minLearningRate);
    if (minLearningRate > learningRate) {
      throw ConfigException.value(
          "train.min_learning_rate",
          minLearningRate,
          "at most train.learning_rate, which is " + learningRate);
    }
    betas = List.copyOf(betas);
    if (betas.size() != 2) {
      throw ConfigException.value("train.betas", betas, "two numbers, such as [0.9, 0.99]");
    }
    for (double beta : betas) {
      Check.fraction("train.betas", beta);
    }
    Check.positive("train.epsilon", epsilon);
    Check.notNegative("train.weight_decay", weightDecay);
    Check.notNegative("train.clip_norm", clipNorm);
    Check.atLeast("train.log_every", logEvery, 1);
    Check.atLeast("train.evaluate_every", evaluateEvery, 0);
    Check.atLeast("train.evaluate_windows", evaluateWindows, 0);
    Check.atLeast("train.checkpoint_every", checkpointEvery, 0);
    Check.atLeast("train.keep_checkpoints", keepCheckpoints, 1);
  }

  /** What the workers compute on. */
  public enum DeviceChoice {
    /** The GPU that Spark gave to the worker; the CPU, with a line in the log, if there is none. */
    AUTO,
    /** The CPU. */
    CPU,
    /** The GPU that Spark gave to the worker; an error if there is none. */
    CUDA
  }

  /** What makes a step of a gradient. */
  public enum OptimizerKind {
    /** Adam with decoupled weight decay. */
    ADAMW,
    /** Plain gradient descent; weight decay is added to the gradient. */
    SGD
  }

  /** How the learning rate falls after the warm-up. */
  public enum Schedule {
    /** Half a cosine wave down to {@code min_learning_rate} at the last step. */
    COSINE,
    /** Not at all. */
    CONSTANT
  }

  /** What to do about checkpoints that are already there. */
  public enum Resume {
    /** Go on from the newest if there is one. */
    AUTO,
    /** Start anew; an error if there are any, so that none is lost. */
    NEVER,
    /** Go on from the newest; an error if there is none. */
    REQUIRE
  }
}
