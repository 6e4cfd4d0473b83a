package ai.cresset.jobs.train;

import ai.cresset.jobs.recipe.TrainSettings;
import ai.cresset.jobs.workload.UserClass;
import ai.cresset.optim.Adadelta;
import ai.cresset.optim.Adagrad;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Adamax;
import ai.cresset.optim.NAdam;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.RAdam;
import ai.cresset.optim.RmsProp;
import ai.cresset.optim.Sgd;
import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The optimizer that a recipe names. */
final class OptimizerChoice {
  private static final Class<?>[] PARAMETERS = {List.class, double.class};

  private OptimizerChoice() {}

  /** Refuses a class that cannot be used. */
  static void check(TrainSettings settings) {
    if (settings.optimizerKind().isEmpty()) {
      userClass(settings).constructor(PARAMETERS);
    }
  }

  private static UserClass<Optimizer> userClass(TrainSettings settings) {
    return new UserClass<>("train.optimizer", settings.optimizer(), Optimizer.class);
  }

  /**
   * A new optimizer.
   *
   * @param rate the highest learning rate
   */
  static Optimizer of(TrainSettings settings, double rate, Map<String, Tensor> parameters) {
    if (settings.optimizerKind().isEmpty()) {
      // The user's own decides about weight decay as its options allow.
      return userClass(settings).make(PARAMETERS, ParameterGroup.single(parameters), rate);
    }
    List<ParameterGroup> groups = ParameterGroup.decayMatrices(parameters, settings.weightDecay());
    double first = settings.betas().get(0);
    double second = settings.betas().get(1);
    double epsilon = settings.epsilon();
    return switch (settings.optimizerKind().get()) {
      case ADAMW ->
          new AdamW(groups, Adam.Config.of(rate).withBetas(first, second).withEpsilon(epsilon));
      case ADAM ->
          new Adam(groups, Adam.Config.of(rate).withBetas(first, second).withEpsilon(epsilon));
      case NADAM ->
          new NAdam(groups, NAdam.Config.of(rate).withBetas(first, second).withEpsilon(epsilon));
      case RADAM ->
          new RAdam(groups, RAdam.Config.of(rate).withBetas(first, second).withEpsilon(epsilon));
      case ADAMAX ->
          new Adamax(groups, Adamax.Config.of(rate).withBetas(first, second).withEpsilon(epsilon));
      case SGD ->
          new Sgd(
              groups,
              Sgd.Config.of(rate)
                  .withMomentum(settings.momentum())
                  .withNesterov(settings.nesterov()));
      case RMSPROP ->
          new RmsProp(
              groups,
              RmsProp.Config.of(rate)
                  .withAlpha(settings.smoothing())
                  .withEpsilon(epsilon)
                  .withMomentum(settings.momentum()));
      case ADAGRAD -> new Adagrad(groups, Adagrad.Config.of(rate).withEpsilon(epsilon));
      case ADADELTA ->
          new Adadelta(
              groups,
              Adadelta.Config.of(rate).withDecay(settings.smoothing()).withEpsilon(epsilon));
    };
  }
}
