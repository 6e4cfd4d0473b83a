package ai.cresset.jobs.recipe;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.config.Check;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The section {@code train}: the optimizer, its schedule, and what happens how often. A sample is a
 * window of a text, an image or a row.
 *
 * @param steps optimizer steps of the whole run; 0 where {@code epochs} says it
 * @param epochs passes over the training data; 0 where {@code steps} says it
 * @param globalBatch samples in a step, over all workers
 * @param microBatch samples that a worker computes at once; it adds up the gradients of as many
 *     micro-batches as its share of the global batch needs. 0 for the share as a whole
 * @param loaderThreads threads of each worker that read samples ahead, each a step of its own; the
 *     samples do not depend on it
 * @param prefetch steps that each worker reads ahead, beside those that threads have in hand
 * @param device what the workers compute on
 * @param precision of products and convolutions; weights stay in {@code model.dtype}
 * @param seed of initial weights, the order of samples, dropout and the text at the end
 * @param loss {@code default} for the recipe's own, or the name of a class of yours that extends
 *     {@link ai.cresset.nn.loss.TargetLoss} and has a public constructor without parameters
 * @param learningRate the highest learning rate
 * @param findLearningRate above 0: the highest learning rate is what a search of so many steps
 *     proposes before training, and {@code learning_rate} only begins it
 * @param warmupSteps steps over which the learning rate rises from 0; a run may end before they do
 * @param minLearningRate where the schedules end that come to an end
 * @param schedule how the learning rate falls after the warm-up
 * @param decayEvery steps after which schedules by step and {@code exponential} have multiplied the
 *     learning rate with {@code decay_factor}, and between the restarts of {@code cosine_restarts}
 * @param decayFactor what schedules by step, {@code exponential} and {@code plateau} multiply with
 * @param power of what is left of the run, for {@code polynomial}; 1 is a straight line
 * @param patience evaluations in a row that may be no better before {@code plateau} multiplies
 * @param optimizer what makes a step of a gradient: one of {@link OptimizerKind}, or the name of a
 *     class of yours that extends {@link ai.cresset.optim.Optimizer} and has a public constructor
 *     of {@code List<ParameterGroup>} and {@code double}, the learning rate
 * @param betas the two decay rates of the averages that the Adam family keeps
 * @param epsilon added to the denominator; SGD has none
 * @param momentum of SGD and RMSprop; 0 with the others, which have none or betas
 * @param nesterov whether the momentum of SGD looks ahead
 * @param smoothing how much of the mean square of RMSprop and Adadelta stays each step
 * @param weightDecay on matrices only; biases and norms have none
 * @param clipNorm the largest global norm of the gradient; 0 turns clipping off
 * @param averageDecay how much of an exponential average of the weights stays each step; validation
 *     and the model at the end take the average. 0 for none
 * @param logEvery steps between progress lines
 * @param evaluateEvery steps between evaluations on validation data; 0 leaves only the last one
 * @param evaluateSamples how many samples those evaluations look at; 0 for all. The evaluation at
 *     the end always looks at all
 * @param earlyStopping after so many evaluations in a row without gain the run ends, and the best
 *     weights come back; 0 for never
 * @param earlyStoppingGain by how much the loss must fall to be a gain
 * @param checkpointEvery steps between checkpoints; 0 leaves only the last one
 * @param keepCheckpoints how many of the newest checkpoints stay
 * @param resume what to do about checkpoints that are already in {@code output.dir}
 */
public record TrainSettings(
    int steps,
    int epochs,
    int globalBatch,
    int microBatch,
    int loaderThreads,
    int prefetch,
    DeviceChoice device,
    Precision precision,
    long seed,
    String loss,
    double learningRate,
    int findLearningRate,
    int warmupSteps,
    double minLearningRate,
    Schedule schedule,
    int decayEvery,
    double decayFactor,
    double power,
    int patience,
    String optimizer,
    List<Double> betas,
    double epsilon,
    double momentum,
    boolean nesterov,
    double smoothing,
    double weightDecay,
    double clipNorm,
    double averageDecay,
    int logEvery,
    int evaluateEvery,
    int evaluateSamples,
    int earlyStopping,
    double earlyStoppingGain,
    int checkpointEvery,
    int keepCheckpoints,
    Resume resume)
    implements Serializable {
  /** The loss that a recipe has by itself. */
  private static final String DEFAULT = "default";

  private static final Pattern CLASS = Pattern.compile("[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)+");

  public TrainSettings {
    checkLength(steps, epochs);
    Check.atLeast("train.global_batch", globalBatch, 1);
    Check.atLeast("train.micro_batch", microBatch, 0);
    Check.atLeast("train.loader_threads", loaderThreads, 1);
    Check.atLeast("train.prefetch", prefetch, 1);
    if (!loss.equals(DEFAULT) && !isClassName(loss)) {
      throw ConfigException.value(
          "train.loss", "'" + loss + "'", DEFAULT + " or the name of a class with its package");
    }
    if (findLearningRate != 0) {
      Check.atLeast("train.find_learning_rate", findLearningRate, 10);
    }
    Check.positive("train.learning_rate", learningRate);
    Check.atLeast("train.warmup_steps", warmupSteps, 0);
    Check.notNegative("train.min_learning_rate", minLearningRate);
    if (minLearningRate > learningRate) {
      throw ConfigException.value(
          "train.min_learning_rate",
          minLearningRate,
          "at most train.learning_rate, which is " + learningRate);
    }
    checkSchedule(schedule, warmupSteps);
    Check.atLeast("train.decay_every", decayEvery, 1);
    Check.insideOne("train.decay_factor", decayFactor);
    Check.positive("train.power", power);
    Check.atLeast("train.patience", patience, 0);
    betas = List.copyOf(betas);
    if (betas.size() != 2) {
      throw ConfigException.value("train.betas", betas, "two numbers, such as [0.9, 0.99]");
    }
    for (double beta : betas) {
      Check.fraction("train.betas", beta);
    }
    Check.positive("train.epsilon", epsilon);
    if (kindOf(optimizer).isEmpty() && !isClassName(optimizer)) {
      throw ConfigException.value(
          "train.optimizer",
          "'" + optimizer + "'",
          "one of " + names() + ", or the name of a class with its package");
    }
    checkMomentum(optimizer, momentum, nesterov);
    Check.fraction("train.smoothing", smoothing);
    Check.notNegative("train.weight_decay", weightDecay);
    Check.notNegative("train.clip_norm", clipNorm);
    Check.fraction("train.average_decay", averageDecay);
    Check.atLeast("train.log_every", logEvery, 1);
    Check.atLeast("train.evaluate_every", evaluateEvery, 0);
    Check.atLeast("train.evaluate_samples", evaluateSamples, 0);
    Check.atLeast("train.early_stopping", earlyStopping, 0);
    Check.notNegative("train.early_stopping_gain", earlyStoppingGain);
    if (earlyStopping > 0 && evaluateEvery == 0) {
      throw ConfigException.value(
          "train.early_stopping", earlyStopping, "0, because train.evaluate_every is 0");
    }
    if (earlyStopping == 0 && earlyStoppingGain > 0) {
      throw ConfigException.value(
          "train.early_stopping_gain", earlyStoppingGain, "0, because train.early_stopping is 0");
    }
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

  /** What products and convolutions are computed in. */
  public enum Precision {
    /** The type of the model. */
    FLOAT32,
    /** bfloat16, with losses, norms and sums in float32. */
    BFLOAT16
  }

  private static void checkSchedule(Schedule schedule, int warmupSteps) {
    if (schedule == Schedule.PLATEAU && warmupSteps > 0) {
      throw ConfigException.value(
          "train.warmup_steps", warmupSteps, "0, because the schedule plateau has no warm-up");
    }
  }

  private static void checkLength(int steps, int epochs) {
    Check.atLeast("train.steps", steps, 0);
    Check.atLeast("train.epochs", epochs, 0);
    if (steps == 0 && epochs == 0) {
      throw ConfigException.value("train.steps", 0, "a whole number from 1, or train.epochs");
    }
    if (steps > 0 && epochs > 0) {
      throw ConfigException.value(
          "train.epochs", epochs, "0, because train.steps is " + steps + " (or set that to 0)");
    }
  }

  private static boolean isClassName(String text) {
    return CLASS.matcher(text).matches();
  }

  private static String names() {
    return Arrays.stream(OptimizerKind.values())
        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static Optional<OptimizerKind> kindOf(String name) {
    return Arrays.stream(OptimizerKind.values())
        .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }

  /** The optimizer, where it is one of Cresset's; empty for a class of the user's. */
  public Optional<OptimizerKind> optimizerKind() {
    return kindOf(optimizer);
  }

  /** Whether the loss is a class of the user's. */
  public boolean hasOwnLoss() {
    return !loss.equals(DEFAULT);
  }

  /**
   * How many steps the run has.
   *
   * @param stepsPerEpoch of the training data
   */
  public int steps(long stepsPerEpoch) {
    return steps > 0 ? steps : Math.toIntExact(epochs * stepsPerEpoch);
  }

  private static void checkMomentum(String name, double momentum, boolean nesterov) {
    Check.fraction("train.momentum", momentum);
    OptimizerKind optimizer = kindOf(name).orElse(null);
    boolean has = optimizer == OptimizerKind.SGD || optimizer == OptimizerKind.RMSPROP;
    if (momentum > 0 && !has) {
      throw ConfigException.value(
          "train.momentum", momentum, "0, because " + name + " has no such setting");
    }
    if (nesterov && optimizer != OptimizerKind.SGD) {
      throw ConfigException.value(
          "train.nesterov", true, "false, because " + name + " has no such setting");
    }
    if (nesterov && momentum == 0) {
      throw ConfigException.value("train.nesterov", true, "false, because train.momentum is 0");
    }
  }

  /** What makes a step of a gradient. */
  public enum OptimizerKind {
    /** Adam with decoupled weight decay. */
    ADAMW,
    /** Adam; weight decay is added to the gradient, as with all that follow. */
    ADAM,
    /** Adam with Nesterov's momentum. */
    NADAM,
    /** Adam that trusts its mean square only when it rests on enough steps. */
    RADAM,
    /** Adam with the largest gradient in place of the mean square. */
    ADAMAX,
    /** Gradient descent, plain or with momentum. */
    SGD,
    /** The gradient over the root of its mean square. */
    RMSPROP,
    /** The gradient over the root of the sum of all its squares. */
    ADAGRAD,
    /** Steps as large as past changes over past gradients; its learning rate is about 1. */
    ADADELTA
  }

  /** How the learning rate falls after the warm-up. */
  public enum Schedule {
    /** Half a cosine wave down to {@code min_learning_rate} at the last step. */
    COSINE,
    /** Not at all. */
    CONSTANT,
    /** A straight line down to {@code min_learning_rate} at the last step. */
    LINEAR,
    /** To 0 at the last step, as {@code power} of what is left. */
    POLYNOMIAL,
    /** Times {@code decay_factor} after every {@code decay_every} steps. */
    STEP,
    /** As {@code step}, a little after every step. */
    EXPONENTIAL,
    /** Half a cosine wave down to {@code min_learning_rate}, anew every {@code decay_every}. */
    COSINE_RESTARTS,
    /** From a 25th up within the warm-up, then half a cosine wave far down. */
    ONE_CYCLE,
    /** Times {@code decay_factor} when the validation loss gets no better; without warm-up. */
    PLATEAU
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
