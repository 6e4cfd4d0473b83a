package ai.cresset.train;

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

  /** The run ended well. */
  default void onEnd(TrainingSummary summary) {}
}
