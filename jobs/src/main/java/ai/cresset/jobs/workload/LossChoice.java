package ai.cresset.jobs.workload;

import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.nn.loss.TargetLoss;

/** The loss that a recipe names. */
public final class LossChoice {
  private LossChoice() {}

  /**
   * The user's loss, or the usual one.
   *
   * @param usual that of the recipe
   */
  public static TargetLoss of(TrainSettings settings, TargetLoss usual) {
    return settings.hasOwnLoss() ? userClass(settings).make(new Class<?>[0]) : usual;
  }

  /** Refuses a class that cannot be used. */
  public static void check(TrainSettings settings) {
    if (settings.hasOwnLoss()) {
      userClass(settings).constructor();
    }
  }

  private static UserClass<TargetLoss> userClass(TrainSettings settings) {
    return new UserClass<>("train.loss", settings.loss(), TargetLoss.class);
  }
}
