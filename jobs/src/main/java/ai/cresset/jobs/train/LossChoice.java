package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.nn.loss.TargetLoss;

/** The loss that a recipe names. */
final class LossChoice {
  private LossChoice() {}

  /**
   * The user's loss, or the usual one.
   *
   * @param usual that of the recipe
   */
  static TargetLoss of(TrainSettings settings, TargetLoss usual) {
    return settings.hasOwnLoss() ? userClass(settings).make(new Class<?>[0]) : usual;
  }

  /** Refuses a class that cannot be used. */
  static void check(TrainSettings settings) {
    if (settings.hasOwnLoss()) {
      userClass(settings).constructor();
    }
  }

  private static UserClass<TargetLoss> userClass(TrainSettings settings) {
    return new UserClass<>("train.loss", settings.loss(), TargetLoss.class);
  }
}
