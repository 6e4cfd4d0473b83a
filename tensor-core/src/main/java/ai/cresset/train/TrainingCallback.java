package ai.cresset.train;

import java.util.Map;

/**
 * Is told what the loop does, on every rank and on the training thread, in a scope of its own.
 * Random numbers it draws do not change those of training. What it throws ends the run.
 */
public interface TrainingCallback {
  /**
   * A step begins.
   *
   * @param step steps done before
   */
  default void beforeStep(long step) {}

  /** A step ended: parameters are new. */
  default void afterStep(StepReport report) {}

  /**
   * The model was evaluated.
   *
   * @param step steps done
   */
  default void onEvaluate(long step, Evaluation evaluation) {}

  /**
   * A checkpoint was committed.
   *
   * @param step steps done
   * @param name its name in the store
   */
  default void onCheckpoint(long step, String name) {}

  /**
   * Whether the run shall end now, before its last step. Asked before the first step and after each
   * one and what follows it; must be the same on every rank.
   */
  default boolean stops() {
    return false;
  }

  /** Numbers that checkpoints keep for {@link #restore}; names that no other callback uses. */
  default Map<String, Double> state() {
    return Map.of();
  }

  /**
   * A run goes on from a checkpoint.
   *
   * @param state what all callbacks gave then; without what this one did not know yet
   */
  default void restore(Map<String, Double> state) {}

  /** The run ended well. */
  default void onEnd(TrainingSummary summary) {}
}
